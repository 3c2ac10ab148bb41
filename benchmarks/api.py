"""The signed-in list of 20 lots over REST, against a bare endpoint that runs the same query.

Both are served by Granian with one worker, on the same database, and loaded in turn by the same client: the bare one is
FastAPI and a psycopg pool, without sign-in, limits, log, metrics or headers. Prints requests a second, p50, p99
and their ratios. Run: `python -m benchmarks.api [seconds]`.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLIENTS = 16
ROUNDS = 5


def bare() -> Any:
    """The floor: what FastAPI and psycopg can do with this query."""
    from fastapi import FastAPI, Response
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    app = FastAPI()
    sql, params = Path(os.environ["BENCH_SQL"]).read_text(), json.loads(os.environ["BENCH_PARAMS"])
    pool = AsyncConnectionPool(os.environ["BENCH_DSN"], min_size=10, max_size=10, open=False)

    @app.on_event("startup")
    async def start() -> None:
        await pool.open(wait=True)

    @app.get("/lots")
    async def lots() -> Response:
        async with pool.connection() as connection:
            await connection.execute("set local koprogo.organizations = '*'")
            async with connection.cursor(row_factory=dict_row) as cursor:
                await cursor.execute(sql, params)
                rows = await cursor.fetchall()
        items = ",".join(row["item"] for row in rows)
        return Response(f'{{"items": [{items}], "total": {rows[0]["total"]}}}', media_type="application/json")

    return app


@contextmanager
def served(target: str, port: int, env: dict[str, str]) -> Iterator[str]:
    """A Granian with one worker."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--port", str(port), target]
    process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:  # Granian waits for open sockets
            process.kill()


async def load(url: str, headers: dict[str, str], seconds: float) -> tuple[float, list[float]]:
    """Requests a second and each request's seconds, from CLIENTS loops on kept-alive connections."""
    import aiohttp

    times: list[float] = []
    async with aiohttp.ClientSession(headers=headers) as session:
        end = time.perf_counter() + seconds

        async def loop() -> None:
            while (start := time.perf_counter()) < end:
                async with session.get(url) as answer:
                    body = await answer.read()
                    if answer.status != 200:
                        raise RuntimeError(f"{url}: {answer.status} {body[:200]!r}")
                times.append(time.perf_counter() - start)

        began = time.perf_counter()
        await asyncio.gather(*(loop() for _ in range(CLIENTS)))
        return len(times) / (time.perf_counter() - began), times


async def ready(url: str) -> None:
    """Waits until the server answers."""
    import aiohttp

    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def p99(times: list[float]) -> float:
    """99th percentile, ms."""
    return statistics.quantiles(times, n=100)[98] * 1000


def line(rate: float, times: list[float]) -> str:
    """One side of a round."""
    return f"{rate:6.0f}/s p50 {statistics.median(times) * 1000:5.1f} p99 {p99(times):5.1f} ms"


async def measure(ours: str, floor: str, token: str, building: str, seconds: float) -> None:
    """Turn by turn, then the medians of the rounds."""
    url = f"{ours}/api/v1/units?building_id={building}&per_page=20"
    mine, theirs = {"authorization": f"Bearer {token}"}, dict[str, str]()
    await ready(f"{ours}/healthz")
    await ready(f"{floor}/lots")
    await load(url, mine, 1)
    await load(f"{floor}/lots", theirs, 1)
    rates, tails = [], []
    for turn in range(1, ROUNDS + 1):
        floor_rate, floor_times = await load(f"{floor}/lots", theirs, seconds)
        our_rate, our_times = await load(url, mine, seconds)
        rates.append(our_rate / floor_rate)
        tails.append(p99(our_times) / p99(floor_times))
        print(f"{turn}: {line(our_rate, our_times)} | floor {line(floor_rate, floor_times)} | ratio {rates[-1]:.2f}")
    print(f"median: {statistics.median(rates):.2f} of the floor's requests a second (aim ≥ 0.6), "
          f"p99 {statistics.median(tails):.2f} × the floor's (aim ≤ 3)")  # fmt: skip


async def prepare(data: Path) -> tuple[dict[str, str], dict[str, str], str, str]:
    """The demo in a throwaway installation: environment of ours, of the floor, an access token, the building."""
    from koprogo_app.demo import fill
    from koprogo_app.demo.people import PASSWORD
    from koprogo_app.estate.queries.lots import _JSON, LotFilter, _lots_sql
    from koprogo_app.foundation.database import work
    from koprogo_app.foundation.principal import SYSTEM
    from koprogo_app.foundation.schema import migrations
    from koprogo_app.foundation.watch.process import connected, database_access
    from koprogo_app.identity.service import sign_in
    from koprogo_app.identity.service.sign_in import Caller
    from koprogo_app.workspace.queries.paging import Asked

    access = database_access()
    migrations.upgrade(access.owner_url)
    async with connected():
        await fill(lambda _what, _share: None)
        caller = Caller(ip="127.0.0.1", user_agent="benchmark")
        outcome = await sign_in.with_password("syndic@koprogo.example.be", PASSWORD, caller, kind="api")
        async with work(SYSTEM) as w:
            building, organization = await w.value(
                "select array[id, organization_id] from building where deed_total = 10000"
            )
    params = {"building": str(building), "organization": str(organization), "today": "2026-11-22", "limit": 20,
              "offset": 0, "kind": "", "status": "", "like": "%%", "everything": False,
              "organizations": [str(organization)], "buildings": []}  # fmt: skip
    sql = data / "query.sql"
    sql.write_text(_lots_sql(Asked(), LotFilter(), _JSON))
    dsn = access.app_url.replace("postgresql+psycopg://", "postgresql://")
    floor = {"BENCH_SQL": str(sql), "BENCH_PARAMS": json.dumps(params), "BENCH_DSN": dsn}
    if outcome.pair is None:
        raise RuntimeError("the demo's syndic cannot sign in")
    return {}, floor, outcome.pair.access_token, str(building)


def main(seconds: float) -> None:
    """Sets both up, measures, takes both down."""
    with tempfile.TemporaryDirectory(prefix="koprogo-bench-") as folder:
        data = Path(folder)
        os.environ.update(KOPROGO_DATA_DIR=folder, KOPROGO_USER_PER_MINUTE="100000000", KOPROGO_LOG_LEVEL="warning",
                          KOPROGO_EMBEDDED_WORKER="false")  # fmt: skip
        from koprogo_app.foundation.watch.process import database_access
        from koprogo_app.interface.build import build
        from koprogo_app.serve import environment

        build()
        ours, floor, token, building = asyncio.run(prepare(data))
        with (
            served("koprogo_app.koprogo_app:app", 8197, {**environment(), **ours}) as our_url,
            served("benchmarks.api:bare", 8198, floor) as floor_url,
        ):
            asyncio.run(measure(our_url, floor_url, token, building, seconds))
        database_access().server.stop()  # type: ignore[union-attr]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
