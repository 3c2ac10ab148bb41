"""Figures for Prometheus: for whoever has the token, and without anybody in them."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.foundation.database import Database
from koprogo_app.foundation.watch.metrics import Measured, router
from koprogo_app.settings import settings


@pytest.fixture
async def client(db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The metrics route and one more, measured."""
    monkeypatch.setenv("KOPROGO_METRICS_TOKEN", "the token")
    settings.cache_clear()
    app = FastAPI()
    app.include_router(router)

    @app.get("/api/v1/things/{name}")
    async def thing(name: str) -> str:
        return name

    async with httpx.AsyncClient(transport=httpx.ASGITransport(Measured(app)), base_url="http://x") as client:
        yield client
    settings.cache_clear()


async def test_only_with_the_token(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for header in ("", "Bearer", "Bearer wrong", "Basic the token", "the token"):
        assert (await client.get("/metrics", headers={"authorization": header})).status_code == 401, header
    assert (await client.get("/metrics", headers={"authorization": "Bearer the token"})).status_code == 200
    monkeypatch.delenv("KOPROGO_METRICS_TOKEN")
    settings.cache_clear()
    for header in ("Bearer ", "Bearer None", "Bearer the token"):
        assert (await client.get("/metrics", headers={"authorization": header})).status_code == 401, header


async def test_requests_are_counted_by_route(client: httpx.AsyncClient) -> None:
    await client.get("/api/v1/things/peeters")
    await client.get("/api/v1/missing/peeters")
    text = (await client.get("/metrics", headers={"authorization": "Bearer the token"})).text
    assert 'koprogo_requests_total{method="GET",route="/api/v1/things/{name}",status="200"} 1.0' in text
    assert 'route="unknown",status="404"' in text and "peeters" not in text
    for name in ("koprogo_mails", "koprogo_jobs", "koprogo_sessions", "koprogo_database_connections", "process_"):
        assert name in text
