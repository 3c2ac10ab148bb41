"""One building's books: whether they are open, its years, journals and accounts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import LANGS, N_, tr
from koprogo_app.identity.access import require
from koprogo_app.ledger.facts import PostingAccount
from koprogo_app.ledger.model import JOURNAL_NAMES, JournalKind, YearStatus


@dataclass(frozen=True, slots=True)
class Book:
    """A building and its ledger. `opened` is false before the ledger exists; `version` grows with each entry."""

    organization_id: UUID
    building_id: UUID
    building_name: str
    fiscal_month: int
    fiscal_day: int
    opened: bool
    simplified: bool
    version: int
    head: bytes | None


_BOOK = """
select b.organization_id, b.id as building_id, b.name as building_name, b.fiscal_month, b.fiscal_day,
       l.building_id is not null as opened, coalesce(l.simplified, false) as simplified,
       coalesce(l.version, 0) as version, l.head
  from estate.building b left join ledger l on l.organization_id = b.organization_id and l.building_id = b.id
 where b.id = any(%(ids)s)
"""


async def book(w: Work, building_id: UUID, permission: str = "ledger.read") -> Book:
    """The books of a building, opened or not. Raises NotFound, Forbidden."""
    row: Book | None = w.once.get(("book", building_id))
    if row is None:
        row = w.once["book", building_id] = await w.one(_BOOK, Book, ids=[building_id])
    require(w, permission, row.organization_id, row.building_id)
    return row


async def open_book(w: Work, building_id: UUID, permission: str = "ledger.read") -> Book:
    """The books of a building that has a ledger. Raises NotFound, Forbidden, Conflict before it is opened."""
    row = await book(w, building_id, permission)
    if not row.opened:
        raise Conflict(N_("The accounts of this building have not been opened yet."))
    return row


async def main_lots(w: Work, building_id: UUID) -> int:
    """The building's lots without cellars, garages and parkings; the caller has authorised the building."""
    found: int = await w.value(
        """select count(*) from estate.lot where building_id = %(b)s and retired_on is null
              and kind not in ('cellar', 'garage', 'parking')""",
        b=building_id,
    )
    return found


async def every_open_book(w: Work, building_ids: Sequence[UUID], permission: str = "ledger.read") -> list[Book]:
    """The books of several buildings, those that are opened, in one query. Raises NotFound, Forbidden."""
    rows = await w.rows(_BOOK, Book, ids=list(building_ids))
    for row in rows:
        require(w, permission, row.organization_id, row.building_id)
    return [row for row in rows if row.opened]


def year_name(start: date, end: date) -> str:
    """A financial year by its first and last day: 2026, or 2025-2026 when it crosses a new year."""
    return str(start.year) if start.year == end.year else f"{start.year}-{end.year}"


@dataclass(frozen=True, slots=True)
class YearRow:
    """A financial year: `start` and `end` are its first and last day."""

    id: UUID
    building_id: UUID
    start: date
    end: date
    status: str
    closed_at: datetime | None
    reopened_reason: str
    entries: int

    @property
    def is_open(self) -> bool:
        """Whether entries can be written in it."""
        return self.status == YearStatus.OPEN

    @property
    def name(self) -> str:
        """How people call it: 2026, or 2025-2026 when it crosses a new year."""
        return year_name(self.start, self.end)


_YEAR = """
select y.id, y.building_id, lower(y.period) as start, upper(y.period) - 1 as end, y.status, y.closed_at,
       y.reopened_reason, (select count(*) from entry e where e.organization_id = y.organization_id
                              and e.fiscal_year_id = y.id) as entries
  from fiscal_year y where {where} order by y.period
"""


async def years(w: Work, building_id: UUID) -> list[YearRow]:
    """The financial years of a building, oldest first."""
    return await w.rows(_YEAR.format(where="y.building_id = %(b)s"), YearRow, b=building_id)


async def year(w: Work, year_id: UUID) -> YearRow:
    """One financial year. Raises NotFound."""
    return await w.one(_YEAR.format(where="y.id = %(y)s"), YearRow, y=year_id)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A journal; `account` is the code of its bank or cash account, or empty."""

    id: UUID
    code: str
    kind: str
    own_name: str
    account: str

    def name(self, lang: str) -> str:
        """Its own name, or what its kind is called in a language."""
        return self.own_name or tr(lang, JOURNAL_NAMES[JournalKind(self.kind)])


async def journals(w: Work, building_id: UUID) -> list[JournalRow]:
    """The journals of a building, in the order they were made."""
    return await w.rows(
        """select j.id, j.code, j.kind, j.name as own_name, coalesce(a.code, '') as account
             from journal j left join account a on a.id = j.account_id where j.building_id = %(b)s order by j.id""",
        JournalRow,
        b=building_id,
    )


@answer(label="code")
@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the chart."""

    id: Hidden[UUID]
    code: Annotated[str, Field(examples=["61210"])]
    label_fr: Hidden[str]
    label_nl: Hidden[str]
    label_de: Hidden[str]
    label_en: Hidden[str]
    kind: Annotated[str, Field(examples=["expense"])]
    origin: Annotated[str, Field(description="`decree`, `practice`, or `own`", examples=["decree"])]
    party: Annotated[str, Field(description="Whose name its lines need: `none`, `owner` or `supplier`")]
    postable: bool
    archived: bool

    def label(self, lang: str) -> str:
        """Its name in a language; French, which is never empty, when there is none."""
        names = dict(zip(LANGS, (self.label_fr, self.label_nl, self.label_de, self.label_en), strict=True))
        return names.get(lang) or self.label_fr


def telling_names(chart: Sequence[AccountRow], lang: str) -> dict[str, str]:
    """The names of a chart's accounts, by code, for where no code stands beside them.

    A name that several have ("Standing charge and consumption", of water and of gas) follows that of the rubric above.
    """
    names = {row.code: row.label(lang) for row in chart}
    often = Counter(names.values())

    def above(code: str) -> str:
        return next((names[code[:n]] for n in range(len(code) - 1, 0, -1) if code[:n] in names), "")

    return {
        code: f"{over} · {name}" if often[name] > 1 and (over := above(code)) else name for code, name in names.items()
    }  # fmt: skip


async def accounts(w: Work, building_id: UUID) -> list[AccountRow]:
    """The chart of a building, by code."""
    return await w.rows(
        """select id, code, label_fr, label_nl, label_de, label_en, kind, origin, party, postable,
                  archived_at is not null as archived from account where building_id = %(b)s order by code""",
        AccountRow,
        b=building_id,
    )


async def is_heading(w: Work, organization_id: UUID, code: str) -> bool:
    """Whether an account only sums others, in every chart of an organisation that has it; the caller has authorised."""
    found: bool = await w.value(
        "select count(*) > 0 and not bool_or(postable) from account where organization_id = %(o)s and code = %(c)s",
        o=organization_id, c=code,
    )  # fmt: skip
    return found


async def posting_accounts(w: Work, building_id: UUID) -> dict[str, PostingAccount]:
    """What posting needs of the chart, by code."""
    rows = await w.rows(
        """select id, code, party, postable, archived_at is not null as archived
             from account where building_id = %(b)s""",
        PostingAccount,
        b=building_id,
    )
    return {row.code: row for row in rows}
