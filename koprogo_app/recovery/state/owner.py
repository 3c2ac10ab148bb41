"""One late owner, for the office: what she owes and why, the letters, the pauses, the file for the lawyer."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import reflex as rx

from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.documents.service.bundling import bundle_of
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.runs import following
from koprogo_app.interface.notice import refuse
from koprogo_app.law.accounts import OWNERS_WORKING
from koprogo_app.law.recovery import privileged
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.queries import holding, names
from koprogo_app.recovery.queries.reminders import ReminderRow, reminders
from koprogo_app.recovery.service import dossier, overview, pausing, proving, sending
from koprogo_app.recovery.state.lines import (
    DayLine,
    DebtLine,
    LetterLine,
    SliceLine,
    day_lines,
    debt_line,
    letter_line,
    slice_lines,
    told,
)
from koprogo_app.recovery.words import LEVELS, PAUSES
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.page import (
    PageState,
    Sent,
    Told,
    acts,
    loads,
    opening,
    opens,
    submits,
)

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class PauseLine:
    """A pause."""

    id: str = ""
    kind: str = ""
    reason: str = ""
    days: str = ""
    by: str = ""
    since: str = ""
    until: str = ""
    running: bool = False


@dataclass(frozen=True)
class GivenUp:
    """Costs of a letter that were waived: which, how much, when, by whom, why."""

    letter: str = ""
    amount: str = ""
    on: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PlanView:
    """An instalment plan: from when, whether it is kept, whether it has ended."""

    on: str = ""
    kept: bool = False
    ended: bool = False


@dataclass(frozen=True)
class ClaimSums:
    """The sums of a claim: charges, interest, costs, all, the privileged part; `pay` now, `later` by a plan."""

    charges: str = ""
    late: str = ""
    interest: str = ""
    costs: str = ""
    total: str = ""
    privileged: str = ""
    owes: bool = False
    pay: str = ""
    later: str = ""


@dataclass(frozen=True)
class Charging:
    """What would be posted of a letter, on which accounts."""

    total: str = ""
    interest: str = ""
    costs: str = ""
    debit: str = ""
    interest_account: str = ""
    costs_account: str = ""


@dataclass(frozen=True)
class BundleView:
    """The file for the lawyer: waiting, ready (with its address) or failed; "" when none was asked."""

    status: str = ""
    href: str = ""


NO_BUNDLE: Final = BundleView()


class LateOwner(PageState, rx.State):
    """The page of one owner's recovery."""

    building: str = ""
    owner: str = ""
    card: str = ""
    write: bool = False
    sums: ClaimSums = ClaimSums()
    debts: list[DebtLine] = []
    slices: list[SliceLine] = []
    days: list[DayLine] = []
    known: bool = True
    letters: list[LetterLine] = []
    pauses: list[PauseLine] = []
    ended: list[PauseLine] = []
    waived: list[GivenUp] = []
    plans: list[PlanView] = []
    papers: list[dict[str, str]] = []
    charging: Charging = Charging()
    bundle: BundleView = NO_BUNDLE
    today: str = ""

    load = loads("recovery.read")
    ask = opens("recovery.write", "cancel", "take_back", "waive", "pause")

    def _arrive(self) -> None:
        self.bundle = NO_BUNDLE

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, owner_id = id_after(self, "buildings"), id_after(self, "arrears")
        book = await books.open_book(w, building_id, "recovery.read")
        found = await overview.claim(w, building_id, owner_id)
        name = (await names.names(w, [owner_id])).get(owner_id)
        if name is None:
            raise NotFound
        letters = await reminders(w, building_id, owner_id=owner_id)
        pauses = await holding.pauses(w, building_id, owner_id)
        plans = await plans_of(w, building_id, owner_id)
        charges = await proving.to_charge(w, building_id, owner_id)
        today, previous = w.today, await dossier.previous_year(w, book)
        self.building, self.owner, self.card = book.building_name, name, f"{self.base}/owners/{owner_id}"
        self.write, self.today = may("recovery.write", book.organization_id, building_id), today.isoformat()
        self.sums = claim_sums(found, previous, lang)
        self.debts = [debt_line(debt, today, lang) for debt in found.debts]
        self.slices, self.days = slice_lines(found.interest, lang), day_lines(found.interest, lang)
        self.known = found.interest.known
        due = {letter: one.total_cents for letter, one in charges.items()}
        self.letters = [letter_line(row, lang, base=self.base, to_charge=due.get(row.id, 0)) for row in letters]
        shown = [_pause(row, today, lang) for row in pauses]
        self.pauses = [row for row in shown if row.running]
        self.ended = [row for row in shown if not row.running]
        self.waived = [_given_up(row, lang) for row in letters if row.waived_on]
        kept = {plan.plan_id for plan in found.asked.plans if plan.kept}
        self.plans = [
            PlanView(shown_day(plan.agreed_on, lang), plan.id in kept, plan.ended_at is not None)
            for plan in plans
            if plan.id in kept or plan.ended_at is not None or plan.paid_cents < plan.cents
        ]

    @acts("recovery.write", apart=True)
    async def send(self, who: Principal, reminder: str) -> Told:
        """Sends a prepared letter."""
        return told(await sending.send(who, as_id(reminder)))

    @opening("recovery.write", "charge")
    async def ask_charge(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that charges a letter: what would be posted, on which accounts."""
        building_id = id_after(self, "buildings")
        await books.open_book(w, building_id, "recovery.write")
        charges = await proving.to_charge(w, building_id, id_after(self, "arrears"))
        codes = await proving.accounts_of(w, building_id)
        one = charges.get(as_id(record))
        if one is None:
            raise NotFound
        self.charging = Charging(
            money(one.total_cents, lang), money(one.interest_cents, lang), money(one.costs_cents, lang),
            OWNERS_WORKING, codes[proving.INTEREST], codes[proving.COSTS],
        )  # fmt: skip

    @opening("recovery.write", "prove")
    async def ask_prove(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of registered post, with the newest papers: the receipt is among them once it is filed."""
        found = await documents_page(w, Asked(per_page=30), Choice(building_id=id_after(self, "buildings")))
        none = {"value": "", "label": tr(lang, "None yet")}
        self.papers = [none] + [
            {"value": str(row.id), "label": f"{row.title} ({shown_day(row.dated, lang)})"}
            for row in found.rows
            if row.entity != "reminder"
        ]

    @submits("recovery.write", dialog="cancel", done=N_("The reminder is cancelled."))
    async def cancel(self, w: Work, sent: Sent) -> None:
        """Gives up a prepared letter."""
        await sending.cancel(w, sent.record_id, sent.text("reason"))

    @submits("recovery.write", dialog="prove", done=N_("The registered letter is noted."))
    async def prove(self, w: Work, sent: Sent) -> None:
        """Notes the number of a registered letter, and its proof."""
        document = sent.id_or_none("document_id")
        await proving.prove(w, sent.record_id, tracking=sent.text("tracking"), document_id=document)

    @submits("recovery.write", dialog="charge", done=N_("Interest and costs are on the owner’s account."))
    async def charge(self, w: Work, sent: Sent) -> None:
        """Puts the interest and costs of the letter on the account."""
        await proving.charge(w, sent.record_id)

    @submits("recovery.write", dialog="take_back", done=N_("Interest and costs are off the account again."))
    async def take_back(self, w: Work, sent: Sent) -> None:
        """Takes the interest and costs of the letter off the account."""
        await proving.take_back(w, sent.record_id, sent.text("reason"))

    @submits("recovery.write", dialog="waive", done=N_("The costs of the letter are waived."))
    async def waive(self, w: Work, sent: Sent) -> None:
        """Gives up the costs of the letter for good."""
        await proving.waive(w, sent.record_id, sent.text("reason"))

    @submits("recovery.write", dialog="pause", done=N_("Recovery is paused for this owner."))
    async def pause(self, w: Work, sent: Sent) -> None:
        """Sends nothing more for a while."""
        building_id, owner_id = id_after(self, "buildings"), id_after(self, "arrears")
        until = sent.day_or_none("until")
        await pausing.begin_pause(w, building_id, owner_id, sent.text("kind"), sent.text("reason"), until)

    @acts("recovery.write", done=N_("The pause is over; reminders go on."))
    async def end(self, w: Work, pause: str) -> None:
        """Ends a pause."""
        await pausing.end_pause(w, as_id(pause))

    @acts("recovery.write", background=True)
    async def make_file(self, who: Principal) -> None:
        """Puts the file for the lawyer together and offers it; the page may be left meanwhile."""
        async with self:
            building_id, owner = id_after(self, "buildings"), id_after(self, "arrears")
            page, self.bundle = self.place, BundleView("waiting")
        href = ""
        try:
            bundle_id = await dossier.make_file(who, building_id, owner)
            status = await _follow(who, bundle_id)
            href = f"/api/v1/documents/bundles/{bundle_id}/content" if status == "done" else ""
        except KoproError as error:
            status = ""
            async with self:
                await refuse(self, error)
        async with self:
            if self.place == page:
                self.bundle = BundleView(status, href)


async def _follow(who: Principal, bundle_id: UUID) -> str:
    """How the bundle ended; "waiting" when it still goes on after all the time it is followed."""

    async def read() -> Run:
        async with work(who) as w:
            return await bundle_of(w, bundle_id)

    status = "waiting"
    async for run in following(read):
        status = run.status
    return status


def claim_sums(found: overview.Claim, previous: date, lang: str) -> ClaimSums:
    """The sums of a claim."""
    split = privileged([(debt.on, debt.open_cents) for debt in found.debts], previous)
    return ClaimSums(
        money(found.open_cents, lang), money(found.asked.late_cents, lang), money(found.interest_cents, lang),
        money(found.costs_cents, lang), money(found.total_cents, lang), money(split.privileged, lang),
        bool(found.debts), money(found.asked.pay_cents, lang),
        money(found.asked.later_cents, lang) if found.asked.later_cents else "",
    )  # fmt: skip


def _pause(row: holding.PauseRow, today: date, lang: str) -> PauseLine:
    running = row.since <= today and (row.until is None or row.until >= today)
    last = row.until and max(row.since, row.until)  # ended on the day it began
    until = shown_day(last, lang) or "…"
    return PauseLine(str(row.id), tr(lang, PAUSES[row.kind]), row.reason, f"{shown_day(row.since, lang)} – {until}",
                     row.by, shown_day(row.since, lang), shown_day(last, lang), running)  # fmt: skip


def _given_up(row: ReminderRow, lang: str) -> GivenUp:
    letter = f"{tr(lang, LEVELS[row.level])}, {shown_day(row.sent_on, lang)}"
    return GivenUp(letter, money(row.costs_cents, lang), shown_day(row.waived_on, lang), row.waived_by,
                   row.waived_reason)  # fmt: skip
