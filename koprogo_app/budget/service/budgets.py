"""The life of a budget: written, put to the vote, voted or sent back, in force, closed; a supplementary one beside it.

- `create(w, building_id, year, source=, index=, supplementary=, label=) -> BudgetRow`
- `plan(w, budget_id, changes) -> BudgetRow` — when provisions are asked
- `submit`, `reject(reason)`, `vote(Vote)`, `activate`, `close`, `delete`
- `waive(w, budget_id, reference, on)` — the assembly's waiver of the reserve, decided after the vote

Raises Invalid on the field, Conflict when the budget is not where the act needs it, NotFound, Forbidden
(`budget.write`; `budget.vote` for what the assembly decides).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from koprogo_app.budget.facts import Line, Months, Place
from koprogo_app.budget.model import Budget, BudgetLine, Frequency, Status
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.queries.actuals import year_before, year_days
from koprogo_app.budget.queries.budgets import BudgetRow
from koprogo_app.budget.rules.lines import default_nature, held_by, place_of
from koprogo_app.budget.service.overview import rule_of_year
from koprogo_app.budget.service.spending import spent
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.model import span
from koprogo_app.identity.access import require
from koprogo_app.ledger.queries import books
from koprogo_app.workspace import fields

SOURCES: Final = ("empty", "actuals", "budget")
_MOST_DAYS: Final = 24
_YEARS: Final = range(1990, 2200)
_LARGEST_INDEX: Final = 100


async def create(
    w: Work,
    building_id: UUID,
    year: int,
    *,
    source: str = "empty",
    index: Decimal = Decimal(0),
    supplementary: bool = False,
    label: str = "",
) -> BudgetRow:
    """A new draft for the financial year that begins in `year` (`budget.write`).

    `source`: empty, or last year's actual costs or budget, each amount changed by `index` per cent. A supplementary
    budget stands beside the year's own once that is voted, and begins empty.
    """
    book = await books.open_book(w, building_id, "budget.write")
    if year not in _YEARS:
        raise Invalid("year", N_("Type a year."))
    if source not in SOURCES:
        raise Invalid("source", N_("Choose one of: {names}."), names=", ".join(SOURCES))
    if not -_LARGEST_INDEX < index <= _LARGEST_INDEX:
        raise Invalid("index", N_("Type a percentage between -100 and 100."))
    existing = await queries.of_year(w, building_id, year)
    _check_place(existing, year, supplementary)
    years = await books.years(w, building_id)
    months = Months.of(*year_days(book, years, year))
    row = await w.add(
        Budget(
            organization_id=book.organization_id,
            building_id=building_id,
            year=year,
            period=span(months.starts[0], months.end + timedelta(days=1)),
            number=existing[-1].number + 1 if supplementary else 0,
            label=fields.text(required=supplementary, longest=200)(label, "label", w.principal.lang),
        )
    )
    if not supplementary and source != "empty":
        before, _ = year_before(years, months)
        drafts = await (_from_actuals if source == "actuals" else _from_budget)(w, book, row, before, index)
        await _add_lines(w, row, drafts)
    await _audited(w, "budget.created", row, after={"year": year, "source": source, "index": index})
    return await queries.budget_by_id(w, row.id)


def _check_place(existing: Sequence[BudgetRow], year: int, supplementary: bool) -> None:
    if supplementary and not (existing and existing[0].number == 0 and existing[0].decided):
        raise Conflict(N_("The budget of {year} is not voted yet: change it instead."), year=year)
    if not supplementary and existing:
        raise Conflict(N_("There is a budget of {year} already."), year=year)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line to begin with."""

    account_code: str
    nature: str
    key_id: UUID | None
    cents: int
    comment: str = ""
    profile: tuple[int, ...] = ()


async def _from_actuals(w: Work, book: books.Book, row: Budget, before: Months, index: Decimal) -> list[_Draft]:
    """Last year's costs by account, key and month, on the lines of that year's budget where it had one for them."""
    old = {line.place: line for line in await _lines_of_year(w, book.building_id, before)}
    held = held_by(old)
    found: dict[Place, list[int]] = {}
    for place, months in (await spent(w, book, [before])).items():
        name = place_of(place, held)
        added = found.setdefault(name, [0] * len(before))
        found[name] = [a + b for a, b in zip(added, months, strict=True)]
    drafts = []
    for (code, key_id), months in sorted(found.items(), key=lambda one: (one[0][0], str(one[0][1] or ""))):
        if (cents := sum(months)) <= 0:
            continue
        line = old.get((code, key_id))
        # Weights of a month with credits only would be negative: such a month counts nothing.
        profile = tuple(max(0, month) // 100 for month in months)
        drafts.append(
            _Draft(
                code,
                line.nature if line else default_nature(code),
                key_id,
                indexed(cents, index),
                line.comment if line else "",
                profile if any(profile) and len(before) == len(_months(row)) else (),
            )
        )
    return drafts


async def _from_budget(w: Work, book: books.Book, row: Budget, before: Months, index: Decimal) -> list[_Draft]:
    return [
        _Draft(line.account_code, line.nature, line.key_id, indexed(line.cents, index), line.comment,
               tuple(line.profile))
        for line in await _lines_of_year(w, book.building_id, before)
        if line.cents >= 0
    ]  # fmt: skip


async def _lines_of_year(w: Work, building_id: UUID, months: Months) -> list[Line]:
    """The lines of a year's own budget."""
    found = await queries.of_year(w, building_id, months.starts[0].year)
    return await queries.lines_of(w, found[0].id) if found else []


def indexed(cents: int, percent: Decimal) -> int:
    """An amount changed by so many per cent, to the whole euro when it changes at all."""
    if not percent:
        return cents
    euros = Decimal(cents) * (100 + percent) / 10000
    return int(euros.quantize(Decimal(1), ROUND_HALF_UP)) * 100


def _months(row: Budget) -> Months:
    """The months of a budget's year."""
    if row.period.lower is None or row.period.upper is None:
        raise ValueError("the year of a budget has a first and a last day")
    return Months.of(row.period.lower, row.period.upper - timedelta(days=1))


async def _add_lines(w: Work, row: Budget, drafts: Sequence[_Draft]) -> None:
    w.session.add_all(
        BudgetLine(
            organization_id=row.organization_id,
            building_id=row.building_id,
            budget_id=row.id,
            position=position,
            account_code=draft.account_code,
            nature=draft.nature,
            key_id=draft.key_id,
            cents=draft.cents,
            comment=draft.comment,
            profile=list(draft.profile),
        )
        for position, draft in enumerate(drafts, 1)
    )
    await w.flush()


async def plan(w: Work, budget_id: UUID, changes: Mapping[str, Any]) -> BudgetRow:
    """When a draft's provisions are asked: `frequency`, and with `free` the days `called_on` (a list, or as text)."""
    row = await opened(w, budget_id)
    before = snapshot(row)
    frequency = fields.one_of(tuple(Frequency))(changes.get("frequency", row.frequency), "frequency", w.principal.lang)
    days = _days(changes.get("called_on", row.called_on), w.principal.lang) if frequency == Frequency.FREE else []
    if frequency == Frequency.FREE:
        _check_days(days, _months(row))
    row.frequency, row.called_on = frequency, days
    await _changed(w, "budget.updated", row, before)
    return await queries.budget_by_id(w, row.id)


def _days(value: Any, lang: str) -> list[date]:
    given = value.replace(";", " ").replace(",", " ").split() if isinstance(value, str) else list(value or ())
    read = fields.day(optional=False)
    return sorted({read(one, "called_on", lang) for one in given})


def _check_days(days: Sequence[date], months: Months) -> None:
    if not days or len(days) > _MOST_DAYS:
        raise Invalid("called_on", N_("Give one to {most} days."), most=_MOST_DAYS)
    for day in days:
        if not months.starts[0] <= day <= months.end:
            raise Invalid("called_on", N_("{day} is outside the financial year."), day=day)


async def submit(w: Work, budget_id: UUID) -> BudgetRow:
    """Puts a draft to the vote of the assembly: its lines no longer change."""
    row = await _at(w, budget_id, Status.DRAFT)
    before = snapshot(row)
    row.status, row.rejection, row.rejected_on = Status.SUBMITTED, "", None
    return await _moved(w, "budget.submitted", row, before)


async def reject(w: Work, budget_id: UUID, reason: str) -> BudgetRow:
    """Sends a budget back to draft (`budget.vote`): the assembly refused it, or it must change first."""
    row = await _at(w, budget_id, Status.SUBMITTED, "budget.vote")
    clean = fields.text(longest=500)(reason, "reason", w.principal.lang)
    if not clean:
        raise Invalid("reason", N_("Say why the budget comes back."))
    before = snapshot(row)
    row.status, row.rejection, row.rejected_on = Status.DRAFT, clean, w.today
    return await _moved(w, "budget.rejected", row, before)


@dataclass(frozen=True, slots=True)
class Vote:
    """What the assembly decided: the day it met, the point of its minutes or their document.

    `waiver`: the reference of the decision, taken with four fifths of the votes, not to feed the reserve fund as the
    law asks; `reserve_reason`: why it gets less without one.
    """

    on: date
    decision: str = ""
    document_id: UUID | None = None
    waiver: str = ""
    reserve_reason: str = ""


async def vote(w: Work, budget_id: UUID, decided: Vote) -> BudgetRow:
    """Records the assembly's vote (`budget.vote`). From then on the budget and its lines never change.

    Raises Invalid on `waiver` for a year that feeds the reserve fund less than art. 3.86 §3 asks, with neither waiver
    nor reason.
    """
    row = await _at(w, budget_id, Status.SUBMITTED, "budget.vote")
    if decided.on > w.today:
        raise Invalid("voted_on", N_("The decision cannot lie in the future."))
    lang = w.principal.lang
    decision = fields.text(longest=300)(decided.decision, "decision", lang)
    if not decision and decided.document_id is None:
        raise Invalid("decision", N_("Name the point of the minutes, or choose their document."))
    if decided.document_id is not None:
        await _check_document(w, row, decided.document_id)
    waiver = fields.text(longest=300)(decided.waiver, "waiver", lang)
    reason = fields.text(longest=500)(decided.reserve_reason, "reserve_reason", lang)
    if not (waiver or reason) and row.number == 0:
        await _check_reserve(w, row)
    before = snapshot(row)
    row.status, row.voted_on = Status.VOTED, decided.on
    row.decision, row.document_id = decision, decided.document_id
    row.waiver, row.waived_on, row.reserve_reason = waiver, decided.on if waiver else None, reason
    return await _moved(w, "budget.voted", row, before)


async def _check_reserve(w: Work, row: Budget) -> None:
    rule = await rule_of_year(w, await queries.budget(w, row.building_id, row.year, row.number))
    if rule.unanswered:
        raise Invalid(
            "waiver",
            N_(
                "This budget puts less into the reserve fund than the law asks: name the decision taken with four "
                "fifths of the votes, or say why."
            ),
            article=rule.article.code,
        )


async def waive(w: Work, budget_id: UUID, reference: str, on: date) -> BudgetRow:
    """Adds the waiver of the reserve that the assembly decided, with four fifths of the votes, after the vote of the
    budget (`budget.vote`); what the budget asks of the owners stays. Raises Conflict for a budget that has a waiver or
    is not voted."""
    row = await w.get(Budget, budget_id, alone=True)
    require(w, "budget.vote", row.organization_id, row.building_id)
    if not Status(row.status).decided:
        raise Conflict(N_("The waiver is named when the vote is recorded."))
    if row.waiver:
        raise Conflict(N_("This budget has its waiver already."))
    clean = fields.text(required=True, longest=300)(reference, "waiver", w.principal.lang)
    if on > w.today:
        raise Invalid("waived_on", N_("The decision cannot lie in the future."))
    before = snapshot(row)
    row.waiver, row.waived_on = clean, on
    return await _moved(w, "budget.waived", row, before)


async def _check_document(w: Work, row: Budget, document_id: UUID) -> None:
    found = await w.value(
        "select exists (select from documents.document where id = %(d)s and building_id = %(b)s)",
        d=document_id,
        b=row.building_id,
    )
    if not found:
        raise Invalid("document_id", N_("This document is not one of this building."))


async def activate(w: Work, budget_id: UUID) -> BudgetRow:
    """Puts a voted budget in force. Raises Conflict before its year: then it comes into force by itself."""
    row = await _at(w, budget_id, Status.VOTED)
    if w.today < (start := _months(row).starts[0]):
        raise Conflict(N_("The budget comes into force by itself on {day}, with its year."), day=start)
    before = snapshot(row)
    row.status, row.activated_at = Status.ACTIVE, w.now
    return await _moved(w, "budget.activated", row, before)


async def close(w: Work, budget_id: UUID) -> BudgetRow:
    """Closes a budget whose year is over."""
    row = await _at(w, budget_id, Status.ACTIVE)
    if w.today <= (end := _months(row).end):
        raise Conflict(N_("This financial year ends on {day}; the budget is closed after that."), day=end)
    before = snapshot(row)
    row.status, row.closed_at = Status.CLOSED, w.now
    return await _moved(w, "budget.closed", row, before)


async def delete(w: Work, budget_id: UUID) -> None:
    """Removes a draft with its lines."""
    row = await opened(w, budget_id)
    await w.execute("delete from budget where id = %(b)s", b=row.id)
    await _audited(w, "budget.deleted", row, before={"year": row.year, "number": row.number})


async def opened(w: Work, budget_id: UUID, permission: str = "budget.write") -> Budget:
    """A draft to write in, locked. Raises Conflict when it is none."""
    return await _at(w, budget_id, Status.DRAFT, permission)


_ELSEWHERE: Final = {
    Status.DRAFT: N_("This budget is a draft: put it to the vote first."),
    Status.SUBMITTED: N_("This budget is put to the vote: send it back to change it."),
    Status.VOTED: N_("This budget is voted: what changes now is voted in a supplementary one."),
    Status.ACTIVE: N_("This budget is in force: what changes now is voted in a supplementary one."),
    Status.CLOSED: N_("This budget is closed."),
}


async def _at(w: Work, budget_id: UUID, status: Status, permission: str = "budget.write") -> Budget:
    """A budget where an act needs it to be, locked."""
    await queries.budget_by_id(w, budget_id, permission)
    await w.execute("select from budget where id = %(b)s for update", b=budget_id)
    row = await w.get(Budget, budget_id)
    await w.session.refresh(row)
    if row.status != status:
        raise Conflict(_ELSEWHERE[Status(row.status)])
    return row


async def _moved(w: Work, action: str, row: Budget, before: Mapping[str, Any]) -> BudgetRow:
    await _changed(w, action, row, before)
    return await queries.budget_by_id(w, row.id)


async def _changed(w: Work, action: str, row: Budget, before: Mapping[str, Any]) -> None:
    w.session.add(row)
    await w.flush()
    await _audited(w, action, row, before=before, after=snapshot(row))


async def _audited(w: Work, action: str, row: Budget, *, before: Any = None, after: Any = None) -> None:
    await audit(
        w,
        action,
        "budget",
        row.id,
        organization_id=row.organization_id,
        building_id=row.building_id,
        before=before,
        after=after,
        personal=frozenset(),
    )


def unvoted(rows: Sequence[BudgetRow], today: date) -> bool:
    """Whether a year has begun without a voted budget: a warning, for the law sets no such day (art. 3.89 §5 16°)."""
    return not any(row.number == 0 and row.decided and row.start <= today <= row.end for row in rows)
