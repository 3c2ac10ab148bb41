"""Settling a year: what would be booked of its statements, how it stands once booked, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.interface.form import Problem, problem
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.periods import year_options
from koprogo_app.statements.model import Credit, Fund
from koprogo_app.statements.queries import settlement as queries
from koprogo_app.statements.queries.settlement import SettlementLineRow, SettlementRow
from koprogo_app.statements.rules.settlement import FUNDS
from koprogo_app.statements.service import settlement as service
from koprogo_app.statements.service.settlement import Choices, Preview
from koprogo_app.workspace.state.common import id_after, may, shown_day
from koprogo_app.workspace.state.page import NO_PROBLEM, PageState, Sent, Told, loads, opens, submits

CREDITS = {Credit.CARRY: N_("stays on the account for what is due next"), Credit.REFUND: N_("is paid back")}


@dataclass(frozen=True)
class BalanceLine:
    """A co-owner's balance of a fund; `open`: what is still to be paid of it, `note` what becomes of a credit."""

    id: str = ""
    owner: str = ""
    href: str = ""
    fund: str = ""
    called: str = ""
    cost: str = ""
    owes: str = ""
    favour: str = ""
    open: str = ""
    settled: bool = False
    note: str = ""


@dataclass(frozen=True)
class Sums:
    """The totals under the balances, and whether they are the year's result in the books."""

    owes: str = ""
    favour: str = ""
    result: str = ""
    open: str = ""


@dataclass(frozen=True)
class Booking:
    """A booking that stands."""

    id: str = ""
    day: str = ""
    entry: str = ""
    entry_href: str = ""
    due: str = ""
    order: str = ""
    order_href: str = ""


class YearBalances(PageState, rx.State):
    """The page. In the address: `year`. `stage`: the year is `open`, something is in the way (`refused`), the balances
    can be booked (`ready`), are not booked and this reader may not (`closed`), or are `booked`."""

    building: str = ""
    years: list[dict[str, str]] = []
    year: str = ""
    stage: str = ""
    why: Problem = NO_PROBLEM
    write: bool = False
    rows: list[BalanceLine] = []
    sums: Sums = Sums()
    booking: Booking = Booking()
    due: str = ""
    credits: bool = False
    works_credits: bool = False
    works: bool = False
    choices: list[dict[str, str]] = []
    statements: str = ""

    load = loads("reports.read")
    ask = opens("calls.write", "book", "take_back")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, named = id_after(self, "buildings"), self.router.url.query_parameters.get("year", "")
        book = await books.open_book(w, building_id, "reports.read")
        years = await books.years(w, building_id)
        closed = [one for one in years if not one.is_open]
        year = next((one for one in years if one.name == named), (closed or years)[-1])
        self.building, self.year = book.building_name, year.name
        self.years = year_options(years, w.today, year.name)
        self.write = may("calls.write", book.organization_id, building_id)
        self.statements = f"{self.base}/reports/owner-charges?year={year.name}"
        self.choices = [{"value": choice.value, "label": tr(lang, text)} for choice, text in CREDITS.items()]
        self.rows, self.sums, self.why, self.booking = [], Sums(), NO_PROBLEM, Booking()
        row = await queries.booked(w, year.id)
        if row is not None:
            self.stage = "booked"
            self._show_booked(row, await queries.settlement_lines(w, row.id), lang)
        elif year.is_open:
            self.stage = "open"
        elif not self.write:
            self.stage = "closed"
        else:
            try:
                self._show_preview(await service.preview(w, building_id, year.name), lang)
                self.stage = "ready"
            except Conflict as error:
                self.stage, self.why = "refused", problem(error)

    def _show_preview(self, found: Preview, lang: str) -> None:
        people = found.statement.people
        funds = {one.fund for one in found.balances}
        self.works = Fund.WORKS in funds
        order = {owner: place for place, owner in enumerate(people)}
        self.rows = [
            BalanceLine(
                f"{one.owner_id} {one.fund}", people[one.owner_id].name, self._statement(one.owner_id),
                tr(lang, FUNDS[one.fund]), money(one.called, lang), money(one.cost, lang),
                money(one.cents, lang) if one.cents > 0 else "", money(-one.cents, lang) if one.cents < 0 else "",
                note=self._account(found, one.owner_id, lang) if one.cents < 0 else "",
            )
            for one in sorted(found.balances, key=lambda b: (order[b.owner_id], b.fund != Fund.WORKING))
        ]  # fmt: skip
        self.sums = Sums(money(found.owed, lang), money(found.credits, lang), money(sum(found.results.values()), lang))
        self.due = found.due_on.isoformat()
        self.credits = any(one.cents < 0 and one.fund is Fund.WORKING for one in found.balances)
        self.works_credits = any(one.cents < 0 and one.fund is Fund.WORKS for one in found.balances)

    def _account(self, found: Preview, owner_id: UUID, lang: str) -> str:
        iban = found.accounts.get(owner_id, "")
        return show_iban(iban) if iban else tr(lang, "no account known: stays on the account")

    def _statement(self, owner_id: UUID) -> str:
        return f"{self.base}/reports/owner-charges?year={self.year}&owner={owner_id}"

    def _show_booked(self, row: SettlementRow, lines: Sequence[SettlementLineRow], lang: str) -> None:
        self.works = any(line.fund == Fund.WORKS for line in lines)
        self.booking = Booking(
            str(row.id), shown_day(row.booked_on, lang), row.entry, f"{self.base}/entries/{row.entry_id}",
            shown_day(row.due_on, lang), row.order,
            f"{self.base}/payment-orders?order={row.order_id}" if row.order_id else "",
        )  # fmt: skip
        self.rows = [
            BalanceLine(
                f"{line.owner_id} {line.fund}", line.name, self._statement(line.owner_id),
                tr(lang, FUNDS[Fund(line.fund)]), money(line.called_cents, lang), money(line.cost_cents, lang),
                money(line.cents, lang) if line.cents > 0 else "", money(-line.cents, lang) if line.cents < 0 else "",
                money(line.open_cents, lang) if line.open_cents > 0 else "", line.cents > 0 and not line.open_cents,
                _credit(line, lang),
            )
            for line in lines
        ]  # fmt: skip
        self.sums = Sums(
            money(sum(line.cents for line in lines if line.cents > 0), lang),
            money(-sum(line.cents for line in lines if line.cents < 0), lang),
            money(sum(line.cents for line in lines), lang),
            money(sum(line.open_cents for line in lines if line.open_cents > 0), lang),
        )  # fmt: skip

    @submits("calls.write", dialog="book")
    async def book(self, w: Work, sent: Sent) -> Told:
        """Books the balances of the year that the dialog is about, and has the statements sent."""
        choices = Choices(sent.day("due_on"), _choice(sent, "credit"), _choice(sent, "works_credit"))
        send = sent.ticked("send")
        await service.book(w, id_after(self, "buildings"), sent.record, choices, send=send, mail=sent.ticked("mail"))
        if send:
            return Told(N_("The balances are booked; the statements are on their way."), go=self.statements)
        return Told(N_("The balances are booked."))

    @submits(
        "calls.write", dialog="take_back", done=N_("The booking is taken back; what was paid on it became a credit.")
    )
    async def take_back(self, w: Work, sent: Sent) -> None:
        """Takes the booking back."""
        await service.take_back(w, sent.record_id, sent.text("reason"))


def _choice(sent: Sent, name: str) -> Credit:
    return Credit.REFUND if sent.text(name) == Credit.REFUND else Credit.CARRY


def _credit(line: SettlementLineRow, lang: str) -> str:
    if line.cents >= 0:
        return ""
    if line.refund_cents:
        return tr(lang, "{amount} goes back to {iban}", amount=money(line.refund_cents, lang),
                  iban=show_iban(line.refund_iban))  # fmt: skip
    return tr(lang, "stays on the account")


class UnbookedYears(PageState, rx.State):
    """Beside the financial years: those that are closed and whose balances are not booked."""

    names: str = ""
    href: str = ""

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        starts = set(await queries.unbooked_years(w, building_id))
        found = [one.name for one in await books.years(w, building_id) if one.start in starts]
        self.names = ", ".join(found)
        self.href = f"{self.base}/settlement?year={found[-1]}" if found else ""
