"""An owner's account with the association: what is open, every line, what settles what, plans; payments by hand."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.charges.facts import OpenItem
from koprogo_app.charges.queries.notices import notices_of
from koprogo_app.charges.queries.open_items import may_read_account, open_items, standing
from koprogo_app.charges.queries.owner_account import AccountLine, SettledRow, account_page, settled_rows
from koprogo_app.charges.queries.plans import PlanRow, plans_of
from koprogo_app.charges.queries.references import references
from koprogo_app.charges.rules import plans as plan_rules
from koprogo_app.charges.rules.plans import followed
from koprogo_app.charges.service import payments, plans, settling
from koprogo_app.charges.service.payments import Money
from koprogo_app.charges.state.paying import WayLine, way_lines
from koprogo_app.charges.state.words import PLAN_STATES
from koprogo_app.estate.model import Building, Owner
from koprogo_app.estate.state.common import (
    acting,
    as_id,
    asked,
    failure,
    id_after,
    lang_of,
    may,
    place,
    required_day,
    shown_day,
    typed,
    workspace,
)
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, P_, money, parse_cents, tr
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.identity.guard import handler
from koprogo_app.identity.permissions import SELF
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.model import JournalKind
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.state.common import amount


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


class AccountPage(rx.State):
    """One owner's account in one building. In the address: `page`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    shown: dict[str, str] = {}
    write: bool = False
    office: bool = False
    open: list[OpenLine] = []
    moves: list[MoveView] = []
    at: dict[str, int] = {}
    settled: list[SettledLine] = []
    plans: list[PlanLine] = []
    ways: list[WayLine] = []
    letters: list[dict[str, str]] = []
    journals: list[dict[str, str]] = []
    today: str = ""
    asking: str = ""
    chosen: str = ""
    sketch: list[TermLine] = []
    errors: dict[str, dict[str, str]] = {}
    _plan: dict[str, str] = {}

    @handler(SELF)
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            if self.shown.get("owner") != str(id_after(self, "owners")) or self.shown.get("base") != self.base:
                self.ready = False
                yield
            await self._fill()
            self.ready, self.failed, self.asking, self.errors = True, {}, "", {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id, owner_id = await lang_of(self), id_after(self, "buildings"), id_after(self, "owners")
        async with work(acting(lang)) as w:
            organization_id = await may_read_account(w, building_id, owner_id)
            owner, building = await w.get(Owner, owner_id), await w.get(Building, building_id)
            items = await open_items(w, building_id, owner_id=owner_id)
            page = await account_page(w, building_id, owner_id, asked(self.router.url.query_parameters))
            settled = await settled_rows(w, building_id, owner_id)
            agreed = await plans_of(w, building_id, owner_id)
            self.ways = await way_lines(w, building_id, owner_id, items, lang)
            message = (await references(w, building_id)).get(owner_id, "")
            letters = await notices_of(w, building_id, owner_id)
            today = w.today
            self.journals = await _journals(w, building_id, lang)
        self.office = may("ledger.read", organization_id, building_id)
        self.write = may("payments.write", organization_id, building_id)
        self.today = today.isoformat()
        now = [item for item in items if item.on <= today]
        sums = standing(now, today)
        self.shown = {
            "owner": str(owner_id), "base": self.base, "name": f"{owner.name} {owner.first_name}".strip(),
            "building": building.name, "balance": money(sums.balance, lang), "late": money(sums.due_cents, lang),
            "is_late": "1" if sums.due_cents else "", "credit": money(sums.credit_cents, lang),
            "has_credit": "1" if sums.credit_cents else "", "owes": "1" if sums.balance > 0 else "",
            "message": show_communication(message) if message else "", "open_cents": str(sums.open_cents),
        }  # fmt: skip
        self.open = [_open(item, self.base, self.office, today, lang) for item in items]
        self.moves = [_move(row, self.base, self.office, lang) for row in page.rows]
        self.at = place(page)
        self.settled = [_settled(row, lang) for row in settled]
        self.plans = [plan_line(row, self.base, today, lang) for row in agreed]
        self.letters = [
            {"label": one.label, "due": shown_day(one.due_on, lang), "href": f"/api/v1/documents/{one.document_id}"}
            for one in letters
        ]

    @handler("payments.write")
    async def ask(self, what: str, chosen: str = "") -> None:
        """Opens a dialog: a payment, a refund, a plan, or its end."""
        if what in ("pay", "refund", "plan", "end"):
            self.asking, self.chosen, self.errors, self.sketch = what, chosen, {}, []

    @handler(SELF)
    async def stop(self) -> None:
        """Closes it."""
        self.asking, self.errors = "", {}

    @handler("payments.write")
    async def pay(self, data: dict[str, Any]) -> None:
        """Records a payment: to the debt chosen, then the oldest."""
        aims = [as_id(data["aim"])] if data.get("aim") else []

        async def act(w: Work, building_id: UUID, owner_id: UUID, money: Money) -> None:
            await payments.receive(w, building_id, owner_id, money, aims)

        await self._move_money(data, act, N_("The payment is recorded."), N_("Payment by {name}"))

    @handler("payments.write")
    async def refund(self, data: dict[str, Any]) -> None:
        """Records money given back."""

        async def act(w: Work, building_id: UUID, owner_id: UUID, money: Money) -> None:
            await payments.refund(w, building_id, owner_id, money)

        await self._move_money(data, act, N_("The refund is recorded."), N_("Refund to {name}"))

    async def _move_money(self, data: dict[str, Any], act: Any, said: str, said_of: str) -> None:
        lang = await lang_of(self)
        try:
            values = typed(data, "amount", "journal", "reference")
            moved = Money(
                parse_cents(values.get("amount", ""), lang, "amount"), required_day(data, "date", lang),
                values.get("journal", ""), values.get("reference", ""), tr(lang, said_of, name=self.shown["name"]),
            )  # fmt: skip
            async with work(acting(lang)) as w:
                await act(w, id_after(self, "buildings"), id_after(self, "owners"), moved)
        except KoproError as error:
            self.errors = problems(_on_form(error))
            return
        await self._done(said)

    async def _done(self, said: str) -> None:
        self.asking, self.errors = "", {}
        await self._fill()
        await notify(self, "done", said)

    @handler("payments.write")
    async def use_credit(self) -> None:
        """Lets the credit pay what is open, of the other fund too."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await payments.use_credit(w, id_after(self, "buildings"), id_after(self, "owners"))
        except KoproError as error:
            await refuse(self, error)
            return
        await self._done(N_("The credit paid what was open."))

    @handler("payments.write")
    async def undo(self, settlement: str) -> None:
        """Opens again what a payment settled; the payment becomes a credit."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await settling.unsettle(w, as_id(settlement))
        except KoproError as error:
            await refuse(self, error)
            return
        await self._done(N_("Undone: the debt is open again, the payment is a credit."))

    @handler("payments.write")
    async def propose(self, data: dict[str, Any]) -> None:
        """Shows the equal payments of a plan before it is agreed."""
        lang = await lang_of(self)
        try:
            terms = await self._terms(data, lang)
        except KoproError as error:
            self.errors, self.sketch = problems(error), []
            return
        self.errors, self._plan = {}, {name: str(data.get(name) or "") for name in ("count", "first", "note")}
        self.sketch = [TermLine(shown_day(one.due_on, lang), money(one.cents, lang)) for one in terms]

    async def _terms(self, data: Mapping[str, Any], lang: str) -> Sequence[plan_rules.Term]:
        count = str(data.get("count") or "")
        if not count.isascii() or not count.isdigit() or len(count) > 3:
            raise Invalid("count", N_("Type a whole number."))
        first = required_day(data, "first", lang)
        async with work(acting(lang)) as w:
            items = await open_items(w, id_after(self, "buildings"), owner_id=id_after(self, "owners"))
        debt = sum(item.open_cents for item in items if item.open_cents > 0)
        return plan_rules.spread(debt, int(count), first)

    @handler("payments.write")
    async def agree(self) -> None:
        """Writes down the plan that was shown."""
        lang, data = await lang_of(self), self._plan
        try:
            terms = await self._terms(data, lang)
            async with work(acting(lang)) as w:
                await plans.agree(w, id_after(self, "buildings"), id_after(self, "owners"), terms,
                                  note=data.get("note", ""))  # fmt: skip
        except KoproError as error:
            self.errors = problems(_on_form(error))
            return
        await self._done(N_("The plan is agreed. Reminders pause while it is kept."))

    @handler("payments.write")
    async def end(self, data: dict[str, Any]) -> None:
        """Ends a plan."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await plans.end(w, as_id(self.chosen), str(data.get("reason") or ""))
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._done(N_("The plan has ended."))


_FORM = frozenset({"amount", "journal", "date", "reference", "aim", "count", "first", "reason"})
_ELSEWHERE = {"document_ref": "reference", "aims": "aim"}


def _on_form(error: KoproError) -> KoproError:
    """The refusal on a field that the form has."""
    error.field = _ELSEWHERE.get(error.field, error.field)
    if error.field not in _FORM:
        error.field = ""
    return error


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
