"""Entries and lines: the journal, one entry, the general ledger, one account with its drill-down, a person's account.

Every amount is cents; `balance` is debit minus credit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, PlainSerializer

from koprogo_app.estate.queries.lots import full_name
from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import AccountRow, Book
from koprogo_app.workspace.queries.paging import FIRST, Asked, Page, like, paged

_PARTY: Final = f"coalesce({full_name('ow')}, su.name, '')"
_EITHER_WAY: Final = f"{_PARTY} || ' ' || coalesce(ow.name, '')"
"""For a search: the family name before and after the first name."""
_PEOPLE: Final = "left join estate.owner ow on ow.id = l.owner_id left join supplier su on su.id = l.supplier_id"


def _fold(text: str) -> str:
    """The text without accents or capitals; É too, whatever the database's own collation."""
    return f'koprogo_fold(lower(({text})::text collate "pg_c_utf8"))'


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in the journal; `cents` is the sum of its debits. `reversed_by`: the entry that takes it back."""

    id: UUID
    journal: Annotated[str, Field(examples=["OD"])]
    number: int
    on: date
    label: str
    document_ref: str
    document_date: date
    nature: str
    cents: Annotated[int, Field(description="Sum of its debits")]
    reversal_of: UUID | None
    reversed_by: UUID | None

    @property
    def name(self) -> str:
        """How people call it: "OD 12"."""
        return f"{self.journal} {self.number}"


_COLUMNS = """e.id, j.code as journal, e.number, e.date as on, e.label, e.document_ref, e.document_date, e.nature,
  (select coalesce(sum(l.debit_cents), 0) from entry_line l where l.entry_id = e.id)::bigint as cents,
  e.reversal_of, (select r.id from entry r where r.reversal_of = e.id) as reversed_by"""
SORTS = {"date": "e.date", "number": "e.number", "journal": "j.code", "document": "e.document_ref"}


async def entries_page(
    w: Work, building_id: UUID, asked: Asked = FIRST, *, text: str = "", journal: str = "", start: date | None = None,
    end: date | None = None,
) -> Page[EntryRow]:  # fmt: skip
    """The entries of a building (`ledger.read`), newest first; `text` is looked for in label, document and people."""
    await books.open_book(w, building_id)
    sql = f"""
select count(*) over () as total, {_COLUMNS} from entry e join journal j on j.id = e.journal_id
 where e.building_id = %(b)s and (%(journal)s = '' or j.code = %(journal)s)
   and (%(start)s::date is null or e.date >= %(start)s) and (%(end)s::date is null or e.date <= %(end)s)
   and (%(like)s = '%%' or {_fold("e.label || ' ' || e.document_ref")} like {_fold("%(like)s")} or exists (
        select from entry_line l {_PEOPLE}
         where l.entry_id = e.id and {_fold("l.label || ' ' || " + _EITHER_WAY)} like {_fold("%(like)s")}))
 order by {asked.order(SORTS, "e.date desc, e.id desc")} limit %(limit)s offset %(offset)s"""
    return await paged(w, sql, EntryRow, asked, b=building_id, like=like(text), journal=journal, start=start, end=end)


@answer()
@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an entry; `matching_id` when it is settled."""

    id: UUID
    position: Hidden[int]
    code: str
    label_fr: Hidden[str]
    label_nl: Hidden[str]
    label_de: Hidden[str]
    label_en: Hidden[str]
    cents: int
    party_kind: str | None
    party_id: UUID | None
    party: str
    lot: str
    label: str
    matching_id: Hidden[UUID | None]

    def account_label(self, lang: str) -> str:
        """The account's name in a language."""
        return str(getattr(self, f"label_{lang}", "")) or self.label_fr


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """An entry with its lines and its seal, and who posted it when; the names of the entries it takes back or is taken
    back by."""

    row: EntryRow
    building_id: UUID
    document_id: UUID | None
    reason: str
    lines: list[LineRow]
    seq: Annotated[int, Field(description="Its place in the building's chain of entries", serialization_alias="seal")]
    hash: Annotated[
        bytes,
        PlainSerializer(bytes.hex, return_type=str),
        Field(description="SHA-256 of the entry and of the chain before it, hexadecimal"),
    ]
    posted_by: Hidden[str]
    posted_at: Hidden[datetime]
    reverses: Hidden[str]
    taken_back_by: Hidden[str]


@dataclass(frozen=True, slots=True)
class _Posting:
    organization_id: UUID
    building_id: UUID
    document_id: UUID | None
    reason: str
    posted_by: str
    posted_at: datetime
    seq: int
    hash: bytes
    reverses: str
    taken_back_by: str


async def entry_detail(w: Work, entry_id: UUID) -> EntryDetail:
    """One entry (`ledger.read`). Raises NotFound."""
    posting = await w.one(
        """select e.organization_id, e.building_id, e.document_id, e.reason, coalesce(u.name, '') as posted_by,
                  e.created_at as posted_at, s.seq, s.hash,
                  coalesce((select j.code || ' ' || o.number from entry o join journal j on j.id = o.journal_id
                             where o.id = e.reversal_of), '') as reverses,
                  coalesce((select j.code || ' ' || r.number from entry r join journal j on j.id = r.journal_id
                             where r.reversal_of = e.id), '') as taken_back_by
             from entry e join entry_seal s on s.entry_id = e.id left join identity.app_user u on u.id = e.user_id
            where e.id = %(e)s""",
        _Posting,
        e=entry_id,
    )
    require(w, "ledger.read", posting.organization_id, posting.building_id)
    row = await w.one(
        f"select {_COLUMNS} from entry e join journal j on j.id = e.journal_id where e.id = %(e)s", EntryRow, e=entry_id
    )
    lines = await w.rows(
        f"""select l.id, l.position, a.code, a.label_fr, a.label_nl, a.label_de, a.label_en,
                   l.debit_cents - l.credit_cents as cents, l.party_kind,
                   coalesce(l.owner_id, l.supplier_id) as party_id, {_PARTY} as party,
                   coalesce(lo.number, '') as lot, l.label, m.matching_id
              from entry_line l join account a on a.id = l.account_id {_PEOPLE}
              left join estate.lot lo on lo.id = l.lot_id
              left join matching_line m on m.line_id = l.id
             where l.entry_id = %(e)s order by l.position""",
        LineRow,
        e=entry_id,
    )
    return EntryDetail(
        row, posting.building_id, posting.document_id, posting.reason, lines, posting.seq, posting.hash,
        posting.posted_by, posting.posted_at, posting.reverses, posting.taken_back_by,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Movement:
    """A line on an account, with the balance after it; a click on it opens the entry."""

    line_id: UUID
    entry_id: UUID
    code: str
    on: date
    journal: str
    number: int
    document_ref: str
    label: str
    party: str
    cents: int
    balance: int
    matched: bool


_MOVES = f"""
with moves as (
  select l.id as line_id, e.id as entry_id, a.code, e.date as on, j.code as journal, e.number, e.document_ref,
         coalesce(nullif(l.label, ''), e.label) as label, {_PARTY} as party, l.debit_cents - l.credit_cents as cents,
         (sum(l.debit_cents - l.credit_cents) over (partition by {{group}} order by e.date, e.id, l.position))::bigint
           as balance, m.line_id is not null as matched, l.position
    from entry_line l join entry e on e.id = l.entry_id join account a on a.id = l.account_id
    join journal j on j.id = e.journal_id {_PEOPLE} left join matching_line m on m.line_id = l.id
   where l.building_id = %(b)s and l.organization_id = %(o)s and e.nature in ('entry', 'result') and {{where}})
select count(*) over () as total, line_id, entry_id, code, "on", journal, number, document_ref, label, party, cents,
       balance, matched
  from moves where (%(start)s::date is null or "on" >= %(start)s) and (%(end)s::date is null or "on" <= %(end)s)
   and (not %(open)s or not matched)
 order by {{order}} "on", entry_id, position limit %(limit)s offset %(offset)s
"""


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """An account and its movements in a period."""

    book: Book
    account: AccountRow
    movements: Page[Movement]


async def account_detail(
    w: Work, building_id: UUID, code: str, asked: Asked = FIRST, *, start: date | None = None, end: date | None = None
) -> AccountDetail:
    """The movements on an account, or on all accounts below a heading (`ledger.read`), with the running balance."""
    book = await books.open_book(w, building_id)
    found = [row for row in await books.accounts(w, building_id) if row.code == code]
    if not found:
        raise NotFound
    sql = _MOVES.format(group="true", order="", where="left(a.code, length(%(code)s)) = %(code)s")
    moves = await paged(
        w, sql, Movement, asked, o=book.organization_id, b=building_id, code=code, start=start, end=end, open=False
    )
    return AccountDetail(book, found[0], moves)


async def general_ledger(
    w: Work, building_id: UUID, asked: Asked = FIRST, *, start: date | None = None, end: date | None = None,
    first: str = "", last: str = "",
) -> Page[Movement]:  # fmt: skip
    """Every account's movements (`ledger.read`), account after account, each with its own running balance.

    `first`, `last`: codes between which the accounts lie ("61" to "61" is everything below 61).
    """
    book = await books.open_book(w, building_id)
    sql = _MOVES.format(
        group="a.code", order="code,", where="a.code >= %(first)s and left(a.code, length(%(last)s)) <= %(last)s"
    )
    params = {"first": first, "last": last or "9", "start": start, "end": end, "open": False}
    return await paged(w, sql, Movement, asked, o=book.organization_id, b=building_id, **params)


async def party_account(
    w: Work, building_id: UUID, party_id: UUID, asked: Asked = FIRST, *, start: date | None = None,
    end: date | None = None, only_open: bool = False,
) -> Page[Movement]:  # fmt: skip
    """The individual account of a co-owner or a supplier (`ledger.read`), consultable at any time; `only_open`: the
    lines that nothing settles yet."""
    book = await books.open_book(w, building_id)
    sql = _MOVES.format(
        group="true", order="", where="a.party <> 'none' and (l.owner_id = %(p)s or l.supplier_id = %(p)s)"
    )
    params = {"p": party_id, "start": start, "end": end, "open": only_open}
    return await paged(w, sql, Movement, asked, o=book.organization_id, b=building_id, **params)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A co-owner or supplier with the balance of his individual accounts; positive: he owes the association.

    `moved`: whether anything was ever posted on them.
    """

    id: UUID
    kind: str
    name: str
    balance: int
    moved: bool


async def parties(w: Work, building_id: UUID) -> list[PartyRow]:
    """Everybody who may stand on a line of this building (`ledger.read`): its co-owners, past and present, and the
    organisation's suppliers, each with his balance."""
    book = await books.open_book(w, building_id)
    return await w.rows(
        f"""
with sums as (
  select coalesce(l.owner_id, l.supplier_id) as id, sum(l.debit_cents - l.credit_cents) as balance
    from entry_line l join entry e on e.id = l.entry_id join account a on a.id = l.account_id
   where l.organization_id = %(o)s and l.building_id = %(b)s and e.nature = 'entry' and a.party <> 'none' group by 1)
select o.id, 'owner' as kind, {full_name("o")} as name,
       coalesce(s.balance, 0)::bigint as balance, s.id is not null as moved
  from estate.owner o left join sums s on s.id = o.id
 where s.id is not null or o.id in (select w.owner_id from estate.ownership w join estate.lot l on l.id = w.lot_id
                                     where l.building_id = %(b)s)
union all
select p.id, 'supplier', p.name, coalesce(s.balance, 0)::bigint, s.id is not null
  from supplier p left join sums s on s.id = p.id
 where p.organization_id = %(o)s and (p.archived_at is null or s.id is not null)
 order by kind, name""",
        PartyRow,
        o=book.organization_id,
        b=building_id,
    )


async def check_parties(w: Work, building_id: UUID, ids: Iterable[UUID | None]) -> None:
    """Whoever a person names on a line of a building belongs there (`parties` says who); the caller has authorised it.

    Raises NotFound, as for somebody who does not exist: who writes the books of one building learns nothing of the
    co-owners of another.
    """
    if w.principal.kind == "system":
        return
    asked = {one for one in ids if one is not None}
    if asked and await w.value(
        """select exists (select from unnest(%(ids)s::uuid[]) asked(id) join estate.building b on b.id = %(b)s
             where not exists (select from estate.ownership o join estate.lot l on l.id = o.lot_id
                                where l.building_id = b.id and o.owner_id = asked.id)
               and not exists (select from supplier s
                                where s.organization_id = b.organization_id and s.id = asked.id)
               and not exists (select from entry_line e where e.organization_id = b.organization_id
                                  and e.building_id = b.id and e.owner_id = asked.id))""",
        ids=list(asked), b=building_id,
    ):  # fmt: skip
        raise NotFound
