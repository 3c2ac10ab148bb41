"""The years a budget stands in, its own and the one before, and what of their costs a key divides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from koprogo_app.budget.facts import Months, Place
from koprogo_app.foundation.database import Work
from koprogo_app.law.calendar import add_months, add_years
from koprogo_app.ledger.queries.books import Book, YearRow


def year_days(book: Book, years: Sequence[YearRow], year: int) -> tuple[date, date]:
    """First and last day of the financial year that begins in a calendar year: the books' own, else as it would run."""
    known = next((row for row in years if row.start.year == year), None)
    if known:
        return known.start, known.end
    before = next((row for row in reversed(years) if row.end < date(year, 12, 31)), None)
    if before and (before.end + timedelta(days=1)).year == year:
        start = before.end + timedelta(days=1)
    else:
        first = date(year, book.fiscal_month, 1)
        start = first.replace(day=min(book.fiscal_day, (add_months(first, 1) - timedelta(days=1)).day))
    return start, add_years(start, 1) - timedelta(days=1)


def year_before(years: Sequence[YearRow], months: Months) -> tuple[Months, bool]:
    """The year before a year, and whether the books know it: the one that ends on the eve, else a year earlier."""
    eve = months.starts[0] - timedelta(days=1)
    known = next((row for row in years if row.end == eve), None)
    if known:
        return Months.of(known.start, known.end), True
    return Months.of(add_years(months.starts[0], -1), eve), False


_FOUND: Final = """
with entries as (
  select e.id, e.date as on, e.reversal_of from ledger.entry_seal s join ledger.entry e on e.id = s.entry_id
   where s.building_id = %(b)s and s.seq <= %(version)s and e.organization_id = %(o)s and e.nature = 'entry'
     and exists (select from unnest(%(firsts)s::date[], %(lasts)s::date[]) as y(first, last)
                  where e.date between y.first and y.last)),
found as (
  select e.id, e.on, a.code, l.key_id, (l.net_cents + l.vat_cents) * case i.kind when 'credit_note' then -1 else 1 end
         * case when i.entry_id = e.id then 1 else -1 end as cents
    from entries e join purchases.invoice i on i.entry_id in (e.id, e.reversal_of)
    join purchases.invoice_line l on l.invoice_id = i.id
    join ledger.account a on a.id = l.account_id
   where l.key_id is not null
  union all
  select e.id, e.on, (select min(a.code) from ledger.entry_line x join ledger.account a on a.id = x.account_id
                       where x.entry_id = e.id and a.code like '700%%'), p.key_id,
         l.cents * case when c.entry_id = e.id then 1 else -1 end
    from entries e join calls.call_instalment c on c.entry_id in (e.id, e.reversal_of)
    join calls.call_line l on l.instalment_id = c.id join calls.call_part p on p.id = l.part_id
   where p.kind = 'reserve' and p.key_id is not null)"""
"""What invoices and calls put under a key: the entry, its day, the account's code, the key, cents."""
_KEYED: Final = f"""{_FOUND}
select code, key_id, width_bucket(found.on, %(starts)s::date[]) - 1 as slot, sum(cents)::bigint as cents
  from found where code is not null group by code, key_id, slot"""
_POSTED: Final = f"""{_FOUND},
whole as (
  select e.id, a.code, sum(case when a.code like '6%%' then l.debit_cents - l.credit_cents
                           else l.credit_cents - l.debit_cents end) as cents
    from entries e join ledger.entry_line l on l.entry_id = e.id join ledger.account a on a.id = l.account_id
   where a.code like '6%%' or a.code like '700%%' group by e.id, a.code),
parted as (select id, code, null::uuid as key_id, cents from whole
           union all select id, code, key_id, sum(cents) from found where code is not null group by id, code, key_id)
select p.id as entry_id, e.date as on, j.code || ' ' || e.number as entry, e.label, p.code, p.key_id,
       p.cents::bigint as cents, i.id as invoice_id, coalesce(s.name, '') as supplier
  from parted p join ledger.entry e on e.id = p.id join ledger.journal j on j.id = e.journal_id
  left join purchases.invoice i on i.entry_id in (e.id, e.reversal_of)
  left join ledger.supplier s on s.id = i.supplier_id
 order by e.date, j.code, e.number, p.code"""


@dataclass(frozen=True, slots=True)
class _Keyed:
    code: str
    key_id: UUID
    slot: int
    cents: int


async def keyed(w: Work, book: Book, years: Sequence[Months]) -> dict[Place, list[int]]:
    """What lines of posted invoices, and reserve parts of posted calls, put under a key: by account and key, cents in
    each month of the years counted through. The caller has authorised the building."""
    rows = await w.rows(
        _KEYED, _Keyed, o=book.organization_id, b=book.building_id, version=book.version,
        firsts=[year.starts[0] for year in years], lasts=[year.end for year in years],
        starts=[start for year in years for start in year.starts],
    )  # fmt: skip
    count = sum(len(year) for year in years)
    found: dict[Place, list[int]] = {}
    for row in rows:
        found.setdefault((row.code, row.key_id), [0] * count)[row.slot] += row.cents
    return found


@dataclass(frozen=True, slots=True)
class Posted:
    """What an entry put on an account: all of it (`key_id` None), or what of it a key divides. A cost is positive."""

    entry_id: UUID
    on: date
    entry: str
    label: str
    code: str
    key_id: UUID | None
    cents: int
    invoice_id: UUID | None
    supplier: str


async def posted(w: Work, book: Book, first: date, last: date) -> list[Posted]:
    """Costs and reserve calls of some days, entry by entry and account by account, then once more for each key.

    The caller has authorised the building.
    """
    return await w.rows(
        _POSTED, Posted, o=book.organization_id, b=book.building_id, version=book.version, firsts=[first], lasts=[last]
    )
