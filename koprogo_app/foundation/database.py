"""The one door to the database: `work`.

`work(principal)` opens one transaction as the role that owns nothing, tells row-level security whose it is, and commits
at its end; services never commit. Reads are SQL to typed rows (`Work.rows`), writes SQLModel rows (`Work.session`).
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.principal import Principal

BRUSSELS = ZoneInfo("Europe/Brussels")
R = TypeVar("R")
M = TypeVar("M", bound=SQLModel)

_RECYCLE_SECONDS = 1800
_WAIT_SECONDS = 30
_RETRY_SECONDS = 5


class Line(psycopg.AsyncConnection[Any]):
    """One connection of the pool, with SQLAlchemy's view of it for what a session writes."""

    written: AsyncConnection


_opened: ContextVar[Line] = ContextVar("opened")


async def _just_opened() -> Line:
    return _opened.get()


class Database:
    """A pool of connections to one database. `role`: role to take in each transaction, '' to stay as signed in.

    Connections stay open between transactions, each begun with one message that also names the tenant. They begin and
    end theirs themselves: the driver and SQLAlchemy, which wakes only for a transaction that writes rows, are both told
    that each statement stands alone.
    """

    def __init__(self, url: str, *, role: str = "", size: int = 10) -> None:
        self.url = "postgresql://" + url.partition("://")[2]  # as the driver reads it
        self.role = role or "none"
        self.busy = 0
        self._size = size
        self._places = asyncio.Semaphore(size)  # cheaper than the pool's queue: that starts a task for each
        self._pool: AsyncConnectionPool[Line] | None = None
        self._engine = create_async_engine(
            "postgresql+psycopg://", poolclass=NullPool, isolation_level="AUTOCOMMIT", async_creator=_just_opened
        )

    async def close(self) -> None:
        """Gives every connection back; the next transaction opens new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    @contextlib.asynccontextmanager
    async def begun(self, principal: Principal) -> AsyncIterator[Line]:
        """Lends a connection on which a transaction of this principal has begun; `busy` counts those lent.

        Raises TimeoutError when none is free for half a minute, psycopg_pool.PoolTimeout when no server answers.
        """
        opening = _opening(principal, self.role)
        if self._places.locked():
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._places.acquire()
        else:
            await self._places.acquire()
        self.busy += 1
        try:
            pool = self._pool or await self._open()
            line = await self._begin(pool, opening)
            try:
                yield line
            finally:
                await _give_back(pool, line)
        finally:
            self.busy -= 1
            self._places.release()

    async def _open(self) -> AsyncConnectionPool[Line]:
        self._pool = pool = AsyncConnectionPool(
            self.url, connection_class=Line, configure=self._show, open=False, min_size=0, max_size=self._size,
            kwargs={"autocommit": True, "application_name": "koprogo", "connect_timeout": 5}, timeout=_WAIT_SECONDS,
            max_lifetime=_RECYCLE_SECONDS, reconnect_timeout=_RETRY_SECONDS, reconnect_failed=_try_again,
        )  # fmt: skip
        await pool.open()
        return pool

    async def _show(self, line: Line) -> None:
        """Shows a new connection to SQLAlchemy, which does not own it: `detach`."""
        _opened.set(line)
        line.written = await self._engine.connect()
        await line.written.run_sync(Connection.detach)

    async def _begin(self, pool: AsyncConnectionPool[Line], opening: str) -> Line:
        """A connection with its transaction begun; those that the server has dropped meanwhile are passed over."""
        dropped = 0
        while True:
            line = await pool.getconn()
            try:
                await line.execute(opening, prepare=False)
                return line
            except BaseException as error:
                await _give_back(pool, line)
                dropped += 1
                if not (isinstance(error, psycopg.OperationalError) and line.closed) or dropped > self._size:
                    raise


async def _give_back(pool: AsyncConnectionPool[Line], line: Line) -> None:
    """Ends what is still open on a connection and returns it; one in doubt is closed, and the pool opens another."""
    try:
        if line.written.invalidated or line.written.in_transaction():
            await line.close()
        elif line.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with contextlib.suppress(psycopg.Error):
                await line.rollback()
    finally:
        await pool.putconn(line)


async def _try_again(pool: AsyncConnectionPool[Any]) -> None:
    """Lets the pool connect anew for those who wait, so that they go on as soon as the server is back."""
    if pool.get_stats().get("requests_waiting"):
        await pool.check()


def _opening(principal: Principal, role: str) -> str:
    """Begins a transaction and tells row-level security whose it is, in one message and so without parameters."""
    values = (principal.tenant_setting, str(principal.user_id or ""), role)
    if not all(_PLAIN.fullmatch(value) for value in values):
        raise ValueError("tenants, person and role are plain identifiers")
    return _BEGIN.format(*values)


_PLAIN = re.compile(r"[0-9a-z_,*-]*")
_BEGIN = (
    "begin; select set_config('koprogo.organizations', '{}', true), set_config('koprogo.user', '{}', true), "
    "set_config('role', '{}', true)"
)


# Written as it stands, without SQLAlchemy: each command ends with one. The database gives it its place in the chain.
_RECORD = """
insert into audit_entry (organization_id, at, user_id, session_id, ip, action, entity, entity_id, building_id, before,
                         after, seq, prev_hash, hash)
values """
_RECORDED = (
    "organization", "at", "user", "session", "ip", "action", "entity", "entity_id", "building", "before", "after",
)  # fmt: skip
_RECORD_ROW = f"({', '.join(['%s'] * len(_RECORDED))}, 0, '', '')"


_current: Database | None = None


def use(database: Database | None) -> None:
    """Names the database that `work` uses in this process."""
    global _current
    _current = database


def database() -> Database:
    """The database of this process; a RuntimeError before `use`."""
    if _current is None:
        raise RuntimeError("No database: call koprogo_app.foundation.database.use first.")
    return _current


class Work:
    """One unit of work: a transaction, its principal and its clock."""

    def __init__(self, line: Line, who: Principal, now: datetime) -> None:
        self._line = line
        self._session: AsyncSession | None = None
        self._afterwards: list[Callable[[], None]] = []
        self._records: list[dict[str, Any]] = []
        self.once: dict[object, Any] = {}
        """What was read once in this transaction and need not be read again until something is written."""
        self.principal = who
        self.now = now

    @property
    def today(self) -> date:
        """The day in Belgium."""
        return self.now.astimezone(BRUSSELS).date()

    @property
    def session(self) -> AsyncSession:
        """The SQLModel session of this transaction, for writes."""
        if self._session is None:
            self._session = AsyncSession(bind=self._line.written, expire_on_commit=False, autoflush=False)
        return self._session

    async def flush(self) -> None:
        """Sends pending writes, so that constraints speak now."""
        if self._session is not None:
            await self._session.flush()
        if self._records:
            records, self._records = self._records, []
            rows = ", ".join([_RECORD_ROW] * len(records))
            await self._line.execute(_RECORD + rows, [record[name] for record in records for name in _RECORDED])

    def record(self, act: dict[str, Any]) -> None:
        """Keeps a row of the audit trail until pending writes are sent; `foundation.audit` makes it."""
        self._records.append(act)

    async def add(self, row: M) -> M:
        """Writes a new row and returns it with what the database filled in."""
        self.once.clear()
        self.session.add(row)
        await self.session.flush()
        return row

    async def get(self, model: type[M], row_id: object, *, alone: bool = False) -> M:
        """A row by its id, `alone`: as it is now, kept from other writers. Raises NotFound when this principal sees
        none."""
        row = await self.session.get(model, row_id, with_for_update=True if alone else None, populate_existing=alone)
        if row is None:
            raise NotFound
        return row

    async def rows(self, sql: str, row_type: type[R], **params: Any) -> list[R]:
        """Rows of a query (`%(name)s` parameters), each as `row_type(**columns)`."""
        await self.flush()
        async with self._line.cursor(row_factory=class_row(row_type)) as cursor:
            await cursor.execute(sql, params)
            return await cursor.fetchall()

    async def one(self, sql: str, row_type: type[R], **params: Any) -> R:
        """The single row of a query. Raises NotFound when there is none."""
        found = await self.rows(sql, row_type, **params)
        if not found:
            raise NotFound
        return found[0]

    async def value(self, sql: str, **params: Any) -> Any:
        """First column of the first row, or None."""
        await self.flush()
        cursor = await self._line.execute(sql, params)
        row = await cursor.fetchone()
        return None if row is None else row[0]

    async def execute(self, sql: str, **params: Any) -> int:
        """Runs a statement; returns how many rows it touched."""
        self.once.clear()
        await self.flush()
        return (await self._line.execute(sql, params)).rowcount

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does something in memory once the transaction is committed, and never when it is not."""
        self._afterwards.append(act)

    async def _finish(self) -> None:
        await self.flush()
        await self._line.commit()
        for act in self._afterwards:
            act()

    async def _close(self) -> None:
        """Lets the session go; what was not committed by now is rolled back with it."""
        if self._session is not None:
            await self._session.close()


@contextlib.asynccontextmanager
async def work(principal: Principal, *, on: Database | None = None, now: datetime | None = None) -> AsyncIterator[Work]:
    """Opens one transaction for a principal and commits it at the end; any exception rolls everything back."""
    target = on or database()
    async with target.begun(principal) as line:
        unit = Work(line, principal, now or datetime.now(UTC))
        try:
            yield unit
            await unit._finish()
        except psycopg.Error as error:
            raise translated(error) from error
        except Exception as error:
            original = getattr(error, "orig", None)
            if isinstance(original, psycopg.Error):
                raise translated(original) from error
            raise
        finally:
            await unit._close()


def translated(error: psycopg.Error) -> Exception:
    """A database refusal as the house's own error, when it is one we raise on purpose."""
    from koprogo_app.foundation.refusals import from_database

    return from_database(error) or error
