"""One late owner, for the office: what she owes and why, the letters, the pauses, the file for the lawyer."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.calls.queries.plans import plans_of
from koprogo_app.documents.queries.library import Choice, documents_page
from koprogo_app.documents.service.bundling import bundle_of
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
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
)
from koprogo_app.recovery.words import LEVELS, PAUSES
from koprogo_app.workspace.fields import day as day_field
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    shown_day,
    typed,
    workspace,
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


class LateOwner(rx.State):
    """The page of one owner's recovery."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    owner: str = ""
    card: str = ""
    write: bool = False
    sums: dict[str, str] = {}
    debts: list[DebtLine] = []
    slices: list[SliceLine] = []
    days: list[DayLine] = []
    known: bool = True
    letters: list[LetterLine] = []
    pauses: list[PauseLine] = []
    ended: list[PauseLine] = []
    waived: list[GivenUp] = []
    plans: list[dict[str, str]] = []
    asking: str = ""
    chosen: str = ""
    papers: list[dict[str, str]] = []
    charging: dict[str, str] = {}
    errors: dict[str, dict[str, str]] = {}
    bundle: dict[str, str] = {}
    today: str = ""

    @handler("recovery.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            await self._fill()
            self.ready, self.failed, self.asking, self.errors, self.bundle = True, {}, "", {}, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id, owner_id = await lang_of(self), id_after(self, "buildings"), id_after(self, "arrears")
        async with work(acting(lang)) as w:
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
        self.plans = [
            {"on": shown_day(plan.agreed_on, lang), "kept": "yes" if plan.kept(today) else "",
             "ended": "yes" if plan.ended_at else "", "paid": money(plan.paid_cents, lang)}
            for plan in plans
        ]  # fmt: skip

    @handler("recovery.write")
    async def send(self, reminder: str) -> None:
        """Sends a prepared letter."""
        try:
            sent = await sending.send(acting(await lang_of(self)), as_id(reminder))
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        done = N_("The reminder is sent and filed among the owner’s documents.")
        none = N_("All of it is paid: the reminder was not needed any more.")
        if sent:
            await notify(self, "done", done)
        else:
            await notify(self, "information", none)

    @handler("recovery.write")
    async def ask(self, what: str, chosen: str) -> None:
        """Opens a dialog: `cancel`, `prove`, `charge`, `take_back` or `waive` a letter, `pause` the account."""
        try:
            if what == "prove":
                await self._list_papers()
            if what == "charge":
                await self._explain_charge(as_id(chosen))
        except KoproError as error:
            await refuse(self, error)
            return
        self.asking, self.chosen, self.errors = what, chosen, {}

    async def _explain_charge(self, reminder: UUID) -> None:
        """What would be posted, on which accounts."""
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            await books.open_book(w, building_id, "recovery.write")
            charges = await proving.to_charge(w, building_id, id_after(self, "arrears"))
            codes = await proving.accounts_of(w, building_id)
        one = charges.get(reminder)
        if one is None:
            raise NotFound
        self.charging = {
            "total": money(one.total_cents, lang), "interest": money(one.interest_cents, lang),
            "costs": money(one.costs_cents, lang), "debit": OWNERS_WORKING,
            "interest_account": codes[proving.INTEREST], "costs_account": codes[proving.COSTS],
        }  # fmt: skip

    async def _list_papers(self) -> None:
        """The newest papers of the building: the receipt of the post is among them once it is filed."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            found = await documents_page(w, Asked(per_page=30), Choice(building_id=id_after(self, "buildings")))
        none = {"value": "", "label": tr(lang, "None yet")}
        self.papers = [none] + [
            {"value": str(row.id), "label": f"{row.title} ({shown_day(row.dated, lang)})"}
            for row in found.rows
            if row.entity != "reminder"
        ]

    @handler("recovery.write")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.asking, self.errors = "", {}

    @handler("recovery.write")
    async def cancel(self, data: dict[str, Any]) -> None:
        """Gives up a prepared letter."""
        reason = typed(data, "reason").get("reason", "")
        try:
            async with work(acting(await lang_of(self))) as w:
                await sending.cancel(w, as_id(self.chosen), reason)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("The reminder is cancelled."))

    @handler("recovery.write")
    async def prove(self, data: dict[str, Any]) -> None:
        """Notes the number of a registered letter, and its proof."""
        values = typed(data, "tracking", "document_id")
        try:
            document = as_id(values["document_id"], "document_id") if values.get("document_id") else None
            async with work(acting(await lang_of(self))) as w:
                await proving.prove(w, as_id(self.chosen), tracking=values.get("tracking", ""), document_id=document)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("The registered letter is noted."))

    @handler("recovery.write")
    async def charge(self, data: dict[str, Any]) -> None:
        """Puts the interest and costs of the chosen letter on the account."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await proving.charge(w, as_id(self.chosen))
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("Interest and costs are on the owner’s account."))

    @handler("recovery.write")
    async def take_back(self, data: dict[str, Any]) -> None:
        """Takes the interest and costs of the chosen letter off the account."""
        reason = typed(data, "reason").get("reason", "")
        try:
            async with work(acting(await lang_of(self))) as w:
                await proving.take_back(w, as_id(self.chosen), reason)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("Interest and costs are off the account again."))

    @handler("recovery.write")
    async def waive(self, data: dict[str, Any]) -> None:
        """Gives up the costs of the chosen letter for good."""
        reason = typed(data, "reason").get("reason", "")
        try:
            async with work(acting(await lang_of(self))) as w:
                await proving.waive(w, as_id(self.chosen), reason)
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("The costs of the letter are waived."))

    @handler("recovery.write")
    async def pause(self, data: dict[str, Any]) -> None:
        """Sends nothing more for a while."""
        values, lang = typed(data, "kind", "reason", "until"), await lang_of(self)
        try:
            until: date | None = day_field()(values.get("until") or None, "until", lang)
            async with work(acting(lang)) as w:
                await pausing.begin_pause(
                    w, id_after(self, "buildings"), id_after(self, "arrears"), values.get("kind", ""),
                    values.get("reason", ""), until,
                )  # fmt: skip
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("Recovery is paused for this owner."))

    @handler("recovery.write")
    async def end(self, pause: str) -> None:
        """Ends a pause."""
        async with work(acting(await lang_of(self))) as w:
            await pausing.end_pause(w, as_id(pause))
        await self._done(N_("The pause is over; reminders go on."))

    async def _done(self, message: str) -> None:
        self.asking, self.errors = "", {}
        await self._fill()
        await notify(self, "done", message)

    @handler("recovery.write", background=True)
    async def make_file(self) -> Any:
        """Puts the file for the lawyer together and offers it; the page may be left meanwhile."""
        async with self:
            who = acting(await lang_of(self))
            place, owner = id_after(self, "buildings"), id_after(self, "arrears")
            self.bundle = {"status": "waiting"}
        try:
            bundle_id = await dossier.make_file(who, place, owner)
            status = await _follow(who, bundle_id)
        except KoproError as error:
            async with self:
                self.bundle = {}
                await refuse(self, error)
            return None
        async with self:
            href = f"/api/v1/documents/bundles/{bundle_id}/content" if status == "ready" else ""
            self.bundle = {"status": status, "href": href}
        return None


async def _follow(who: Any, bundle_id: UUID) -> str:
    while True:
        async with work(who) as w:
            status = (await bundle_of(w, bundle_id)).status
        if status in ("ready", "failed"):
            return status
        await asyncio.sleep(_POLL_SECONDS)


def claim_sums(found: overview.Claim, previous: date, lang: str) -> dict[str, str]:
    """The sums of a claim: charges, interest, costs, all, and the privileged part."""
    split = privileged([(debt.on, debt.open_cents) for debt in found.debts], previous)
    return {
        "charges": money(found.open_cents, lang), "late": money(found.ages.late, lang),
        "interest": money(found.interest_cents, lang), "costs": money(found.costs_cents, lang),
        "total": money(found.total_cents, lang), "privileged": money(split.privileged, lang),
        "owes": "yes" if found.debts else "",
    }  # fmt: skip


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
