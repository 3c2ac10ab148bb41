"""Files by their SHA-256, in a local folder or any S3, with one behaviour.

An object's key is `<tenant>/<first two digits>/<sha-256>`: the same bytes are kept once per organisation, never shared
between two, and a key says by itself what its bytes must be. Files stream through in blocks; nothing holds a whole one.
"""

import asyncio
import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from koprogo_app.foundation.storage.failures import Damaged, Missing, as_failures
from koprogo_app.foundation.storage.spool import Spool
from koprogo_app.settings import Settings, settings

BLOCK: Final = 1 << 20
_PART: Final = 5 << 20
_KEY: Final = re.compile(r"[0-9a-f-]{36}/[0-9a-f]{2}/[0-9a-f]{64}")
_URL: Final = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True)
class Stat:
    """One stored object: its key, size in bytes, and when it was written."""

    key: str
    size: int
    written: datetime
    tag: str = ""

    @property
    def sha256(self) -> str:
        """What its bytes must hash to."""
        return self.key.rpartition("/")[2]


def key_of(tenant: UUID, sha256: str) -> str:
    """Where the bytes with this hash are kept for this organisation."""
    return f"{tenant}/{sha256[:2]}/{sha256}"


def bucket_of(url: str) -> tuple[str, str]:
    """Bucket and prefix of `s3://bucket/prefix`. Raises ValueError for anything else."""
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("the storage address must read s3://bucket or s3://bucket/prefix")
    return match[1], (match[2] or "").strip("/")


class Store:
    """A place for files. `kind` is "local" or "s3"; `spools` is the folder where incoming files wait."""

    def __init__(
        self, kind: Literal["local", "s3"], objects: ObjectStore, spools: Path, root: Path | None = None
    ) -> None:
        self.kind = kind
        self.objects = objects
        self.spools = spools
        self.root = root
        self._verified: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def keep(self, incoming: Spool, key: str) -> None:
        """Stores a finished spool under its hash, whole or not at all; stored already, nothing is written."""
        present = await self.stat(key)
        if present is not None and present.size == incoming.size:
            return
        with as_failures("keep"):
            if self.root is not None:
                await incoming.durable()
                await asyncio.to_thread(self._move_in, incoming.path, self.root / key)
            else:
                await obstore.put_async(self.objects, key, incoming.path, chunk_size=_PART, max_concurrency=2)

    @staticmethod
    def _move_in(source: Path, target: Path) -> None:
        for folder in (target.parent.parent, target.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        # A second name for the spool's bytes: nothing is copied, and the spool can still be read until it is closed.
        second = source.with_suffix(".link")
        os.link(source, second)
        second.replace(target)
        second.unlink(missing_ok=True)  # left when both names already meant the same file
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    async def stat(self, key: str) -> Stat | None:
        """What is stored under that key, or None."""
        with as_failures("stat"):
            try:
                found = await obstore.head_async(self.objects, key)
            except FileNotFoundError:
                return None
        return Stat(key, found["size"], found["last_modified"], found["e_tag"] or "")

    async def read(self, key: str, size: int) -> AsyncIterator[bytes]:
        """The bytes of an object, in blocks, checked against its hash.

        The last block is held back until the hash is known to be right: a damaged file ends short, with Damaged, and
        never looks whole. Missing when there is no such object.
        """
        digest, seen, held = hashlib.sha256(), 0, b""
        loop, hashing = asyncio.get_running_loop(), None
        with as_failures("read"):
            answer = await obstore.get_async(self.objects, key)
            async for chunk in answer.stream(min_chunk_size=BLOCK):
                if hashing is not None:
                    await hashing
                before, held = held, bytes(chunk)
                seen += len(held)
                # While this block is hashed the one before it is being sent.
                hashing = loop.run_in_executor(None, digest.update, held)
                if before:
                    yield before
            if hashing is not None:
                await hashing
        if seen != size or digest.hexdigest() != key.rpartition("/")[2]:
            raise Damaged
        yield held

    async def verify(self, key: str, size: int) -> None:
        """Reads an object through once and checks it; remembered for as long as the store says it is unchanged."""
        stat = await self.stat(key)
        if stat is None:
            raise Missing
        if (key, stat.tag) in self._verified:
            return
        async for _ in self.read(key, size):
            pass
        self._verified[key, stat.tag] = None
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)

    async def read_range(self, key: str, size: int, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but without `end`, of an object that was checked whole."""
        await self.verify(key, size)
        with as_failures("read range"):
            answer = await obstore.get_async(self.objects, key, options={"range": (start, end)})
            async for chunk in answer.stream(min_chunk_size=BLOCK):
                yield bytes(chunk)

    async def copy_to(self, key: str, target: Path, size: int) -> None:
        """Writes an object, checked, to a new file of the local disk."""
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            async for block in self.read(key, size):
                with as_failures("copy"):
                    await asyncio.to_thread(file.write, block)

    async def delete(self, key: str) -> None:
        """Removes an object; one that is not there is as good as removed."""
        with as_failures("delete"):
            try:
                await obstore.delete_async(self.objects, key)
            except FileNotFoundError:
                return

    async def stats(self, prefix: str | None = None) -> AsyncIterator[Stat]:
        """Every stored object, 1,000 at a time; strangers to our keys are left out."""
        with as_failures("list"):
            async for page in obstore.list(self.objects, prefix, chunk_size=1000):
                for found in page:
                    if _KEY.fullmatch(found["path"]):
                        yield Stat(found["path"], found["size"], found["last_modified"], found["e_tag"] or "")

    async def check(self) -> None:
        """Whether files can be stored now: asks the store for one name. Raises StorageUnavailable or StorageFull."""
        if self.root is not None:
            with as_failures("check"):
                await asyncio.to_thread(_probe, self.spools)
        with as_failures("check"):
            await obstore.list_with_delimiter_async(self.objects, "health-check")


def _probe(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"probe-{os.getpid()}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(handle, b"0" * 4096)
    finally:
        os.close(handle)
        path.unlink(missing_ok=True)


def local_store(folder: Path) -> Store:
    """The store in a folder that only this system user can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return Store("local", LocalStore(folder), folder / ".spool", folder)


def s3_store(config: Settings, url: str) -> Store:
    """The store in an S3 bucket, `url` being s3://bucket/prefix."""
    bucket, prefix = bucket_of(url)
    # One by one: a bulk delete answers differently from server to server.
    options: dict[str, str] = {"aws_disable_bulk_delete": "true"}
    if config.s3_encryption:
        options["aws_server_side_encryption"] = config.s3_encryption
    if config.s3_encryption == "aws:kms" and config.s3_kms_key:
        options["aws_sse_kms_key_id"] = config.s3_kms_key
    if config.s3_endpoint:
        options["aws_endpoint"] = config.s3_endpoint
    if config.s3_key:
        options["aws_access_key_id"] = config.s3_key
        options["aws_secret_access_key"] = config.s3_secret.get_secret_value() if config.s3_secret else ""
    objects = S3Store(
        bucket,
        prefix=prefix or None,
        config=options,  # type: ignore[arg-type]
        region=config.s3_region,
        virtual_hosted_style_request=not config.s3_path_style,
        client_options={
            "allow_http": config.s3_endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=3),
            "timeout": timedelta(seconds=60),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
    )
    return Store("s3", objects, config.data_dir / "spool")


def open_store(config: Settings, url: str | None = None) -> Store:
    """The store that the settings name; `url` overrides where it is ("" the local folder)."""
    where = config.storage_url if url is None else url
    return s3_store(config, where) if where else local_store(config.data_dir / "files")


_current: Store | None = None


def use(store: Store | None) -> None:
    """Names the store of this process; None: the settings' again."""
    global _current
    _current = store


def store() -> Store:
    """The store of this process."""
    global _current
    if _current is None:
        _current = open_store(settings())
    return _current
