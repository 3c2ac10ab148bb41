"""Alive is not the same as ready."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.foundation import database, storage
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.storage.store import local_store
from koprogo_app.foundation.watch import health


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    storage.use(local_store(tmp_path / "files"))
    yield
    storage.use(None)


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(health.router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def test_ready_when_every_part_answers(client: httpx.AsyncClient, db: Database) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "storage": "ok"}


async def test_alive_but_not_ready_without_its_database(
    client: httpx.AsyncClient, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_SECONDS", 0.2)  # it waits for a server that may come back
    lost = Database(f"postgresql://koprogo_app@/koprogo?host={tmp_path}")
    database.use(lost)
    try:
        assert (await client.get("/healthz")).text == "ok"
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "not ready")
    finally:
        database.use(None)
        await lost.close()


async def test_not_ready_with_another_schema(
    client: httpx.AsyncClient, db: Database, pg: Server, database_name: str
) -> None:
    with pg.connect(database_name) as c:
        c.execute("update alembic_version set version_num = '0001'")
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"], answer.json()["database"]) == (503, "not ready", "ok")
