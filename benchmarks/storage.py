"""A document of 50 MB up and down through the program, against plain obstore.

Two floors in the same run, turn by turn: obstore behind a bare FastAPI endpoint on the same server (what the network
and the store cost), and obstore alone in this process. The program also hashes, judges, syncs to the disk, writes its
rows and checks the hash on the way back. Prints the median of each and the ratios.
Run: `python -m benchmarks.storage [rounds]`.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SIZE = 50_000_000
BLOCK = 1 << 18


def bare() -> Any:
    """The floor over HTTP: a body goes to obstore, and comes back from it."""
    import obstore
    from fastapi import FastAPI, Request
    from fastapi.responses import StreamingResponse
    from obstore.store import LocalStore

    app = FastAPI()
    store = LocalStore(os.environ["BENCH_FOLDER"], mkdir=True)

    @app.put("/{key}")
    async def put(key: str, request: Request) -> dict[str, str]:
        await obstore.put_async(store, key, request.stream())
        return {"key": key}

    @app.get("/{key}")
    async def get(key: str) -> StreamingResponse:
        answer = await obstore.get_async(store, key)

        async def blocks() -> AsyncIterator[bytes]:
            async for block in answer.stream(min_chunk_size=1 << 20):
                yield bytes(block)

        return StreamingResponse(blocks(), media_type="application/pdf")

    return app


def program() -> Any:
    """The program's API with the routes of documents."""
    from koprogo_app.documents.api import router
    from koprogo_app.foundation import database as databases
    from koprogo_app.foundation.database import Database
    from koprogo_app.foundation.rest.api import make_api

    databases.use(Database(os.environ["BENCH_URL"], size=10))
    return make_api([router])


def paper(number: int) -> bytes:
    """A PDF of the wanted size that is nobody else's."""
    head = b"%%PDF-1.7\n%%%d\n" % number
    tail = b"\n%%EOF\n"
    return head + os.urandom(SIZE - len(head) - len(tail)) + tail


async def _body(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), BLOCK):
        yield data[start : start + BLOCK]


async def over_http(client: Any, put: str, get: Callable[[Any], str], data: bytes) -> tuple[float, float]:
    """Seconds up and down."""
    start = time.perf_counter()
    async with client.put(put, data=_body(data), headers={"content-length": str(len(data))}) as answer:
        found = await answer.json()
        if answer.status >= 300:
            raise RuntimeError(found)
    middle = time.perf_counter()
    size = 0
    async with client.get(get(found)) as answer:
        async for block in answer.content.iter_chunked(1 << 20):
            size += len(block)
    if size != len(data):
        raise RuntimeError(f"{size} bytes came back")
    return middle - start, time.perf_counter() - middle


async def alone(folder: Path, key: str, data: bytes) -> tuple[float, float]:
    """Seconds up and down with obstore in this process, from a file and to nowhere."""
    import obstore
    from obstore.store import LocalStore

    store = LocalStore(folder, mkdir=True)
    start = time.perf_counter()
    await obstore.put_async(store, key, _body(data))
    middle = time.perf_counter()
    answer = await obstore.get_async(store, key)
    async for block in answer.stream(min_chunk_size=1 << 20):
        len(block)
    return middle - start, time.perf_counter() - middle


async def prepared(url: str) -> tuple[str, str]:
    """An access token of a syndic, and her building."""
    from koprogo_app.foundation import database as databases
    from koprogo_app.foundation.database import Database, work
    from koprogo_app.foundation.principal import SYSTEM
    from koprogo_app.identity.model import User
    from koprogo_app.identity.service import sessions, tokens
    from tests.world import build_world

    database = Database(url, size=4)
    databases.use(database)
    world = await build_world()
    async with work(SYSTEM) as w:
        user = await w.get(User, world.people["syndic_a"].user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="")
    await database.close()
    return tokens.access_token(user.id, session.id, datetime.now(UTC)), str(world.buildings["tilia"])


def line(name: str, times: list[tuple[float, float]]) -> tuple[float, float]:
    """Prints and gives the medians."""
    up, down = statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)
    print(f"{name:28} up {up * 1000:7.0f} ms ({SIZE / up / 1e6:5.0f} MB/s)   down {down * 1000:7.0f} ms")
    return up, down


async def run(rounds: int, url: str, folder: Path) -> None:
    """The rounds, and what came of them."""
    import aiohttp

    from benchmarks.api import served

    token, building = await prepared(url)
    env = {"BENCH_URL": url, "BENCH_FOLDER": str(folder / "bare"), "KOPROGO_DATA_DIR": str(folder / "data")}
    taken: dict[str, list[tuple[float, float]]] = {"program": [], "bare": [], "alone": []}
    with (
        served("benchmarks.storage:program", 8791, env) as ours,
        served("benchmarks.storage:bare", 8792, env) as floor,
    ):
        headers = {"authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as mine, aiohttp.ClientSession() as theirs:
            await _ready(mine, f"{ours}/api/docs")
            await _ready(theirs, f"{floor}/docs")
            for number in range(rounds + 1):
                data = paper(number)
                turns: dict[str, Awaitable[tuple[float, float]]] = {
                    "program": over_http(
                        mine, f"{ours}/api/documents?name={number}.pdf&building_id={building}",
                        lambda found: f"{ours}/api/v1/documents/{found['id']}", data,
                    ),
                    "bare": over_http(theirs, f"{floor}/{number}", lambda found: f"{floor}/{found['key']}", data),
                    "alone": alone(folder / "alone", str(number), data),
                }  # fmt: skip
                for name, turn in turns.items():
                    seconds = await turn
                    if number:  # the first round warms up
                        taken[name].append(seconds)
    up, down = line("through the program", taken["program"])
    bare_up, bare_down = line("obstore behind FastAPI", taken["bare"])
    alone_up, alone_down = line("obstore alone", taken["alone"])
    print(f"against plain obstore: up {up / alone_up:.2f}, down {down / alone_down:.2f}, both "
          f"{(up + down) / (alone_up + alone_down):.2f} (aim ≤ 2)")  # fmt: skip
    print(f"against obstore behind FastAPI: up {up / bare_up:.2f}, down {down / bare_down:.2f}, both "
          f"{(up + down) / (bare_up + bare_down):.2f}")  # fmt: skip


async def _ready(client: Any, url: str) -> None:
    import aiohttp

    limit = time.perf_counter() + 60
    while time.perf_counter() < limit:
        try:
            async with client.get(url) as answer:
                if answer.status < 500:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def main() -> None:
    """A throwaway database and folder, then the rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ.setdefault("KOPROGO_SECRET_KEY", "a secret for benchmarks only, longer than thirty-two characters")
    from koprogo_app.foundation.postgres import ensure_server
    from koprogo_app.foundation.schema import migrations

    with tempfile.TemporaryDirectory(prefix="koprogo-bench-") as name:
        Path(name).chmod(0o755)  # the database runs as its own user
        server = ensure_server(Path(name) / "pg", throwaway=True)
        try:
            migrations.upgrade(server.owner_url)
            asyncio.run(run(rounds, server.url("koprogo", "koprogo_app"), Path(name)))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
