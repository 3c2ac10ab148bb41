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


_KEYED: Final = """
with entries as (
  select e.id, e.date as on, e.reversal_of from entry_seal s join entry e on e.id = s.entry_id
   where s.building_id = %(b)s and s.seq <= %(version)s and e.organization_id = %(o)s and e.nature = 'entry'
     and exists (select from unnest(%(firsts)s::date[], %(lasts)s::date[]) as y(first, last)
                  where e.date between y.first and y.last)),
found as (
  select e.on, a.code, l.key_id, (l.net_cents + l.vat_cents) * case i.kind when 'credit_note' then -1 else 1 end
         * case when i.entry_id = e.id then 1 else -1 end as cents
    from entries e join invoice i on i.entry_id in (e.id, e.reversal_of) join invoice_line l on l.invoice_id = i.id
    join account a on a.id = l.account_id
   where l.key_id is not null
  union all
  select e.on, (select min(a.code) from entry_line x join account a on a.id = x.account_id
                 where x.entry_id = e.id and a.code like '700%%'), p.key_id,
         l.cents * case when c.entry_id = e.id then 1 else -1 end
    from entries e join call_instalment c on c.entry_id in (e.id, e.reversal_of)
    join call_line l on l.instalment_id = c.id join call_part p on p.id = l.part_id
   where p.kind = 'reserve' and p.key_id is not null)
select code, key_id, width_bucket(found.on, %(starts)s::date[]) - 1 as slot, sum(cents)::bigint as cents
  from found where code is not null group by code, key_id, slot"""


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
