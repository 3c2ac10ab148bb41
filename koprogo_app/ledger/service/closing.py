"""Ending a financial year, and opening it again.

Closing writes up to three entries: the result to the reserve fund (160) and forward (14), every balance out of the
year, and the same balances into the next. Each account and person then stands at zero in the closed year's own books.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.lawful import as_conflict, as_error
from koprogo_app.foundation.manifests import Hook
from koprogo_app.law import accounts as law
from koprogo_app.law.refusal import Refusal
from koprogo_app.ledger.model import Entry, FiscalYear, Nature, YearStatus
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.integrity import fund_shares
from koprogo_app.ledger.rules.posting import Draft, DraftLine, mirrored
from koprogo_app.ledger.service import integrity
from koprogo_app.ledger.service.books import add_year
from koprogo_app.ledger.service.entries import alone, write, write_reversal

STEPS: Final = (
    N_("Checking the entries"),
    N_("Carrying the result"),
    N_("Carrying the balances forward"),
    N_("Locking the year"),
)
"""What closing does, in order; `tell` is called with 0 to 3 as each begins."""

YearCheck = Callable[[Work, books.YearRow], Awaitable[Sequence[Refusal]]]
"""What another area finds in a year that keeps it from being closed, or from being opened again."""

CLOSING: Final = Hook[YearCheck]("ledger.closing")
REOPENING: Final = Hook[YearCheck]("ledger.reopening")

Tell = Callable[[int], Awaitable[None]]


async def _silent(_step: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing did: the year, the next one, and the entries' journal and number ("CLO 1")."""

    year_id: UUID
    next_id: UUID
    entries: tuple[str, ...]


async def obstacles(w: Work, year: books.YearRow) -> dict[str, Refusal]:
    """What must be put right before the year is closed: internal transfers, private costs, the reserve's cover, the
    shares in the working fund, and what other areas find."""
    balances: Counter[str] = Counter()
    for line in await _balances(w, year.id):
        balances[line.account] += line.cents
    fund = await fund_shares(w, year.building_id)
    own = law.closing_obstacles(balances, law.unnamed_share(fund.named, fund.unnamed))
    found: dict[str, Refusal] = {str(obstacle): refusal for obstacle, refusal in own.items()}
    others = [refusal for check in CLOSING.given() for refusal in await check(w, year)]
    return found | {f"other {place}": refusal for place, refusal in enumerate(others)}


async def close_year(w: Work, year_id: UUID, *, accepted: str = "", tell: Tell = _silent) -> Closed:
    """Closes a financial year (`ledger.close`) whose books are whole.

    `accepted`: why a year is closed although a fund is not in order (`ACCEPTABLE`). Raises Conflict when it is closed,
    not over, an earlier one is open or an entry was tampered with, AgainstTheLaw for what must be put right first.
    """
    year = await books.year(w, year_id)
    book = await books.open_book(w, year.building_id, "ledger.close")
    await alone(w, book.building_id)
    year = await books.year(w, year_id)
    if not year.is_open:
        raise Conflict(N_("This financial year is closed."))
    await tell(0)
    await _checked(w, book, year, accepted)
    await tell(1)
    written = [*await _result(w, book, year)]
    await tell(2)
    following = await _next_year(w, year)
    written += await _carry(w, book, year, following)
    await tell(3)
    await _set_status(w, book, year, YearStatus.CLOSED, accepted)
    return Closed(year.id, following.id, tuple(written))


async def _checked(w: Work, book: books.Book, year: books.YearRow, accepted: str) -> None:
    if w.today <= year.end:
        raise Conflict(N_("This financial year ends on {day}; it is closed after that."), day=year.end)
    found = await obstacles(w, year)
    if accepted.strip():
        found = {obstacle: refusal for obstacle, refusal in found.items() if obstacle not in law.ACCEPTABLE}
    for refusal in found.values():
        raise as_error(refusal)
    earlier = [y for y in await books.years(w, book.building_id) if y.is_open and y.start < year.start]
    if earlier:
        raise Conflict(N_("Close {year} first."), year=earlier[0].name)
    seal = await integrity.check(w, book.building_id)
    if seal.broken:
        raise Conflict(N_("The books are not whole: {reason}"), reason=seal.broken[0])


async def _balances(w: Work, year_id: UUID) -> list[DraftLine]:
    """What each account and person of a year stands at, in cents, where that is not zero."""
    return await w.rows(
        """select a.code as account, sum(l.debit_cents - l.credit_cents)::bigint as cents, l.owner_id, l.supplier_id,
                  l.lot_id
             from entry e join entry_line l on l.entry_id = e.id join account a on a.id = l.account_id
            where e.fiscal_year_id = %(y)s
            group by a.code, l.owner_id, l.supplier_id, l.lot_id having sum(l.debit_cents) <> sum(l.credit_cents)
            order by a.code, l.owner_id, l.supplier_id, l.lot_id""",
        DraftLine,
        y=year_id,
    )


async def _result(w: Work, book: books.Book, year: books.YearRow) -> list[str]:
    """Costs and income back to zero; reserve calls to the reserve fund, the rest forward."""
    results = [line for line in await _balances(w, year.id) if line.account[0] in "67"]
    totals: Counter[str] = Counter()
    for line in results:
        totals[line.account] += line.cents
    funds = {code: cents for code, cents in law.appropriation(totals).items() if code[0] not in "67"}
    lines = [*mirrored(results), *(DraftLine(code, cents) for code, cents in funds.items())]
    return await _write(w, book, "CLO", year, Nature.RESULT, lines)


async def _next_year(w: Work, year: books.YearRow) -> books.YearRow:
    for other in await books.years(w, year.building_id):
        if other.start == year.end + timedelta(days=1):
            return other
    return await books.year(w, (await add_year(w, year.building_id)).id)


async def _carry(w: Work, book: books.Book, year: books.YearRow, following: books.YearRow) -> list[str]:
    lines = await _balances(w, year.id)
    out = await _write(w, book, "CLO", year, Nature.CLOSE, mirrored(lines))
    return out + await _write(w, book, "OUV", following, Nature.OPEN, lines)


async def _write(
    w: Work, book: books.Book, journal: str, year: books.YearRow, nature: Nature, lines: list[DraftLine]
) -> list[str]:
    if not lines:
        return []
    day = year.start if nature is Nature.OPEN else year.end
    draft = Draft(journal, day, f"{journal} {year.name}", lines, nature=nature)
    posted = await write(w, book, draft)
    return [f"{posted.journal} {posted.number}"]


async def _set_status(w: Work, book: books.Book, year: books.YearRow, status: YearStatus, reason: str) -> None:
    row = await w.get(FiscalYear, year.id)
    row.status = status
    if status is YearStatus.CLOSED:
        row.closed_at, row.closed_by = w.now, w.principal.user_id
    else:
        row.closed_at, row.closed_by, row.reopened_reason = None, None, reason
    await w.add(row)
    await audit(
        w,
        f"fiscal_year.{'closed' if status is YearStatus.CLOSED else 'reopened'}",
        "fiscal_year",
        year.id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        after={"year": year.name, "reason": reason},
    )


async def reopen_year(w: Work, year_id: UUID, reason: str) -> None:
    """Opens a closed year again (`ledger.close`) by taking its closing entries back; a later one must be open.

    Raises Invalid without a reason, Conflict when it is open, a later year is closed or something rests on its closing.
    """
    year = await books.year(w, year_id)
    book = await books.open_book(w, year.building_id, "ledger.close")
    if year.is_open:
        raise Conflict(N_("This financial year is open."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why the year is opened again."))
    for check in REOPENING.given():
        for refusal in await check(w, year):
            raise as_conflict(refusal)
    await _set_status(w, book, year, YearStatus.OPEN, reason.strip()[:500])
    await w.flush()
    for entry_id in await w.value(_CLOSING_ENTRIES, b=book.building_id, y=year.id, after=year.end + timedelta(days=1)):
        entry = await w.get(Entry, entry_id)
        await write_reversal(w, entry, reason, entry.date)


_CLOSING_ENTRIES = """
select coalesce(array_agg(e.id order by e.id desc), '{}') from entry e join fiscal_year y on y.id = e.fiscal_year_id
 where e.building_id = %(b)s and e.reversal_of is null and not exists (select from entry r where r.reversal_of = e.id)
   and ((e.fiscal_year_id = %(y)s and e.nature in ('result', 'close'))
     or (lower(y.period) = %(after)s and e.nature = 'open'))
"""
