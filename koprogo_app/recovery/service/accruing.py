"""Interest and costs that were asked are put on the account before a payment is, so that it meets them first.

By law a payment meets interest and costs, then the principal (art. 1254 of the old Civil Code, INT-6), unless the
regulation or an agreement says otherwise: `Policy.charges_first`, and instalment plans that are kept.
"""

from datetime import date
from uuid import UUID

from koprogo_app.calls.service.claims import kept_lines
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import tr, written
from koprogo_app.law.accounts import OWNERS_WORKING
from koprogo_app.law.allocation import allocate
from koprogo_app.law.interest import Interest
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.service.settling import Order
from koprogo_app.recovery.facts import Debt
from koprogo_app.recovery.model import InterestAccrual, Reminder, Status
from koprogo_app.recovery.queries import debts, names, policy
from koprogo_app.recovery.queries.reminders import asked, reminders
from koprogo_app.recovery.rules import arrears
from koprogo_app.recovery.service.preparing import lock
from koprogo_app.recovery.service.proving import INTEREST, accounts_of, post_charge, to_charge


async def before_payment(w: Work, building_id: UUID, owner_id: UUID, on: date) -> Order:
    """Charges what letters sent by a day asked, and the interest that has run since, as of that day (`ledger.write`).

    Nothing of debts under a plan that is kept, nothing where payments meet the charges first, and nothing without an
    account of the chart to post it on: it then stays claimed beside the account.
    """
    if (await policy.policy_of(w, building_id)).charges_first:
        return Order(charges_first=True)
    sent = [row for row in await reminders(w, building_id, owner_id=owner_id, status=Status.SENT)
            if row.sent_on is not None and row.sent_on <= on]  # fmt: skip
    if not sent:
        return Order()
    try:
        accounts = await accounts_of(w, building_id)
    except Conflict:
        return Order()
    await lock(w, building_id)
    planned = await kept_lines(w, building_id)
    for row in sorted(sent, key=lambda row: row.level):
        mine = (await to_charge(w, building_id, owner_id))[row.id]
        if mine.entry_id is None and mine.total_cents and not mine.lines & planned:
            await post_charge(w, await w.get(Reminder, row.id), mine, on)
    await _accrue(w, building_id, owner_id, on, {row.id for row in sent}, planned, accounts[INTEREST])
    return Order()


async def _accrue(
    w: Work, building_id: UUID, owner_id: UUID, on: date, letters: set[UUID], planned: set[UUID], account: str
) -> None:
    """Interest up to the day (not included) of the debts that letters asked, as far as it is not on the account."""
    told = (await asked(w, building_id, [owner_id]))[owner_id]
    lines = {one.line_id for one in told if one.reminder_id in letters} - planned
    found = [debt for debt in await debts.reminded_debts(w, building_id, owner_id) if debt.line_id in lines]
    charged = arrears.charged(told)
    parts = await _parts(w, building_id, owner_id, found, on)
    new = {debt.line_id: max(0, part - charged.get(debt.line_id, 0)) for debt, part in zip(found, parts, strict=True)}
    if not (cents := sum(new.values())):
        return
    owner = await w.value("select lang from estate.owner where id = %(o)s", o=owner_id)
    label = tr(owner, "Interest until {day}", day=written(on, owner))
    draft = [DraftLine(OWNERS_WORKING, cents, owner_id=owner_id, label=label), DraftLine(account, -cents, label=label)]
    posted = await entries.post(w, building_id, Draft("OD", on, label[:60], draft, label=label))
    organization_id = (await books.open_book(w, building_id, "ledger.write")).organization_id
    w.session.add_all(
        InterestAccrual(
            entry_id=posted.id, line_id=debt.line_id, organization_id=organization_id, building_id=building_id,
            owner_id=owner_id, due_on=debt.due_on, interest_cents=charged.get(debt.line_id, 0) + new[debt.line_id],
        )
        for debt in found
        if new[debt.line_id]
    )  # fmt: skip
    await w.flush()


async def _parts(w: Work, building_id: UUID, owner_id: UUID, found: list[Debt], on: date) -> list[int]:
    """All interest of each debt, rounded once and shared over them."""
    rules = await policy.policy_of(w, building_id)
    rates = rules.rates(await policy.later_rates(w), person=await names.is_person(w, owner_id))
    interests = [arrears.debt_interest(debt, rules, rates, on) for debt in found]
    whole = sum(interests, Interest())
    return allocate(whole.cents, [one.exact for one in interests]) if whole.cents else [0] * len(found)
