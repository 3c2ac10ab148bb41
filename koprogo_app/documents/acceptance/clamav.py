"""Asking ClamAV, when the installation has it: its INSTREAM command over a socket."""

import asyncio
import struct
from pathlib import Path

import structlog

from koprogo_app.documents.acceptance.types import refused
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_

_BLOCK = 1 << 18
_SECONDS = 60.0
log = structlog.get_logger(__name__)


class ScannerUnavailable(KoproError):
    """The virus scanner is set up but does not answer: nothing unscanned is kept."""

    status = 503
    kind = "scanner-unavailable"

    def __init__(self) -> None:
        super().__init__(N_("The virus scanner does not answer. Nothing was saved; try again in a few minutes."))


async def scan(path: Path, address: str) -> None:
    """Passes when ClamAV finds nothing; `address` is a socket's path or host:port, empty: not asked.

    Raises Invalid when it finds something, ScannerUnavailable when it does not answer.
    """
    if not address:
        return
    try:
        verdict = await asyncio.wait_for(_ask(path, address), _SECONDS)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
        log.error("virus scanner does not answer", error=type(error).__name__)
        raise ScannerUnavailable from error
    if verdict.endswith("FOUND"):
        log.warning("virus refused", verdict=verdict[:100])
        raise refused(N_("The virus scanner found harmful code in this file. It was not saved."))
    if not verdict.endswith("OK"):
        log.error("virus scanner failed", verdict=verdict[:100])
        raise ScannerUnavailable


async def _ask(path: Path, address: str) -> str:
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        reader, writer = await asyncio.open_connection(host, int(port))
    else:
        reader, writer = await asyncio.open_unix_connection(address)
    try:
        writer.write(b"zINSTREAM\0")
        with path.open("rb") as file:
            while block := await asyncio.to_thread(file.read, _BLOCK):
                writer.write(struct.pack("!L", len(block)) + block)
                await writer.drain()
        writer.write(struct.pack("!L", 0))
        await writer.drain()
        return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace").strip()
    finally:
        writer.close()
