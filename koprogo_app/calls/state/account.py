"""An owner's account with the association: what is open, every line, what settles what, plans; payments by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.calls.queries.notices import notices_of
from koprogo_app.calls.queries.owner_account import AccountLine, SettledRow, account_page, settled_rows
from koprogo_app.calls.queries.plans import PlanRow, plans_of
from koprogo_app.calls.rules import plans as plan_rules
from koprogo_app.calls.rules.plans import followed
from koprogo_app.calls.service import plans
from koprogo_app.calls.service.claims import claim
from koprogo_app.calls.state.paying import Asking, asking
from koprogo_app.calls.state.words import PLAN_STATES
from koprogo_app.estate.model import Building, Owner
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, P_, money, tr
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.identity.permissions import SELF
from koprogo_app.interface.form import problem
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.payments.facts import OpenItem
from koprogo_app.payments.queries.open_items import may_read_account, open_items, standing
from koprogo_app.payments.service import payments, settling
from koprogo_app.payments.service.payments import Money
from koprogo_app.workspace.state.common import as_id, asked, id_after, lang_of, may, place, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, acts, loads, opening, opens, reads, submits


@dataclass(frozen=True)
class OpenLine:
    """Something open: a debt, or a credit (with a minus)."""

    id: str = ""
    label: str = ""
    href: str = ""
    due: str = ""
    amount: str = ""
    open: str = ""
    state: str = ""
    kind: str = ""
    debt: bool = True


@dataclass(frozen=True)
class MoveView:
    """A line of the account with the balance after it."""

    id: str = ""
    day: str = ""
    label: str = ""
    href: str = ""
    entry: str = ""
    entry_href: str = ""
    debit: str = ""
    credit: str = ""
    balance: str = ""


@dataclass(frozen=True)
class SettledLine:
    """What a payment settled of a debt."""

    id: str = ""
    payment: str = ""
    debt: str = ""
    amount: str = ""


@dataclass(frozen=True)
class TermLine:
    """A payment of a plan."""

    due: str = ""
    amount: str = ""
    paid: str = ""
    done: bool = False


@dataclass(frozen=True)
class PlanLine:
    """A plan with its terms."""

    id: str = ""
    owner: str = ""
    href: str = ""
    agreed: str = ""
    note: str = ""
    amount: str = ""
    paid: str = ""
    state: str = ""
    kind: str = ""
    running: bool = False
    terms: tuple[TermLine, ...] = ()


@dataclass(frozen=True)
class Shown:
    """Whose account it is, and where it stands in the books; `balance` is negative when it is a credit."""

    name: str = ""
    building: str = ""
    balance: str = ""
    late: str = ""
    credit: str = ""
    has_credit: bool = False
    has_debt: bool = False


@dataclass(frozen=True)
class LetterLine:
    """A notice that went to the owner."""

    label: str = ""
    due: str = ""
    href: str = ""


class AccountPage(PageState, rx.State):
    """One owner's account in one building. In the address: `page`."""

    shown: Shown = Shown()
    write: bool = False
    office: bool = False
    open: list[OpenLine] = []
    moves: list[MoveView] = []
    at: dict[str, int] = {}
    settled: list[SettledLine] = []
    plans: list[PlanLine] = []
    asking: Asking = Asking()
    letters: list[LetterLine] = []
    journals: list[dict[str, str]] = []
    today: str = ""
    sketch: list[TermLine] = []
    _plan: dict[str, str] = {}

    load = loads(SELF)

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, owner_id = id_after(self, "buildings"), id_after(self, "owners")
        organization_id = await may_read_account(w, building_id, owner_id)
        owner, building = await w.get(Owner, owner_id), await w.get(Building, building_id)
        items = await open_items(w, building_id, owner_id=owner_id)
        page = await account_page(w, building_id, owner_id, asked(self.router.url.query_parameters))
        found = await claim(w, building_id, owner_id)
        self.asking = asking(found, lang)
        self.journals = await _journals(w, building_id, lang)
        self.office = may("ledger.read", organization_id, building_id)
        self.write = may("payments.write", organization_id, building_id)
        self.today = w.today.isoformat()
        sums = standing([item for item in items if item.on <= w.today], w.today)
        self.shown = Shown(
            f"{owner.name} {owner.first_name}".strip(), building.name, money(sums.balance, lang),
            money(found.late_cents, lang), money(sums.credit_cents, lang), bool(sums.credit_cents),
            bool(sums.open_cents),
        )  # fmt: skip
        self.open = [_open(item, self.base, self.office, w.today, lang) for item in items]
        self.moves = [_move(row, self.base, self.office, lang) for row in page.rows]
        self.at = place(page)
        self.settled = [_settled(row, lang) for row in await settled_rows(w, building_id, owner_id)]
        self.plans = [plan_line(row, self.base, w.today, lang) for row in await plans_of(w, building_id, owner_id)]
        self.letters = [
            LetterLine(one.label, shown_day(one.due_on, lang), f"/api/v1/documents/{one.document_id}")
            for one in await notices_of(w, building_id, owner_id)
        ]

    def _arrive(self) -> None:
        self.sketch = []

    ask = opens("payments.write", "pay", "refund", "end")

    @opening("payments.write", "plan")
    async def ask_plan(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of a new plan, with nothing proposed yet."""
        self.sketch = []

    @submits("payments.write", dialog="pay", done=N_("The payment is recorded."))
    async def pay(self, w: Work, sent: Sent) -> None:
        """Records a payment: to the debt chosen, then the oldest."""
        aim = sent.id_or_none("aim")
        moved = self._moved(sent, N_("Payment by {name}"))
        with _on_form():
            await payments.receive(
                w, id_after(self, "buildings"), id_after(self, "owners"), moved, [aim] if aim else []
            )

    @submits("payments.write", dialog="refund", done=N_("The refund is recorded."))
    async def refund(self, w: Work, sent: Sent) -> None:
        """Records money given back."""
        moved = self._moved(sent, N_("Refund to {name}"))
        with _on_form():
            await payments.refund(w, id_after(self, "buildings"), id_after(self, "owners"), moved)

    def _moved(self, sent: Sent, label: str) -> Money:
        """The payment that a form describes. Raises Invalid on its fields."""
        return Money(
            parse_cents(sent.text("amount"), sent.lang, "amount"), sent.day("date"), sent.text("journal"),
            sent.text("reference"), tr(sent.lang, label, name=self.shown.name),
        )  # fmt: skip

    @acts("payments.write", done=N_("The credit paid what was open."))
    async def use_credit(self, w: Work) -> None:
        """Lets the credit pay what is open, of the other fund too."""
        await payments.use_credit(w, id_after(self, "buildings"), id_after(self, "owners"))

    @acts("payments.write", done=N_("Undone: the debt is open again, the payment is a credit."))
    async def undo(self, w: Work, settlement: str) -> None:
        """Opens again what a payment settled; the payment becomes a credit."""
        await settling.unsettle(w, as_id(settlement))

    @reads("payments.write")
    async def propose(self, w: Work, lang: str, data: dict[str, Any]) -> None:
        """Shows the equal payments of a plan before it is agreed; what is wrong stands under its field."""
        try:
            terms = await self._terms(w, Sent(data, lang=lang))
        except KoproError as error:
            self.errors, self.sketch = {error.field if error.field in data else "": problem(error)}, []
            return
        self.errors, self._plan = {}, {name: str(data.get(name) or "") for name in ("count", "first", "note")}
        self.sketch = [TermLine(shown_day(one.due_on, lang), money(one.cents, lang)) for one in terms]

    async def _terms(self, w: Work, sent: Sent) -> Sequence[plan_rules.Term]:
        count = sent.text("count")
        if not count.isascii() or not count.isdigit() or len(count) > 3:
            raise Invalid("count", N_("Type a whole number."))
        first = sent.day("first")
        items = await open_items(w, id_after(self, "buildings"), owner_id=id_after(self, "owners"), on=w.today)
        debt = sum(item.open_cents for item in items if item.open_cents > 0)
        return plan_rules.spread(debt, int(count), first)

    @acts("payments.write", done=N_("The plan is agreed. Reminders pause while it is kept."))
    async def agree(self, w: Work) -> None:
        """Writes down the plan that was shown."""
        sent = Sent(self._plan, lang=await lang_of(self))
        building_id, owner_id = id_after(self, "buildings"), id_after(self, "owners")
        await plans.agree(w, building_id, owner_id, await self._terms(w, sent), note=sent.text("note"))

    @submits("payments.write", dialog="end", done=N_("The plan has ended."))
    async def end(self, w: Work, sent: Sent) -> None:
        """Ends a plan."""
        await plans.end(w, sent.record_id, sent.text("reason"))


_ELSEWHERE = {"document_ref": "reference", "aims": "aim"}


@contextmanager
def _on_form() -> Iterator[None]:
    """A refusal of the entry stands on the field that the form has for it."""
    try:
        yield
    except KoproError as error:
        error.field = _ELSEWHERE.get(error.field, error.field)
        raise


async def _journals(w: Work, building_id: UUID, lang: str) -> list[dict[str, str]]:
    money_kinds = (JournalKind.BANK, JournalKind.CASH)
    rows = [row for row in await books.journals(w, building_id) if row.kind in money_kinds]
    rows.sort(key=lambda row: (not row.account.startswith("551"), row.code))
    return [{"value": row.code, "label": f"{row.code} · {row.account} {row.name(lang)}"} for row in rows]


def _source(item_call: UUID | None, entry_id: UUID, base: str, office: bool) -> str:
    """Where a line comes from: its call, otherwise its entry; the owner herself sees neither page."""
    if not office:
        return ""
    return f"{base}/calls/{item_call}" if item_call else f"{base}/entries/{entry_id}"


def _open(item: OpenItem, base: str, office: bool, today: Any, lang: str) -> OpenLine:
    late = item.open_cents > 0 and item.due_on < today
    state, kind = (tr(lang, "late"), "refused") if late else (tr(lang, P_("open item", "open")), "neutral")
    if item.open_cents < 0:
        state, kind = tr(lang, P_("open item", "credit")), "done"
    elif item.on > today:
        state, kind = tr(lang, "to come"), "neutral"
    label = item.label + (f" · {tr(lang, 'lot {number}', number=item.lot)}" if item.lot else "")
    return OpenLine(
        str(item.line_id), label,
        _source(item.source_id if item.source == "call" else None, item.entry_id, base, office),
        shown_day(item.due_on, lang), amount(item.cents, lang), amount(item.open_cents, lang), state, kind,
        item.open_cents > 0,
    )  # fmt: skip


def _move(row: AccountLine, base: str, office: bool, lang: str) -> MoveView:
    label = row.label + (f" · {tr(lang, 'lot {number}', number=row.lot)}" if row.lot else "")
    if row.reversed:
        label += f" ({tr(lang, P_('entry', 'taken back'))})"
    return MoveView(
        str(row.line_id), shown_day(row.on, lang), label,
        f"{base}/calls/{row.call_id}" if office and row.call_id else "", row.entry,
        f"{base}/entries/{row.entry_id}" if office else "", amount(max(row.cents, 0), lang, blank=True),
        amount(max(-row.cents, 0), lang, blank=True), amount(row.balance, lang),
    )  # fmt: skip


def _settled(row: SettledRow, lang: str) -> SettledLine:
    return SettledLine(
        str(row.id),
        f"{shown_day(row.credit_on, lang)} · {row.credit_label}",
        f"{shown_day(row.debit_on, lang)} · {row.debit_label}",
        amount(row.cents, lang),
    )


def plan_line(row: PlanRow, base: str, today: Any, lang: str) -> PlanLine:
    """A plan as the pages show it."""
    terms = followed([plan_rules.Term(day, cents) for day, cents in row.terms], row.paid_cents)
    state = plan_rules.state(terms, ended=row.ended_at is not None, today=today)
    text, kind = PLAN_STATES[state]
    return PlanLine(
        str(row.id), row.owner, f"{base}/owners/{row.owner_id}/account", shown_day(row.agreed_on, lang),
        row.ended_reason or row.note, money(row.cents, lang), money(row.paid_cents, lang), tr(lang, text), kind,
        row.ended_at is None,
        tuple(TermLine(shown_day(t.due_on, lang), money(t.cents, lang), money(t.paid_cents, lang),
                       t.paid_cents >= t.cents) for t in terms),
    )  # fmt: skip
