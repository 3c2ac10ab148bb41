"""Where bytes wait until they are judged: a private file beside the store, its SHA-256 computed on the way."""

import asyncio
import contextlib
import hashlib
import os
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from koprogo_app.foundation.storage.failures import TooLarge, as_failures

_BLOCK = 2 << 20
_SYNC_AFTER = 16 << 20
"""So much is written before it begins to go to the disk, while more arrives."""
_STALE_SECONDS = 24 * 3600


class Spool:
    """A file being received. Write to it, `finish` it, then hand it to a store; afterwards it is gone.

    `limit` bytes at most, else TooLarge. A full disk raises StorageFull.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        with as_failures("spool"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path = folder / f"{uuid.uuid4().hex}.part"
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._writing: asyncio.Future[Any] | None = None
        self._syncing: asyncio.Future[None] | None = None
        self._unsynced = 0
        self.limit = limit
        self.size = 0

    @property
    def sha256(self) -> str:
        """Hash of all that was written, in hexadecimal; right after `finish`."""
        return self._hash.hexdigest()

    async def write(self, data: bytes) -> None:
        """Takes the next bytes; keeps some megabytes of them in memory, and writes while more arrive."""
        self.size += len(data)
        if self.size > self.limit:
            raise TooLarge(self.limit)
        self._waiting += data
        if len(self._waiting) >= _BLOCK:
            await self._flush()

    async def _flush(self) -> None:
        await self._written()
        block, self._waiting = self._waiting, bytearray()
        run = asyncio.get_running_loop().run_in_executor
        # The next block arrives while this one is hashed and written, and those before it go to the disk.
        self._writing = asyncio.gather(run(None, self._hash.update, block), run(None, self._put, block))
        self._unsynced += len(block)
        if self._unsynced >= _SYNC_AFTER and (self._syncing is None or self._syncing.done()):
            if self._syncing is not None:
                self._syncing.result()  # a disk that failed says so once
            self._unsynced, self._syncing = 0, run(None, self._sync)

    async def _written(self) -> None:
        """The block that was being written is on its way to the disk; raises what went wrong with it."""
        writing = self._writing
        if writing is None:
            return
        try:
            await asyncio.shield(writing)  # whoever gives up meanwhile leaves it to `close`, which waits for it
        finally:
            if writing.done():
                self._writing = None

    def _put(self, block: bytearray) -> None:
        view = memoryview(block)
        with as_failures("spool"):
            while view:
                view = view[os.write(self._handle, view) :]

    async def finish(self) -> None:
        """Everything is written and can be read; the rest goes to the disk while it is judged (see `durable`)."""
        if self._waiting:
            await self._flush()
        await self._written()
        if self._syncing is not None:
            await asyncio.shield(self._syncing)
        self._syncing = asyncio.get_running_loop().run_in_executor(None, self._sync)

    async def durable(self) -> None:
        """All of a finished spool is on the disk; raises StorageFull or StorageUnavailable when it is not."""
        if self._syncing is not None:
            await asyncio.shield(self._syncing)

    def _sync(self) -> None:
        with as_failures("spool"):
            os.fsync(self._handle)

    async def close(self) -> None:
        """Closes it and removes what is left of it, once nothing is being written any more."""
        for left in (self._writing, self._syncing):
            if left is not None:
                await asyncio.wait([left])
                left.exception()
        await asyncio.to_thread(self._remove)

    def _remove(self) -> None:
        os.close(self._handle)
        self.path.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def spool(folder: Path, limit: int) -> AsyncIterator[Spool]:
    """A spool that is removed at the end, whatever happens."""
    incoming = await asyncio.to_thread(Spool, folder, limit)
    try:
        yield incoming
    finally:
        await asyncio.shield(incoming.close())


def sweep_spools(folder: Path) -> int:
    """Removes spools older than a day, left by a killed process; returns how many."""
    removed = 0
    for path in folder.glob("*.part") if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink()
                removed += 1
    return removed
