"""One call: its parts and instalments, who is asked what and what is paid, its notices."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.charges.model import CallStatus, FundCall
from koprogo_app.charges.queries.calls import CallDetail, CallLineRow, InstalmentRow, call_detail, call_lines
from koprogo_app.charges.queries.notices import NoticeRow, NoticeRunRow, last_run, notice_run, notices
from koprogo_app.charges.service import call_posting, calls
from koprogo_app.charges.service import notices as notice_service
from koprogo_app.charges.state.new_call import AskedLine, asked_lines
from koprogo_app.charges.state.words import ADDED_UP, funds, paid_state
from koprogo_app.estate.state.common import acting, as_id, failure, id_after, lang_of, may, shown_day, typed, workspace
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, N_, P_, moment, money, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.state.common import amount


@dataclass(frozen=True)
class PartLine:
    """A fund's part of the call."""

    fund: str = ""
    key: str = ""
    amount: str = ""


@dataclass(frozen=True)
class InstalmentLine:
    """An instalment; `paid` is told beside what is asked."""

    id: str = ""
    called: str = ""
    due: str = ""
    entry: str = ""
    entry_href: str = ""
    amount: str = ""
    paid: str = ""
    notices: str = ""
    told: bool = False


@dataclass(frozen=True)
class DebtLine:
    """What an owner is asked for a lot, and why so much."""

    id: str = ""
    due: str = ""
    lot: str = ""
    owner: str = ""
    owner_href: str = ""
    fund: str = ""
    why: str = ""
    amount: str = ""
    open: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True)
class NoticeLine:
    """A notice and how it went out."""

    id: str = ""
    owner: str = ""
    lang: str = ""
    due: str = ""
    state: str = ""
    kind: str = ""
    href: str = ""


class CallPage(rx.State):
    """One call."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    shown: dict[str, str] = {}
    write: bool = False
    parts: list[PartLine] = []
    instalments: list[InstalmentLine] = []
    asked: list[AskedLine] = []
    lines: list[DebtLine] = []
    letters: list[NoticeLine] = []
    proof: str = ""
    running: dict[str, str] = {}
    asking: str = ""
    errors: dict[str, dict[str, str]] = {}
    _run: str = ""

    @handler("calls.read")
    async def load(self) -> AsyncIterator[Any]:
        """Builds the page from its address, and follows notices that are being made."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            wanted = str(id_after(self, "calls"))
            if self.shown.get("id") != wanted:
                self.ready, self.running = False, {}
                yield
            await self._fill()
            self.ready, self.failed, self.asking, self.errors = True, {}, "", {}
        except KoproError as error:
            self.failed = failure(error)
            return
        if self._run:
            yield CallPage.follow

    async def _fill(self) -> None:
        lang, call_id = await lang_of(self), id_after(self, "calls")
        async with work(acting(lang)) as w:
            detail = await call_detail(w, call_id)
            book = await books.open_book(w, detail.call.building_id, "calls.read")
            self.asked = await _sketched(w, detail, lang)
            lines = await call_lines(w, call_id)
            letters = await notices(w, call_id)
            run = await last_run(w, call_id)
        self.shown = {**_shown(detail, lang), "building": book.building_name}
        self.write = may("calls.write", book.organization_id, book.building_id)
        self.parts = [
            PartLine(funds([p.kind], lang), p.key or tr(lang, "shares"), money(p.cents, lang)) for p in detail.parts
        ]
        self.instalments = [_instalment(row, self.base, lang) for row in detail.instalments]
        self.lines = [_debt(row, self.base, len(detail.instalments) > 1, lang) for row in lines]
        self.letters = [_letter(row, lang) for row in letters]
        total = sum(line.cents for line in lines)
        good = bool(lines) and total == detail.call.cents
        self.proof = tr(lang, ADDED_UP, count=len(lines)) if good else ""
        self._follow(run, lang)

    def _follow(self, run: NoticeRunRow | None, lang: str) -> None:
        self._run = str(run.id) if run and run.status in ("waiting", "running") else ""
        self.running = _progress(run, lang) if run else {}

    @handler("calls.write")
    async def ask(self, what: str) -> None:
        """Asks before it posts, takes back or deletes."""
        if what in ("post", "cancel", "delete"):
            self.asking, self.errors = what, {}

    @handler("calls.read")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.asking, self.errors = "", {}

    @handler("calls.write")
    async def post(self) -> None:
        """Posts the draft."""
        await self._do(call_posting.post, N_("The call is posted: who owes what is now in the books."))

    @handler("calls.write")
    async def cancel(self, data: dict[str, Any]) -> None:
        """Takes the call back."""
        reason = typed(data, "reason").get("reason", "")

        async def act(w: Work, call_id: UUID) -> FundCall:
            return await call_posting.cancel(w, call_id, reason)

        await self._do(act, N_("The call is taken back; what was paid stays as credit."))

    async def _do(self, act: Any, said: str) -> None:
        try:
            async with work(acting(await lang_of(self))) as w:
                await act(w, id_after(self, "calls"))
        except KoproError as error:
            self.errors = problems(error) if error.field == "reason" else {"": failure(error)}
            return
        self.asking, self.errors = "", {}
        await self._fill()
        await notify(self, "done", said)

    @handler("calls.write")
    async def delete(self) -> Any:
        """Throws the draft away."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await calls.delete(w, id_after(self, "calls"))
        except KoproError as error:
            self.errors = {"": failure(error)}
            return None
        self.asking = ""
        await notify(self, "done", N_("The draft is deleted."))
        return rx.redirect(f"{self.base}/calls")

    @handler("calls.write")
    async def make_notices(self, instalment: str) -> Any:
        """Asks for the notices of an instalment, and follows the work."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await notice_service.ask(w, id_after(self, "calls"), as_id(instalment))
        except KoproError as error:
            await refuse(self, error)
            return None
        await self._fill()
        return CallPage.follow

    @handler("calls.read", background=True)
    async def follow(self) -> None:
        """Shows how far the notices are until they are made; the page may be left meanwhile."""
        while True:
            async with self:
                run, lang = self._run, await lang_of(self)
                if not run:
                    return
                async with work(acting(lang)) as w:
                    found = await notice_run(w, UUID(run))
                if found.status in ("waiting", "running"):
                    self.running = _progress(found, lang)
                else:
                    await self._fill()
                    return
            await asyncio.sleep(0.4)


async def _sketched(w: Work, detail: CallDetail, lang: str) -> list[AskedLine]:
    """What a draft would ask; nothing once it is posted, or while its key carries nobody."""
    if detail.call.status != CallStatus.DRAFT:
        return []
    wanted = await calls.wanted_of(w, await w.get(FundCall, detail.call.id))
    try:
        return asked_lines(await calls.preview(w, detail.call.building_id, wanted), lang)
    except KoproError:
        return []


def _progress(run: NoticeRunRow, lang: str) -> dict[str, str]:
    """How far a run is; what it left to print or why it failed."""
    text = ""
    if run.status == "failed":
        text = (run.refusal or {}).get(lang if lang in LANGS else "fr") or tr(
            lang, "The notices could not be made. Try again."
        )
    return {
        "status": run.status, "value": str(run.done), "of": str(max(run.total, 1)), "text": str(text),
        "print": f"/api/v1/documents/{run.document_id}" if run.document_id else "",
        "told": tr(lang, "{done} of {total}", done=run.done, total=run.total),
    }  # fmt: skip


def _shown(detail: CallDetail, lang: str) -> dict[str, str]:
    call = detail.call
    state, kind = paid_state(call.status, call.cents, call.paid_cents, call.due_cents, lang)
    return {
        "id": str(call.id), "label": call.label, "status": call.status, "state": state, "kind": kind,
        "decision": call.decision_ref, "decided": shown_day(call.decided_on, lang), "reason": call.reason,
        "total": money(call.cents, lang), "paid": money(call.paid_cents, lang),
        "open": money(call.cents - call.paid_cents, lang), "late": money(call.due_cents, lang),
        "part": str(100 * call.paid_cents // call.cents),
        "posted": moment(call.posted_at, lang) if call.posted_at else "",
    }  # fmt: skip


def _instalment(row: InstalmentRow, base: str, lang: str) -> InstalmentLine:
    told = tr(lang, "{sent} of {made} sent", sent=row.sent, made=row.notices) if row.notices else ""
    return InstalmentLine(
        str(row.id), shown_day(row.called_on, lang), shown_day(row.due_on, lang), row.entry,
        f"{base}/entries/{row.entry_id}" if row.entry_id else "", money(row.cents, lang), money(row.paid_cents, lang),
        told, 0 < row.notices == row.sent,
    )  # fmt: skip


def _debt(row: CallLineRow, base: str, several: bool, lang: str) -> DebtLine:
    why = f"{amount(row.part_cents, lang)} × {number(row.weight, lang)} / {number(row.weight_total, lang)}"
    if row.denominator > 1:
        why = f"{why} × {row.numerator}/{row.denominator}"
    left = row.cents - row.paid_cents
    state, kind = (
        (tr(lang, P_("share of a call", "paid")), "done")
        if not left
        else (tr(lang, P_("share of a call", "open")), "neutral")
    )
    if left and row.paid_cents:
        state, kind = tr(lang, P_("share of a call", "paid in part")), "attention"
    return DebtLine(
        str(row.id), shown_day(row.due_on, lang) if several else "", row.lot, row.owner,
        f"{base}/owners/{row.owner_id}/account", funds([row.kind], lang), why, amount(row.cents, lang),
        amount(left, lang), state, kind,
    )  # fmt: skip


def _letter(row: NoticeRow, lang: str) -> NoticeLine:
    if row.sent_how == "mail":
        state, kind = tr(lang, "mailed on {day}", day=moment(row.sent_at, lang)) if row.sent_at else "", "done"
        if row.mail_status == "failed":
            state, kind = tr(lang, "the mail could not be delivered"), "refused"
    elif row.sent_how == "print":
        state, kind = tr(lang, "in the file to print"), "information"
    else:
        state, kind = tr(lang, P_("notice", "not sent")), "attention"
    return NoticeLine(
        str(row.id), row.owner, row.lang.upper(), shown_day(row.due_on, lang), state, kind,
        f"/api/v1/documents/{row.document_id}",
    )  # fmt: skip
