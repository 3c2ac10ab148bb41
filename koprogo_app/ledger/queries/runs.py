"""Closings asked for: which one is under way, and how far it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Forbidden
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries.books import year_name
from koprogo_app.workspace.queries.paging import scope


@dataclass(frozen=True, slots=True)
class RunRow:
    """A closing: waiting, running (at `step`, from 0), done, or failed with its refusal in each language."""

    id: UUID
    organization_id: UUID
    building_id: UUID
    fiscal_year_id: UUID
    status: str
    step: int
    refusal: dict[str, Any] | None


CLOSING: Final = "ledger.close_year"
_RUN: Final = f"""
select id, organization_id, building_id, subject::uuid as fiscal_year_id, status, done as step, refusal
  from foundation.background_run where task = '{CLOSING}' and"""


async def run(w: Work, run_id: UUID) -> RunRow:
    """One closing (`ledger.read`). Raises NotFound."""
    row = await w.one(f"{_RUN} id = %(r)s", RunRow, r=run_id)
    require(w, "ledger.read", row.organization_id, row.building_id)
    return row


async def under_way(w: Work, building_id: UUID) -> UUID | None:
    """The closing of a building that is waiting or running; the caller has authorised the building."""
    rows = await w.rows(f"{_RUN} building_id = %(b)s and status in ('waiting', 'running')", RunRow, b=building_id)
    return rows[0].id if rows else None


async def several(w: Work, run_ids: list[UUID]) -> dict[UUID, RunRow]:
    """Closings by their ids (`ledger.read` on each building). Raises Forbidden."""
    rows = await w.rows(f"{_RUN} id = any(%(r)s)", RunRow, r=run_ids)
    for row in rows:
        require(w, "ledger.read", row.organization_id, row.building_id)
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class ClosableRow:
    """The first open year of a building that is over, and its last closing, if one was tried."""

    year_id: UUID
    organization_id: UUID
    building_id: UUID
    building_name: str
    start: date
    end: date
    entries: int
    run_id: UUID | None
    status: str | None
    refusal: dict[str, Any] | None

    @property
    def name(self) -> str:
        """How people call the year: 2026, or 2025-2026 when it crosses a new year."""
        return year_name(self.start, self.end)


_CLOSABLE = """
select y.id as year_id, b.organization_id, b.id as building_id, b.name as building_name, lower(y.period) as start,
       upper(y.period) - 1 as end, (select count(*) from entry e where e.fiscal_year_id = y.id) as entries,
       r.id as run_id, r.status, r.refusal
  from ledger g join estate.building b on b.id = g.building_id
  join lateral (select * from fiscal_year f where f.building_id = b.id and f.status = 'open'
                 order by f.period limit 1) y on upper(y.period) <= %(today)s
  left join lateral (select * from foundation.background_run c where c.task = '{closing}' and c.subject = y.id::text
                        and c.organization_id = b.organization_id
                      order by c.created_at desc, c.id desc limit 1) r on true
 where %(everything)s or b.organization_id = any(%(organizations)s) or b.id = any(%(buildings)s)
 order by lower(y.period), b.name, b.id limit 500
"""


async def closable(w: Work) -> list[ClosableRow]:
    """The years that wait to be closed, in every building whose years one may close (`ledger.close`)."""
    where = scope(w, "ledger.close")
    if where.nowhere:
        raise Forbidden
    return await w.rows(_CLOSABLE.format(closing=CLOSING), ClosableRow, today=w.today, **where.params)
