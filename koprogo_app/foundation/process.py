"""What a process of KoproGo needs before it can work: the database, embedded or named by the operator."""

import contextlib
from collections.abc import AsyncIterator

from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.postgres.access import Access, open_access
from koprogo_app.settings import Settings, settings


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
    database = Database(access.app_url, role=access.app_role, size=settings().database_pool)
    databases.use(database)
    try:
        yield database
    finally:
        databases.use(None)
        await pdf.close()
        await database.close()
        access.release()
