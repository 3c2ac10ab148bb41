"""Figures for Prometheus at `/metrics`, for whoever has the token."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from koprogo_app.foundation.crypto import same
from koprogo_app.foundation.database import database, work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.rest.requests import Watching
from koprogo_app.settings import settings

REQUESTS: Final = Counter("koprogo_requests_total", "Answered requests of the API", ["method", "route", "status"])
SECONDS: Final = Histogram("koprogo_request_seconds", "Time to answer a request of the API", ["method", "route"])
EVENTS: Final = Counter("koprogo_page_events_total", "Page events by what became of them", ["outcome"])
MAILS: Final = Gauge("koprogo_mails", "Mails in the outbox", ["status"])
JOBS: Final = Gauge("koprogo_jobs", "Jobs in the queue", ["status"])
SESSIONS: Final = Gauge("koprogo_sessions", "Sessions in force", ["kind"])
POOL: Final = Gauge("koprogo_database_connections", "Connections of this process that are in use")

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Count:
    label: str
    amount: int


async def _counted(sql: str, gauge: Gauge) -> None:
    gauge.clear()
    async with work(SYSTEM) as w:
        for row in await w.rows(sql, _Count, now=w.now):
            gauge.labels(row.label).set(row.amount)


async def _measure() -> None:
    await _counted("select status as label, count(*) as amount from mail group by 1", MAILS)
    await _counted("select status::text as label, count(*) as amount from procrastinate_jobs group by 1", JOBS)
    await _counted(
        "select kind as label, count(*) as amount from user_session "
        "where revoked_at is null and expires_at > %(now)s group by 1",
        SESSIONS,
    )
    POOL.set(database().busy)


def _has_token(request: Request) -> bool:
    expected = settings().metrics_token
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    return expected is not None and scheme.lower() == "bearer" and same(shown, expected.get_secret_value())


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus' text format; 401 without the token of the settings, or when they have none."""
    if not _has_token(request):
        return PlainTextResponse("A bearer token is needed.\n", 401, {"www-authenticate": "Bearer"})
    await _measure()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Measured(Watching):
    """Counts and times the requests of the API by route, never by address: that could name a person."""

    def ended(self, scope: Any, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        SECONDS.labels(scope["method"], route).observe(seconds)
        REQUESTS.labels(scope["method"], route, status).inc()
