"""The virus scanner's protocol, against a small scanner of the tests on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from koprogo_app.documents.acceptance.clamav import ScannerUnavailable, scan
from koprogo_app.foundation.errors import Invalid

SIGNATURE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


async def clamd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers INSTREAM as clamd does."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    data = b""
    while size := int.from_bytes(await reader.readexactly(4), "big"):
        data += await reader.readexactly(size)
    if data.startswith(b"silence"):
        writer.close()
        return
    verdict = b"stream: Eicar-Test-Signature FOUND" if SIGNATURE in data else b"stream: OK"
    if data.startswith(b"large"):
        verdict = b"INSTREAM size limit exceeded. ERROR"
    writer.write(verdict + b"\0")
    await writer.drain()
    writer.close()


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    path = str(tmp_path / "clamd.sock")
    async with await asyncio.start_unix_server(clamd, path):
        yield path


async def test_clean_infected_and_silent(address: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"clean" * 200_000)
    await scan(path, address)
    await scan(path, "")
    path.write_bytes(b"x" * 300_000 + SIGNATURE)
    with pytest.raises(Invalid, match="harmful"):
        await scan(path, address)
    for data in (b"silence", b"large"):
        path.write_bytes(data)
        with pytest.raises(ScannerUnavailable):
            await scan(path, address)
    with pytest.raises(ScannerUnavailable):
        await scan(path, "127.0.0.1:9")
    with pytest.raises(ScannerUnavailable):
        await scan(path, str(tmp_path / "nobody"))


async def test_over_tcp(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"clean")
    async with await asyncio.start_server(clamd, "127.0.0.1", 0) as server:
        await scan(path, f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
