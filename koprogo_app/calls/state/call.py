"""One call: its parts and instalments, who is asked what and what is paid, its notices."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.calls.model.calls import CallStatus, FundCall
from koprogo_app.calls.queries.calls import CallDetail, CallLineRow, InstalmentRow, call_detail, call_lines
from koprogo_app.calls.queries.notices import NoticeRow, NoticeRunRow, last_run, notice_run, notices
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service import notices as notice_service
from koprogo_app.calls.state.new_call import AskedLine, asked_lines
from koprogo_app.calls.state.words import ADDED_UP, funds, paid_state
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, N_, P_, moment, money, number, tr
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opens, refill, submits


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


@dataclass(frozen=True)
class Shown:
    """The head of the call that is shown; `part` is the paid share in percent."""

    id: str = ""
    building: str = ""
    label: str = ""
    status: str = ""
    state: str = ""
    kind: str = ""
    decision: str = ""
    decided: str = ""
    reason: str = ""
    total: str = ""
    paid: str = ""
    open: str = ""
    late: str = ""
    part: str = "0"
    posted: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the notices are; `print` is the file of those to print, `text` why they were not made."""

    status: str = ""
    value: str = "0"
    of: str = "1"
    text: str = ""
    print: str = ""
    told: str = ""


class CallPage(PageState, rx.State):
    """One call."""

    shown: Shown = Shown()
    write: bool = False
    parts: list[PartLine] = []
    instalments: list[InstalmentLine] = []
    asked: list[AskedLine] = []
    lines: list[DebtLine] = []
    letters: list[NoticeLine] = []
    proof: str = ""
    running: Progress = Progress()
    _run: str = ""

    load = loads("calls.read")
    ask = opens("calls.write", "post", "cancel", "delete")

    async def _fill(self, w: Work, lang: str) -> None:
        call_id = id_after(self, "calls")
        detail = await call_detail(w, call_id)
        book = await books.open_book(w, detail.call.building_id, "calls.read")
        lines = await call_lines(w, call_id)
        run = await last_run(w, call_id)
        self.asked = await _sketched(w, detail, lang)
        self.letters = [_letter(row, lang) for row in await notices(w, call_id)]
        self.shown = _shown(detail, book.building_name, lang)
        self.write = may("calls.write", book.organization_id, book.building_id)
        self.parts = [
            PartLine(funds([p.kind], lang), p.key or tr(lang, "shares"), money(p.cents, lang)) for p in detail.parts
        ]
        self.instalments = [_instalment(row, self.base, lang) for row in detail.instalments]
        self.lines = [_debt(row, self.base, len(detail.instalments) > 1, lang) for row in lines]
        total = sum(line.cents for line in lines)
        good = bool(lines) and total == detail.call.cents
        self.proof = tr(lang, ADDED_UP, count=len(lines)) if good else ""
        self._run = str(run.id) if run and run.status in ("waiting", "running") else ""
        self.running = _progress(run, lang) if run else Progress()

    @acts("calls.write", done=N_("The call is posted: who owes what is now in the books."))
    async def post(self, w: Work) -> None:
        """Posts the draft."""
        await call_posting.post(w, id_after(self, "calls"))

    @submits("calls.write", dialog="cancel", done=N_("The call is taken back; what was paid stays as credit."))
    async def cancel(self, w: Work, sent: Sent) -> None:
        """Takes the call back."""
        await call_posting.cancel(w, id_after(self, "calls"), sent.text("reason"))

    @acts("calls.write")
    async def delete(self, w: Work) -> Told:
        """Throws the draft away."""
        await calls.delete(w, id_after(self, "calls"))
        return Told(N_("The draft is deleted."), go=f"{self.base}/calls")

    @acts("calls.write")
    async def make_notices(self, w: Work, instalment: str) -> Told:
        """Asks for the notices of an instalment, and follows the work."""
        await notice_service.ask(w, id_after(self, "calls"), as_id(instalment))
        return Told(then="follow")

    @handler("calls.read", background=True)
    async def follow(self) -> None:
        """Shows how far the notices are until they are made; the page may be left meanwhile."""
        async with self:
            run, lang = self._run, await lang_of(self)
        if not run:
            return

        async def read() -> NoticeRunRow:
            async with work(acting(lang)) as w:
                return await notice_run(w, UUID(run))

        async for found in following(read):
            async with self:
                if self._run != run:
                    return
                if found.status in ("waiting", "running"):
                    self.running = _progress(found, lang)
                else:
                    await refill(self)


async def _sketched(w: Work, detail: CallDetail, lang: str) -> list[AskedLine]:
    """What a draft would ask; nothing once it is posted, or while its key carries nobody."""
    if detail.call.status != CallStatus.DRAFT:
        return []
    wanted = await calls.wanted_of(w, await w.get(FundCall, detail.call.id))
    try:
        return asked_lines(await calls.preview(w, detail.call.building_id, wanted), lang)
    except KoproError:
        return []


def _progress(run: NoticeRunRow, lang: str) -> Progress:
    """How far a run is; what it left to print or why it failed."""
    text = ""
    if run.status == "failed":
        text = (run.refusal or {}).get(lang if lang in LANGS else "fr") or tr(
            lang, "The notices could not be made. Try again."
        )
    return Progress(
        run.status, str(run.done), str(max(run.total, 1)), str(text),
        f"/api/v1/documents/{run.document_id}" if run.document_id else "",
        tr(lang, "{done} of {total}", done=run.done, total=run.total),
    )  # fmt: skip


def _shown(detail: CallDetail, building: str, lang: str) -> Shown:
    call = detail.call
    state, kind = paid_state(call.status, call.cents, call.paid_cents, call.due_cents, lang)
    return Shown(
        str(call.id), building, call.label, call.status, state, kind, call.decision_ref,
        shown_day(call.decided_on, lang), call.reason, money(call.cents, lang), money(call.paid_cents, lang),
        money(call.cents - call.paid_cents, lang), money(call.due_cents, lang),
        str(100 * call.paid_cents // call.cents), moment(call.posted_at, lang) if call.posted_at else "",
    )  # fmt: skip


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
