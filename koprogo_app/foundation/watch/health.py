"""Is the installation alive, and can it serve: `/healthz`, `/readyz`, and the checks behind them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import psycopg
import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from koprogo_app.foundation.database import work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import NOBODY
from koprogo_app.foundation.schema import migrations
from koprogo_app.foundation.storage.failures import StorageFull, StorageUnavailable
from koprogo_app.foundation.storage.store import store

_SECONDS = 5.0
log = structlog.get_logger(__name__)
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Check:
    """State of one part. `detail` is an English msgid without secrets; `milliseconds` it took."""

    name: str
    ok: bool
    detail: str
    milliseconds: int


class NotReady(Exception):
    """A part that cannot serve, in words for the operator."""


async def _database() -> str:
    async with work(NOBODY) as w:
        await w.value("select 1")
    return N_("The database answers.")


async def _migrations() -> str:
    async with work(NOBODY) as w:
        at = await w.value("select version_num from alembic_version")
    if at != await asyncio.to_thread(migrations.head):
        raise NotReady(N_("The database has another schema than this program: run koprogo migrate."))
    return N_("The schema is the program's.")


async def _storage() -> str:
    try:
        await store().check()
    except StorageFull as error:
        raise NotReady(N_("No room is left for files.")) from error
    except StorageUnavailable as error:
        raise NotReady(N_("The file storage does not answer.")) from error
    return N_("Files can be stored.")


_PARTS: Final[dict[str, Callable[[], Awaitable[str]]]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
}


async def _one(name: str, check: Callable[[], Awaitable[str]]) -> Check:
    start = time.perf_counter()
    try:
        detail, ok = await asyncio.wait_for(check(), _SECONDS), True
    except NotReady as reason:
        detail, ok = str(reason), False
    except (psycopg.Error, SQLAlchemyError, OSError, TimeoutError) as error:
        log.warning("part not ready", part=name, error=type(error).__name__)
        detail, ok = N_("It does not answer."), False
    return Check(name, ok, detail, round((time.perf_counter() - start) * 1000))


async def checks() -> list[Check]:
    """The state of every part, asked at once, each for at most 5 s."""
    return list(await asyncio.gather(*(_one(name, check) for name, check in _PARTS.items())))


@router.get("/healthz", include_in_schema=False)
async def alive() -> PlainTextResponse:
    """The process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz", include_in_schema=False)
async def ready() -> JSONResponse:
    """200 when every part can serve, else 503; says which part, not why: the log and the doctor do."""
    found = await checks()
    body = {c.name: "ok" if c.ok else "not ready" for c in found}
    return JSONResponse(body, 200 if all(c.ok for c in found) else 503)
