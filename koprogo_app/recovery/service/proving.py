"""What follows a letter: the proof of the registered post, interest and costs charged to the account, or waived."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.documents.queries.library import document_detail
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr, written
from koprogo_app.identity.access import require
from koprogo_app.law.accounts import OWNERS_WORKING
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.recovery.facts import LEVEL_NAMES, Asked
from koprogo_app.recovery.model import Channel, Reminder, Status
from koprogo_app.recovery.queries.reminders import asked as asked_of
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.rules import arrears
from koprogo_app.recovery.service.preparing import audited, lock, refresh

INTEREST = "75"
COSTS = "744"


async def _sent(w: Work, reminder_id: UUID) -> Reminder:
    await w.value("select 1 from reminder where id = %(r)s for update", r=reminder_id)
    row = await w.get(Reminder, reminder_id)
    require(w, "recovery.write", row.organization_id, row.building_id)
    if row.status != Status.SENT:
        raise Conflict(N_("This reminder has not been sent yet."))
    return row


async def prove(w: Work, reminder_id: UUID, *, tracking: str = "", document_id: UUID | None = None) -> Reminder:
    """Notes the number of the registered letter, and the document that proves it was posted (`recovery.write`)."""
    row = await _sent(w, reminder_id)
    if row.channel != Channel.REGISTERED:
        raise Conflict(N_("This reminder did not go out by registered post."))
    number = "".join(tracking.split()).upper()
    if number and not (8 <= len(number) <= 40 and number.isalnum()):
        raise Invalid("tracking", N_("Type the number as on the receipt: 8 to 40 letters and figures."))
    if document_id is not None:
        found = (await document_detail(w, document_id)).row
        if found.building_id != row.building_id:
            raise Invalid("document_id", N_("Choose a document of this building."))
        row.proof_document_id = document_id
    row.tracking = number or row.tracking
    await w.add(row)
    await audited(w, "reminder.proved", row)
    return row


async def charge(w: Work, reminder_id: UUID) -> entries.Posted:
    """Puts the interest and costs of a letter on the owner's account (`recovery.write` and `ledger.write`), once.

    The entry rests on the letter itself. Raises Conflict when they are on the account already, or there are none.
    """
    row = await _sent(w, reminder_id)
    await lock(w, row.building_id)
    asked = await to_charge(w, row.building_id, row.owner_id)
    mine = asked[reminder_id]
    if mine.entry_id is not None:
        raise Conflict(N_("The interest and costs of this letter are on the account already."))
    if not mine.total_cents:
        raise Conflict(N_("This letter asks for neither interest nor costs that are not on the account yet."))
    return await post_charge(w, row, mine, w.today)


async def post_charge(w: Work, row: Reminder, mine: "ToCharge", on: date) -> entries.Posted:
    """Posts what a letter still has to bring on the account, on a day (`ledger.write`)."""
    label = f"{tr(row.lang, LEVEL_NAMES[row.level])} {written(row.sent_on, row.lang)}"
    accounts = await accounts_of(w, row.building_id)
    lines = [DraftLine(OWNERS_WORKING, mine.total_cents, owner_id=row.owner_id, label=label)]
    if mine.interest_cents:
        lines.append(DraftLine(accounts[INTEREST], -mine.interest_cents, label=tr(row.lang, "Interest")))
    if mine.costs_cents:
        lines.append(DraftLine(accounts[COSTS], -mine.costs_cents, label=tr(row.lang, "Costs of this letter")))
    posted = await entries.post(
        w, row.building_id,
        Draft("OD", on, label[:60], lines, document_date=row.sent_on, label=label, document_id=row.document_id),
    )  # fmt: skip
    row.entry_id = posted.id
    await w.add(row)
    await audited(w, "reminder.charged", row)
    return posted


async def take_back(w: Work, reminder_id: UUID, reason: str) -> entries.Posted:
    """Takes the interest and costs of a letter off the account again, by a reversal (`recovery.write`, `ledger.write`).

    Raises Invalid without a reason, Conflict when they are not on it, or a later letter was charged on top of them.
    """
    row = await _sent(w, reminder_id)
    await lock(w, row.building_id)
    asked = await to_charge(w, row.building_id, row.owner_id)
    mine = asked[reminder_id]
    if mine.entry_id is None:
        raise Conflict(N_("The interest and costs of this letter are not on the account."))
    if any(one.entry_id and one.level > mine.level and one.lines & mine.lines for one in asked.values()):
        raise Conflict(N_("Later interest or costs stand on top of this letter’s: take them back first."))
    posted = await entries.reverse(w, mine.entry_id, reason, w.today)
    row.entry_id = None
    await w.add(row)
    await audited(w, "reminder.taken_back", row)
    return posted


async def waive(w: Work, reminder_id: UUID, reason: str) -> Reminder:
    """Gives up the costs of a letter for good (`recovery.write`): no claim and no later letter asks for them again.

    The letter stays as it was sent, and its interest runs on. Raises Invalid without a reason, Conflict when it asked
    for no costs, they were waived before, or they are on the account: those are taken back first.
    """
    row = await _sent(w, reminder_id)
    await lock(w, row.building_id)
    if row.waived_on is not None:
        raise Conflict(N_("The costs of this letter were waived already."))
    if not row.costs_cents:
        raise Conflict(N_("This letter asked for no costs."))
    if (await to_charge(w, row.building_id, row.owner_id))[reminder_id].entry_id is not None:
        raise Conflict(N_("The costs of this letter are on the account: take them back first."))
    if not reason.strip():
        raise Invalid("reason", N_("Say why the costs are waived."))
    row.waived_on, row.waived_reason, row.waived_by = w.today, reason.strip()[:500], w.principal.user_id
    await w.add(row)
    await audit(
        w, "reminder.costs_waived", "reminder", row.id, organization_id=row.organization_id,
        building_id=row.building_id,
        after={"level": row.level, "owner": row.owner_id, "costs_cents": row.costs_cents, "reason": row.waived_reason},
    )  # fmt: skip
    await w.flush()
    for waiting in await reminders(w, row.building_id, owner_id=row.owner_id, status=Status.PREPARED):
        await refresh(w, waiting.id)
    return row


@dataclass(frozen=True, slots=True)
class ToCharge:
    """What a letter still has to bring on the account; `entry_id` when it did."""

    level: int
    lines: frozenset[UUID]
    interest_cents: int
    costs_cents: int
    entry_id: UUID | None

    @property
    def total_cents(self) -> int:
        return self.interest_cents + self.costs_cents


async def to_charge(w: Work, building_id: UUID, owner_id: UUID) -> dict[UUID, ToCharge]:
    """By letter sent to an owner, what its charge would post: interest runs on from letter to letter, and so only what
    an earlier or later charge has not brought on the account yet; the caller has authorised the building."""
    letters = (await asked_of(w, building_id, [owner_id]))[owner_id]
    charged = arrears.charged(letters)
    found: dict[UUID, list[Asked]] = {}
    for one in letters:
        found.setdefault(one.reminder_id, []).append(one)
    return {
        letter: ToCharge(
            parts[0].level, frozenset(one.line_id for one in parts),
            sum(max(0, one.interest_cents - charged.get(one.line_id, 0)) for one in parts),
            0 if parts[0].entry_id else parts[0].costs_cents, parts[0].entry_id,
        )
        for letter, parts in found.items()
    }  # fmt: skip


async def accounts_of(w: Work, building_id: UUID) -> dict[str, str]:
    """The account of the chart on which interest and costs are posted: the first below each heading."""
    result = {}
    for heading in (INTEREST, COSTS):
        code = await w.value(
            """select code from ledger.account where building_id = %(b)s and code like %(h)s and postable
                  and archived_at is null order by code limit 1""",
            b=building_id, h=heading + "%",
        )  # fmt: skip
        if code is None:
            raise Conflict(N_("The chart has no account {code} to post this on."), code=heading)
        result[heading] = code
    return result
