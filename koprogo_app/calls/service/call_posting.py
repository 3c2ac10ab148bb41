"""Posting a call: an entry for each instalment, a line for each lot and owner; and taking it back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from koprogo_app.calls.model.calls import CallInstalment, CallKind, CallLine, CallStatus, FundCall
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.rules import calls as rules
from koprogo_app.calls.service import calls
from koprogo_app.calls.service.calls import Line, Preview
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.facts import PostingAccount
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.payments.service import settling
from koprogo_app.payments.service.references import ensure_references


async def post(w: Work, call_id: UUID, *, version: int | None = None) -> FundCall:
    """Posts a draft (`calls.write`): who owes what is fixed, and open credits of those owners pay it at once.

    Raises Conflict when it is no draft any more, Invalid on a day outside the open financial years.
    """
    call = await calls._draft(w, call_id, version)
    found = await calls.preview(w, call.building_id, await calls.wanted_of(w, call))
    journal = await calls_journal(w, call.building_id)
    accounts = await books.posting_accounts(w, call.building_id)
    for instalment in await _instalments(w, call_id):
        lines = [line for line in found.lines if line.instalment == instalment.position - 1]
        await _post_instalment(w, call, instalment, _entry(call, instalment, found, lines, journal, accounts), lines)
    call.status, call.posted_at, call.version = CallStatus.POSTED, w.now, call.version + 1
    await w.add(call)
    owners = {line.asked.owner_id for line in found.lines}
    told = {who for _, who in rules.parties(list(found.lots.values()))}
    await ensure_references(w, call.organization_id, call.building_id, owners | told)
    await settling.use_credit(w, call.building_id, owners)
    await calls._audited(w, call, "call.posted", cents=found.cents)
    return call


async def calls_journal(w: Work, building_id: UUID) -> str:
    """The code of the journal of calls. Raises Invalid when there is none."""
    for journal in await books.journals(w, building_id):
        if journal.kind == JournalKind.CALLS:
            return journal.code
    raise Invalid("journal", N_("There is no journal for calls."))


async def _instalments(w: Work, call_id: UUID) -> list[CallInstalment]:
    ids = await w.value("select array_agg(id order by position) from call_instalment where call_id = %(c)s", c=call_id)
    return [await w.get(CallInstalment, one) for one in ids]


def _entry(
    call: FundCall, instalment: CallInstalment, found: Preview, lines: Sequence[Line], journal: str,
    accounts: dict[str, PostingAccount],
) -> Draft:  # fmt: skip
    """Debit each owner for each lot, credit the income of each fund."""
    debits = [
        DraftLine(
            _owed(line.kind, accounts), line.asked.cents, line.asked.owner_id, None, line.asked.lot_id, call.label
        )
        for line in lines
    ]
    credits = []
    for n, part in enumerate(found.wanted.parts):
        cents = sum(line.asked.cents for line in lines if line.part == n)
        credits.append(DraftLine(rules.account_for(accounts, rules.INCOME[part.kind]), -cents, label=call.label))
    return Draft(
        journal, instalment.called_on, call.decision_ref or call.label, [*debits, *credits],
        document_date=call.decided_on, label=call.label,
    )  # fmt: skip


def _owed(kind: CallKind, accounts: dict[str, PostingAccount]) -> str:
    return rules.account_for(accounts, rules.OWED[kind], rules.OWED[CallKind.WORKING])


async def _post_instalment(
    w: Work, call: FundCall, instalment: CallInstalment, draft: Draft, lines: Sequence[Line]
) -> None:
    posted = await entries.post(w, call.building_id, draft)
    line_ids = await w.value(
        "select array_agg(id order by position) from ledger.entry_line where entry_id = %(e)s", e=posted.id
    )
    instalment.entry_id = posted.id
    await w.add(instalment)
    parts = await w.value("select array_agg(id order by position) from call_part where call_id = %(c)s", c=call.id)
    w.session.add_all(
        CallLine(
            organization_id=call.organization_id, building_id=call.building_id, instalment_id=instalment.id,
            part_id=parts[line.part], lot_id=line.asked.lot_id, owner_id=line.asked.owner_id, position=n,
            weight=line.asked.weight, weight_total=line.asked.weight_total, lot_cents=line.asked.lot_cents,
            numerator=line.asked.share.numerator, denominator=line.asked.share.denominator, cents=line.asked.cents,
            entry_line_id=line_id,
        )
        for n, (line, line_id) in enumerate(zip(lines, line_ids, strict=False), 1)
    )  # fmt: skip
    await w.flush()


async def cancel(w: Work, call_id: UUID, reason: str) -> FundCall:
    """Takes a posted call back whole by reversing its entries (`calls.write`); what was paid on it becomes a credit.

    Raises Invalid without a reason, Conflict when it is not posted.
    """
    call = (await call_detail(w, call_id, "calls.write")).call
    if not reason.strip():
        raise Invalid("reason", N_("Say why this call is taken back."))
    if call.status != CallStatus.POSTED:
        raise Conflict(N_("Only a posted call is taken back."))
    row = await w.get(FundCall, call_id)
    years = await books.years(w, call.building_id)
    for instalment in await _instalments(w, call_id):
        if instalment.entry_id is not None:
            await entries.reverse(w, instalment.entry_id, reason, on=_reversed_on(instalment.called_on, years, w.today))
    row.status, row.reason, row.version = CallStatus.CANCELLED, reason.strip()[:500], row.version + 1
    await w.add(row)
    await audit(
        w, "call.cancelled", "fund_call", call_id, organization_id=row.organization_id, building_id=row.building_id,
        after={"label": row.label, "reason": row.reason},
    )  # fmt: skip
    return row


def _reversed_on(day: date, years: Sequence[books.YearRow], today: date) -> date:
    """The entry's own day, or today when that year is closed."""
    closed = any(year.start <= day <= year.end and not year.is_open for year in years)
    return today if closed else day
