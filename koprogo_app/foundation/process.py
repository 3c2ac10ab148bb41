"""What a process of KoproGo needs before it can work: the database, embedded or named by the operator."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog

from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.postgres import Server, ensure_server, is_dead
from koprogo_app.foundation.postgres.access import Access, open_access
from koprogo_app.foundation.postgres.home import PostgresError
from koprogo_app.settings import Settings, settings

_WATCH_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 10.0
log = structlog.get_logger(__name__)


def database_access(of: Settings | None = None) -> Access:
    """Finds, or starts, the database that the settings name. Raises PostgresError with the cause and the mend."""
    chosen = of or settings()
    owner = chosen.database_url.get_secret_value() if chosen.database_url else ""
    app = chosen.app_database_url.get_secret_value() if chosen.app_database_url else ""
    return open_access(chosen.data_dir, owner, app)


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Database]:
    """The database in use by `work`, for as long as the block runs; the embedded server stops with its last user,
    the processes that draw PDFs with this one."""
    access = database_access()
    watch = asyncio.create_task(_keep_running(access.server)) if access.server else None
    database = Database(access.app_url, role=access.app_role, size=settings().database_pool)
    databases.use(database)
    try:
        yield database
    finally:
        if watch:
            watch.cancel()
        databases.use(None)
        await pdf.close()
        await database.close()
        access.release()


async def _keep_running(server: Server) -> None:
    """Starts the embedded server again when it dies under us; calls that come meanwhile are answered 503."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if not await asyncio.to_thread(is_dead, server.data_dir):
            continue
        log.error("the embedded PostgreSQL died: it is started again")
        try:
            await asyncio.to_thread(ensure_server, server.data_dir)
        except PostgresError as error:
            log.error("the embedded PostgreSQL does not start", why=str(error))
            await asyncio.sleep(_AGAIN_SECONDS)
