"""The embedded server killed under a process that uses it: it comes back by itself, and what was written is there."""

import asyncio
import gc
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from koprogo_app.foundation.database import database, work
from koprogo_app.foundation.postgres import ensure_server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.watch import process


async def _answers() -> bool:
    try:
        async with work(SYSTEM) as w:
            return bool(await w.value("select true"))
    except psycopg.OperationalError:
        return False


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's own user can reach."""
    made = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


async def test_a_killed_server_is_started_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ensure_server(folder, throwaway=True)
    monkeypatch.setattr(process, "database_access", lambda: process.open_access(folder))
    async with process.connected():
        assert await _answers() and database()
        pid_file = server.data_dir / "postgres" / "data" / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        until = time.monotonic() + 60
        while int(pid_file.read_text().split()[0] or 0) and time.monotonic() < until and not await _answers():
            await asyncio.sleep(0.2)
        assert await _answers()
    server.release()
    with warnings.catch_warnings():  # connections of the server that was killed
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
