"""Statements and their movements, as they are in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from koprogo_app.bank.facts import Gap, gap, name_of
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, paged


@dataclass(frozen=True, slots=True)
class _Before:
    year: int
    number: int
    new_cents: int


@answer(name="account", missing="open_count")
@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement. `open_count` of its `count` movements are not posted yet; `alone` were posted as proposed.

    `before_…` describe the statement of the same account before it, None for the first.
    """

    id: UUID
    organization_id: Hidden[UUID]
    building_id: UUID
    building: Hidden[str]
    bank_account_id: UUID
    iban: str
    fund: Hidden[str]
    journal: Hidden[str]
    account: str
    year: int
    number: int
    old_cents: int
    old_on: date
    new_cents: int
    new_on: date
    format: str
    document_id: UUID | None
    created_at: Hidden[datetime]
    count: int
    open_count: int
    alone: Hidden[int]
    before_year: Hidden[int | None]
    before_number: Hidden[int | None]
    before_cents: Hidden[int | None]

    @property
    def name(self) -> str:
        """How people call it."""
        return name_of(self)

    @property
    def gap(self) -> Gap | None:
        """What is missing before it."""
        if self.before_year is None or self.before_number is None or self.before_cents is None:
            return None
        return gap(_Before(self.before_year, self.before_number, self.before_cents), self)

    @property
    def missing(self) -> str:
        """The numbers that should stand before it."""
        return self.gap.shown() if self.gap else ""


POSTED: Final = """(m.entry_id is not null and not exists (
  select from ledger.entry r where r.organization_id = m.organization_id and r.reversal_of = m.entry_id))"""
"""A movement `m` is posted while nobody has taken its entry back."""

_STATEMENT: Final = f"""
       s.id, s.organization_id, s.building_id, bu.name as building, s.bank_account_id, b.iban, b.fund,
       j.code as journal, a.code as account, s.year, s.number, s.old_cents, s.old_on, s.new_cents, s.new_on, s.format,
       s.document_id, s.created_at, n.count, n.open_count, n.alone, p.year as before_year, p.number as before_number,
       p.new_cents as before_cents
  from bank_statement s join payments.bank_account b on b.id = s.bank_account_id
  join estate.building bu on bu.id = s.building_id
  join ledger.journal j on j.id = b.journal_id join ledger.account a on a.id = j.account_id
  left join lateral (
    select count(*)::int as count, (count(*) filter (where not {POSTED}))::int as open_count,
           (count(*) filter (where m.alone and {POSTED}))::int as alone
      from bank_movement m where m.statement_id = s.id and m.parent_id is null) n on true
  left join lateral (
    select x.year, x.number, x.new_cents from bank_statement x
     where x.bank_account_id = s.bank_account_id
       and (x.year, x.new_on, x.number, x.id) < (s.year, s.new_on, s.number, s.id)
     order by x.year desc, x.new_on desc, x.number desc, x.id desc limit 1) p on true"""


async def statements_page(
    w: Work, building_id: UUID, asked: Asked = FIRST, *, account_id: UUID | None = None
) -> Page[StatementRow]:
    """Statements, newest first (`bank.read`); of one account when it is named."""
    book = await books.open_book(w, building_id, "bank.read")
    sql = f"""select count(*) over () as total, {_STATEMENT}
 where s.organization_id = %(o)s and s.building_id = %(b)s and (%(a)s::uuid is null or s.bank_account_id = %(a)s)
 order by s.new_on desc, s.year desc, s.number desc, s.id desc limit %(limit)s offset %(offset)s"""
    return await paged(w, sql, StatementRow, asked, o=book.organization_id, b=building_id, a=account_id)


async def statement_row(w: Work, statement_id: UUID) -> StatementRow:
    """One statement (`bank.read`). Raises NotFound, Forbidden."""
    row = await w.one(f"select {_STATEMENT} where s.id = %(s)s", StatementRow, s=statement_id)
    require(w, "bank.read", row.organization_id, row.building_id)
    return row


@dataclass(frozen=True, slots=True)
class StatementHome:
    """Where a statement belongs and how it is called."""

    id: UUID
    organization_id: UUID
    building_id: UUID
    year: int
    number: int
    new_on: date


_HOME: Final = "select s.id, s.organization_id, s.building_id, s.year, s.number, s.new_on from bank_statement s"


async def statement_home(w: Work, statement_id: UUID) -> StatementHome:
    """Where a statement belongs; the caller authorises on it. Raises NotFound."""
    return await w.one(f"{_HOME} where s.id = %(s)s", StatementHome, s=statement_id)


async def movement_home(w: Work, movement_id: UUID) -> StatementHome:
    """Where the statement of a movement belongs; the caller authorises on it. Raises NotFound."""
    return await w.one(
        f"{_HOME} join bank_movement m on m.statement_id = s.id where m.id = %(m)s", StatementHome, m=movement_id
    )


@answer()
@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement or a detail; `entry` is the name of the entry that posted it ("BQE 12"), "" while it is open."""

    id: UUID
    statement_id: Hidden[UUID]
    position: int
    parent_id: Hidden[UUID | None]
    cents: int
    booked_on: date
    value_on: date
    iban: str
    name: str
    text: str
    ogm: str
    code: Hidden[str]
    reference: Hidden[str]
    ultimate: Annotated[str, Field(description="On whose behalf the other side pays or is paid")]
    returned: Annotated[bool, Field(description="Whether an earlier payment comes back")]
    entry_id: UUID | None
    entry: str
    matched_by: Hidden[str]
    alone: Hidden[bool]
    version: Hidden[int]

    @property
    def posted(self) -> bool:
        """Whether it stands in the books."""
        return bool(self.entry)


_MOVEMENTS: Final = f"""
select m.id, m.statement_id, m.position, m.parent_id, m.cents, m.booked_on, m.value_on, m.iban, m.name, m.text, m.ogm,
       m.code, m.reference, m.ultimate, m.returned, m.entry_id,
       case when {POSTED} then j.code || ' ' || e.number else '' end as entry,
       m.matched_by, m.alone, m.version
  from bank_movement m left join ledger.entry e on e.id = m.entry_id
  left join ledger.journal j on j.id = e.journal_id
 where {{where}} order by m.position"""


async def movements_of(w: Work, statement_id: UUID) -> list[MovementRow]:
    """Movements and details of a statement in their order; the caller has authorised it."""
    return await w.rows(_MOVEMENTS.format(where="m.statement_id = %(s)s"), MovementRow, s=statement_id)


async def movements(w: Work, ids: Sequence[UUID]) -> list[MovementRow]:
    """These movements and the details of each; the caller has authorised their statement."""
    return await w.rows(_MOVEMENTS.format(where="m.id = any(%(m)s) or m.parent_id = any(%(m)s)"), MovementRow, m=ids)


async def last_statement_on(w: Work, building_id: UUID) -> date | None:
    """The day until which the bank's movements are known, of the account that is furthest; None: nothing imported.

    The caller has authorised the building.
    """
    found: date | None = await w.value(
        "select max(new_on) from bank_statement where building_id = %(b)s", b=building_id
    )
    return found


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """A statement already here, as far as another one must agree with it."""

    id: UUID
    digest: str
    year: int
    number: int
    old_cents: int
    old_on: date
    new_cents: int
    new_on: date


async def known_statements(w: Work, account_id: UUID) -> list[KnownStatement]:
    """Every statement of an account, as they follow each other; the caller has authorised it."""
    return await w.rows(
        """select id, digest, year, number, old_cents, old_on, new_cents, new_on from bank_statement
            where bank_account_id = %(a)s order by year, new_on, number, id""",
        KnownStatement,
        a=account_id,
    )


@dataclass(frozen=True, slots=True)
class _Moved:
    booked_on: date
    cents: int


async def moved(w: Work, statement_id: UUID) -> list[tuple[date, int]]:
    """Day and amount of each movement, sorted; the caller has authorised the statement."""
    rows = await w.rows(
        """select booked_on, cents from bank_movement where statement_id = %(s)s and parent_id is null
            order by booked_on, cents""",
        _Moved,
        s=statement_id,
    )
    return [(row.booked_on, row.cents) for row in rows]
