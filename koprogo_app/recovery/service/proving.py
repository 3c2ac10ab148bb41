"""What follows a letter: the number and proof of the registered post, interest and costs charged to the account."""

from uuid import UUID

from koprogo_app.documents.queries.library import document_detail
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.access import require
from koprogo_app.law.accounts import OWNERS_WORKING
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.recovery.facts import LEVEL_NAMES
from koprogo_app.recovery.model import Channel, Reminder, Status
from koprogo_app.recovery.service.preparing import audited

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

    Raises Conflict when it asks for none or they are charged already.
    """
    row = await _sent(w, reminder_id)
    if row.entry_id is not None:
        raise Conflict(N_("The interest and costs of this letter are on the account already."))
    total = row.interest_cents + row.costs_cents
    if not total:
        raise Conflict(N_("This letter asks for neither interest nor costs."))
    label = f"{tr(row.lang, LEVEL_NAMES[row.level])} {row.sent_on:%d/%m/%Y}"
    accounts = await _accounts(w, row.building_id)
    lines = [DraftLine(OWNERS_WORKING, total, owner_id=row.owner_id, label=label)]
    if row.interest_cents:
        lines.append(DraftLine(accounts[INTEREST], -row.interest_cents, label=tr(row.lang, "Interest")))
    if row.costs_cents:
        lines.append(DraftLine(accounts[COSTS], -row.costs_cents, label=tr(row.lang, "Costs of this letter")))
    posted = await entries.post(w, row.building_id, Draft("OD", w.today, label[:60], lines))
    row.entry_id = posted.id
    await w.add(row)
    await audited(w, "reminder.charged", row)
    return posted


async def _accounts(w: Work, building_id: UUID) -> dict[str, str]:
    """The account of the chart on which interest and costs are posted: the first below each heading."""
    result = {}
    for heading in (INTEREST, COSTS):
        code = await w.value(
            """select code from account where building_id = %(b)s and code like %(h)s and postable
                  and archived_at is null order by code limit 1""",
            b=building_id, h=heading + "%",
        )  # fmt: skip
        if code is None:
            raise Conflict(N_("The chart has no account {code} to post this on."), code=heading)
        result[heading] = code
    return result
