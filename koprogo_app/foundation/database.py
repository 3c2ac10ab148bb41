"""The one door to the database: `work`.

`work(principal)` opens one transaction as the role that owns nothing, tells row-level security whose it is, and commits
at its end; services never commit. Reads are SQL to typed rows (`Work.rows`), writes SQLModel rows (`Work.session`).
"""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import class_row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.principal import Principal

BRUSSELS = ZoneInfo("Europe/Brussels")
R = TypeVar("R")
M = TypeVar("M", bound=SQLModel)

_RECYCLE_SECONDS = 1800
_WAIT_SECONDS = 30


@dataclass(slots=True)
class _Line:
    """One connection, as the driver has it for reads and as SQLAlchemy has it for writes."""

    wrapped: AsyncConnection
    raw: psycopg.AsyncConnection[Any]
    born: float


class Database:
    """A pool of connections to one database. `role`: role to take in each transaction, '' to stay as signed in.

    Connections stay open between transactions, each begun with one message that also names the tenant; SQLAlchemy wakes
    only for a transaction that writes rows.
    """

    def __init__(self, url: str, *, role: str = "", size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=size,
            max_overflow=0,
            connect_args={"application_name": "koprogo", "connect_timeout": 5},
        )
        self.role = role or "none"
        self.busy = 0
        self._idle: list[_Line] = []
        self._places = asyncio.Semaphore(size)

    async def close(self) -> None:
        """Gives every connection back."""
        while self._idle:
            await self._drop(self._idle.pop())
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def begun(self, principal: Principal) -> AsyncIterator[_Line]:
        """Lends a connection on which a transaction of this principal has begun; `busy` counts those lent."""
        if self._places.locked():
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._places.acquire()
        else:
            await self._places.acquire()
        try:
            self.busy += 1
            line = await self._begin(_opening(principal, self.role))
            try:
                yield line
            finally:
                await self._take_back(line)
        finally:
            self.busy -= 1
            self._places.release()

    async def _begin(self, opening: str) -> _Line:
        """A connection with its transaction begun: an idle one, or a new one when the server has dropped those."""
        while self._idle:
            line = self._idle.pop()
            try:
                await line.raw.execute(opening, prepare=False)
                return line
            except psycopg.OperationalError:
                await self._drop(line)
            except BaseException:
                await self._drop(line)
                raise
        line = await self._connect()
        try:
            await line.raw.execute(opening, prepare=False)
        except BaseException:
            await self._drop(line)
            raise
        return line

    async def _connect(self) -> _Line:
        opening = asyncio.ensure_future(self._open())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Half connected, the server would wait a minute for the rest, and hold up who drops or alters something.
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_WAIT_SECONDS):
                    await self._drop(await asyncio.shield(opening))
            raise

    async def _open(self) -> _Line:
        wrapped = await self.engine.connect()
        raw = cast("psycopg.AsyncConnection[Any]", (await wrapped.get_raw_connection()).driver_connection)
        await raw.set_autocommit(True)  # we begin and end transactions ourselves
        return _Line(wrapped, raw, time.monotonic())

    async def _take_back(self, line: _Line) -> None:
        raw = line.raw
        if not raw.closed and raw.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            with contextlib.suppress(psycopg.Error):
                await raw.rollback()
        old = time.monotonic() - line.born > _RECYCLE_SECONDS
        if raw.closed or old or raw.info.transaction_status is not TransactionStatus.IDLE:
            await self._drop(line)
            return
        if line.wrapped.in_transaction():
            await line.wrapped.rollback()  # only SQLAlchemy's own idea of it: the driver has none left
        self._idle.append(line)

    async def _drop(self, line: _Line) -> None:
        with contextlib.suppress(Exception):
            await line.raw.close()
        with contextlib.suppress(Exception):
            await line.wrapped.invalidate()
            await line.wrapped.close()


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
values (%(organization)s, %(at)s, %(user)s, %(session)s, %(ip)s, %(action)s, %(entity)s, %(entity_id)s, %(building)s,
        %(before)s, %(after)s, 0, '', '')
"""


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

    def __init__(
        self, connection: AsyncConnection, raw: psycopg.AsyncConnection, who: Principal, now: datetime
    ) -> None:
        self._connection = connection
        self._raw = raw
        self._session: AsyncSession | None = None
        self._afterwards: list[Callable[[], None]] = []
        self._records: list[dict[str, Any]] = []
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
            self._session = AsyncSession(bind=self._connection, expire_on_commit=False, autoflush=False)
        return self._session

    async def flush(self) -> None:
        """Sends pending writes, so that constraints speak now."""
        if self._session is not None:
            await self._session.flush()
        if self._records:
            records, self._records = self._records, []
            async with self._raw.cursor() as cursor:
                await cursor.executemany(_RECORD, records)

    def record(self, act: dict[str, Any]) -> None:
        """Keeps a row of the audit trail until pending writes are sent; `foundation.audit` makes it."""
        self._records.append(act)

    async def add(self, row: M) -> M:
        """Writes a new row and returns it with what the database filled in."""
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
        async with self._raw.cursor(row_factory=class_row(row_type)) as cursor:
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
        cursor = await self._raw.execute(sql, params)
        row = await cursor.fetchone()
        return None if row is None else row[0]

    async def execute(self, sql: str, **params: Any) -> int:
        """Runs a statement; returns how many rows it touched."""
        await self.flush()
        return (await self._raw.execute(sql, params)).rowcount

    def afterwards(self, act: Callable[[], None]) -> None:
        """Does something in memory once the transaction is committed, and never when it is not."""
        self._afterwards.append(act)

    async def _finish(self) -> None:
        await self.flush()
        await self._raw.commit()
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
        unit = Work(line.wrapped, line.raw, principal, now or datetime.now(UTC))
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
