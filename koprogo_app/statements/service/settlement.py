"""Booking the balances of a closed year's statements on the co-owners' accounts, and taking that back.

- `preview(w, building_id, year) -> Preview` — what would be booked
- `book(w, building_id, year, choices, send=True, mail=True) -> SettlementRow` — books it and sends the statements
- `take_back(w, settlement_id, reason) -> SettlementRow` — by the reversal of its entry; it can be booked again then

A booked balance is an open line like that of any call: with its day, under the co-owner's own message, so the bank
matches it and reminders chase it. Raises Conflict, Invalid on the field, NotFound, Forbidden (`calls.write`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from koprogo_app.bank.queries.payers import paid_from
from koprogo_app.calls.rules.calls import account_for
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.lawful import as_conflict
from koprogo_app.identity.access import require
from koprogo_app.law.accounts import RESULT
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.rules.posting import Draft
from koprogo_app.ledger.service import entries
from koprogo_app.ledger.service.papers import chosen_year
from koprogo_app.payments.model.accounts import Fund as BankFund
from koprogo_app.payments.queries.bank_accounts import bank_accounts
from koprogo_app.payments.queries.open_items import open_items
from koprogo_app.payments.service import settling, terms
from koprogo_app.payments.service.references import ensure_references
from koprogo_app.purchases.model import OrderStatus
from koprogo_app.purchases.queries.payment_orders import order_detail, refunded_lines
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.service.payment_orders import cancel_order
from koprogo_app.purchases.service.refunds import Refund, make_refund_order
from koprogo_app.statements.model import Credit, Fund, YearSettlement, YearSettlementLine
from koprogo_app.statements.queries import settlement as queries
from koprogo_app.statements.queries.settlement import SettlementRow
from koprogo_app.statements.queries.statement import Span, results
from koprogo_app.statements.rules import settlement as rules
from koprogo_app.statements.rules.settlement import Balance
from koprogo_app.statements.service import sending_statements
from koprogo_app.statements.service.statement import Statement, yearly
from koprogo_app.statements.service.unborne import unborne

_LONGEST: Final = timedelta(days=366)
BOOKED: Final = N_("The balances of {year} are booked already ({entry}). Take that back first.")


@dataclass(frozen=True, slots=True)
class Choices:
    """How a year is booked: by when balances are to be paid (default: as calls are), and what becomes of credits."""

    due_on: date | None = None
    credit: Credit = Credit.CARRY
    works_credit: Credit = Credit.CARRY

    def of(self, fund: Fund) -> Credit:
        """What becomes of a credit of this fund."""
        return self.works_credit if fund is Fund.WORKS else self.credit


@dataclass(frozen=True, slots=True)
class Preview:
    """What booking a year would do: each co-owner's balance of each fund, by name, against the year's result.

    `accounts`: where each co-owner is known to pay from, so where a credit can go back to.
    """

    statement: Statement
    balances: Sequence[Balance]
    results: Mapping[Fund, int]
    due_on: date
    accounts: Mapping[UUID, str]

    @property
    def year(self) -> YearRow:
        """The year."""
        return self.statement.year

    @property
    def owed(self) -> int:
        """What co-owners would owe, in cents."""
        return sum(one.cents for one in self.balances if one.cents > 0)

    @property
    def credits(self) -> int:
        """What would be in co-owners' favour, in cents."""
        return -sum(one.cents for one in self.balances if one.cents < 0)


async def preview(w: Work, building_id: UUID, year: str) -> Preview:
    """What booking a year (by its name) would do (`calls.write`); nothing is written.

    Raises Conflict while the year is open, when it is booked, when a cost is borne by nobody, and when the balances are
    not the result of the year in the books.
    """
    book = await books.open_book(w, building_id, "calls.write")
    found = await yearly(w, building_id, chosen_year(await books.years(w, building_id), year, w.today).name)
    if found.year.is_open:
        raise Conflict(N_("Close the financial year first: until then its charges may still change."))
    if found.booked:
        raise Conflict(BOOKED, year=found.year.name, entry=found.booked.entry)
    for one in await unborne(w, found.shared, building_id):
        raise as_conflict(one.refusal)
    balances = [
        balance for fund in Fund for own in found.owners()
        if (balance := Balance(own.owner_id, fund, own.called(fund), own.cost(fund))).called or balance.cost
    ]  # fmt: skip
    span = Span(book.organization_id, building_id, found.year.start, found.year.end, book.version)
    result = await results(w, span)
    expected = {Fund.WORKING: result.working, Fund.WORKS: result.works}
    if refusal := rules.differing(balances, expected):
        raise as_conflict(refusal)
    days = timedelta(days=(await charge_rules(w, building_id)).call_days)
    return Preview(found, balances, expected, w.today + days, await paid_from(w, building_id))


async def book(
    w: Work, building_id: UUID, year: str, choices: Choices, *, send: bool = True, mail: bool = True
) -> SettlementRow:
    """Books the balances of a closed year (`calls.write`) and has the statements sent, unless `send` is False.

    Open credits pay open debts of the same account at once. A credit to be refunded goes into a payment order, where
    the co-owner's account is known, for what is left of it; else it stays on the account.
    """
    await books.open_book(w, building_id, "calls.write")
    await entries.alone(w, building_id)
    found = await preview(w, building_id, year)
    due_on = _due(w, choices.due_on or found.due_on)
    posted, lines = await _post(w, building_id, found)
    debts = [line for line, one in lines.items() if one.cents > 0]
    await terms.set_due(w, building_id, debts, due_on)
    owners = {one.owner_id for one in lines.values()}
    await ensure_references(w, found.statement.book.organization_id, building_id, owners)
    await settling.use_credit(w, building_id, owners)
    refunds = await _refunds(w, found, lines, choices)
    order_id = await _refund(w, building_id, refunds)
    row = await w.add(
        YearSettlement(
            organization_id=found.statement.book.organization_id, building_id=building_id,
            fiscal_year_id=found.year.id, entry_id=posted.id,
            closed_at=found.year.closed_at or w.now, booked_on=posted.on,
            due_on=due_on, credit=choices.credit, works_credit=choices.works_credit, order_id=order_id,
            user_id=w.principal.user_id, created_at=w.now,
        )
    )  # fmt: skip
    await _keep_lines(w, row, found, lines)
    await _audited(w, "settlement.booked", row, {"year": found.year.name, "entry": f"{posted.journal} {posted.number}"})
    if send:
        await sending_statements.ask(w, building_id, found.year.name, mail=mail)
    return await queries.settlement(w, row.id)


def _due(w: Work, day: date) -> date:
    if not w.today <= day <= w.today + _LONGEST:
        raise Invalid("due_on", N_("Choose today or a later day, within a year."))
    return day


async def _post(w: Work, building_id: UUID, found: Preview) -> tuple[entries.Posted, dict[UUID, Balance]]:
    """The entry, and the balance that each line of a co-owner on it books."""
    accounts = await books.posting_accounts(w, building_id)
    owed = {fund: account_for(accounts, *codes) for fund, codes in rules.OWED.items()}
    label = tr(w.principal.lang, "Statement of charges {year}", year=found.year.name)
    booked, lines = rules.entry_lines(found.balances, owed, account_for(accounts, RESULT), label)
    if not booked:
        raise Conflict(
            N_("Nobody owes or is owed anything for {year}: there is nothing to book."), year=found.year.name
        )
    journal = next(j.code for j in await books.journals(w, building_id) if j.kind == JournalKind.MISCELLANEOUS)
    posted = await entries.post(w, building_id, Draft(journal, w.today, label, lines, label=label))
    ids = await w.value(
        "select array_agg(id order by position) from ledger.entry_line where entry_id = %(e)s", e=posted.id
    )
    return posted, dict(zip(ids, booked, strict=False))


async def _refunds(w: Work, found: Preview, lines: Mapping[UUID, Balance], choices: Choices) -> dict[UUID, Refund]:
    """By line, the credits that go back: what is left of them once open debts are met."""
    wanted = {
        line: one for line, one in lines.items()
        if one.cents < 0 and choices.of(one.fund) is Credit.REFUND and one.owner_id in found.accounts
    }  # fmt: skip
    if not wanted:
        return {}
    people, refunds = found.statement.people, {}
    for item in await open_items(w, found.statement.book.building_id):
        if item.line_id in wanted and item.open_cents < 0:
            person = people[wanted[item.line_id].owner_id]
            message = tr(person.lang, "Statement of charges {year}", year=found.year.name)
            refunds[item.line_id] = Refund(
                item.line_id, person.name, found.accounts[person.id], -item.open_cents, message
            )
    return refunds


async def _refund(w: Work, building_id: UUID, refunds: Mapping[UUID, Refund]) -> UUID | None:
    if not refunds:
        return None
    accounts = await bank_accounts(w, building_id)
    account = next((one for one in accounts if one.fund == BankFund.WORKING), None)
    if account is None:
        raise Conflict(N_("The association has no bank account here yet: register it first."))
    return (await make_refund_order(w, building_id, account.id, list(refunds.values()))).row.id


async def _keep_lines(w: Work, row: YearSettlement, found: Preview, lines: Mapping[UUID, Balance]) -> None:
    line_of = {(one.owner_id, one.fund): line for line, one in lines.items()}
    for one in found.balances:
        w.session.add(
            YearSettlementLine(
                organization_id=row.organization_id, building_id=row.building_id, settlement_id=row.id,
                owner_id=one.owner_id, fund=one.fund, called_cents=one.called, cost_cents=one.cost, cents=one.cents,
                entry_line_id=line_of.get((one.owner_id, one.fund)),
            )
        )  # fmt: skip
    await w.flush()


async def take_back(w: Work, settlement_id: UUID, reason: str) -> SettlementRow:
    """Takes a booking back by the reversal of its entry (`calls.write`); what was paid on it becomes a credit.

    Its payment order is cancelled. Raises Invalid without a reason, Conflict when it is taken back already, and when
    the bank has carried refunds out.
    """
    row = await queries.settlement(w, settlement_id)
    require(w, "calls.write", row.organization_id, row.building_id)
    await entries.alone(w, row.building_id)
    row = await queries.settlement(w, settlement_id)
    if row.taken_back:
        raise Conflict(N_("This booking is taken back already."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why this booking is taken back."))
    await _cancel_refunds(w, row)
    years = await books.years(w, row.building_id)
    closed = any(y.start <= row.booked_on <= y.end and not y.is_open for y in years)
    await entries.reverse(w, row.entry_id, reason, on=w.today if closed else row.booked_on)
    year = next(y for y in years if y.id == row.fiscal_year_id)
    await _audited(w, "settlement.taken_back", row, {"year": year.name, "entry": row.entry, "reason": reason.strip()})
    return await queries.settlement(w, settlement_id)


async def _cancel_refunds(w: Work, row: SettlementRow) -> None:
    if row.order_id is None or (await order_detail(w, row.order_id)).row.status != OrderStatus.MADE:
        return
    refunded = set(await refunded_lines(w, row.order_id))
    open_now = {item.line_id for item in await open_items(w, row.building_id)}
    if refunded - open_now:
        raise Conflict(
            N_("Refunds of payment order {reference} are paid. Undo those bank movements first."), reference=row.order
        )
    await cancel_order(w, row.order_id)


async def _audited(w: Work, action: str, row: Any, after: Mapping[str, object]) -> None:
    await audit(
        w, action, "year_settlement", row.id, organization_id=row.organization_id, building_id=row.building_id,
        after=after,
    )  # fmt: skip
