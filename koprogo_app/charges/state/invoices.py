"""The invoices of a building: the list, a new one, an electronic one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.charges.model.invoices import InvoiceStatus
from koprogo_app.charges.queries import invoices as queries
from koprogo_app.charges.queries.invoices import InvoiceFilter, InvoiceRow
from koprogo_app.charges.queries.suppliers import supplier_choices, suppliers_page
from koprogo_app.charges.service import invoices as service
from koprogo_app.charges.state.common import KINDS, STATUS, standing_text
from koprogo_app.estate.queries.paging import Asked
from koprogo_app.estate.state.common import (
    acting,
    asked,
    id_after,
    lang_of,
    may,
    opening,
    place,
    shown_day,
    typed,
)
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, money, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.state.common import amount, days_of

_FILTERS = ("", "draft", "submitted", "rejected", "unpaid", "paid", "reversed")


@dataclass(frozen=True)
class InvoiceLineView:
    """An invoice in the list."""

    id: str = ""
    href: str = ""
    number: str = ""
    supplier: str = ""
    day: str = ""
    due: str = ""
    late: bool = False
    amount: str = ""
    state: str = ""
    kind: str = ""
    credit: bool = False
    papers: str = ""
    entry: str = ""
    entry_href: str = ""


class Invoices(rx.State):
    """A page of invoices. In the address: `status`, `supplier`, `year`, `part`, `q`, `page`, `sort`."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    building_id: str = ""
    write: bool = False
    rows: list[InvoiceLineView] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    suppliers: list[dict[str, str]] = []
    statuses: list[dict[str, str]] = []
    figures: dict[str, str] = {}
    adding: bool = False
    importing: bool = False
    choices: list[dict[str, str]] = []
    kinds: list[dict[str, str]] = []
    today: str = ""
    errors: dict[str, dict[str, str]] = {}

    @handler("invoices.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.errors = {}
        self.adding = self.importing = False
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id, "invoices.read")
            years = await books.years(w, building_id)
            days = days_of(query, years, w.today) if query.get("year") or query.get("part") else None
            wanted = InvoiceFilter(
                query.get("status", ""), _id(query.get("supplier", "")), days.start if days else None,
                days.end if days else None, query.get("q", ""),
            )  # fmt: skip
            page = await queries.invoices_page(w, building_id, asked(query), wanted)
            people = await suppliers_page(w, building_id, Asked(per_page=500), archived=True)
            counted = await queries.tally(w, building_id)
            today = w.today
        self.building, self.building_id, self.today = book.building_name, str(building_id), today.isoformat()
        self.write = may("invoices.write", book.organization_id, building_id)
        self.years = [{"value": "", "label": tr(lang, "All years")}]
        self.years += [{"value": year.name, "label": year.name} for year in reversed(years)]
        used = [s for s in people.rows if s.invoices]
        self.suppliers = [{"value": "", "label": tr(lang, "All suppliers")}]
        self.suppliers += [{"value": str(s.id), "label": s.name} for s in used]
        self.statuses = [{"value": one, "label": _status_name(one, lang)} for one in _FILTERS]
        self.figures = {
            "drafts": number(counted.drafts, lang), "submitted": number(counted.submitted, lang),
            "unpaid": str(counted.unpaid), "open": money(counted.open_cents, lang),
        }  # fmt: skip
        self.rows = [_line(row, self.base, lang, today.isoformat()) for row in page.rows]
        self.at = place(page)

    @handler("invoices.write")
    async def add(self) -> None:
        """Opens the dialog of a new invoice."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            found = await supplier_choices(w, id_after(self, "buildings"))
        self.choices = [{"value": "", "label": "–"}] + [{"value": str(s.id), "label": s.name} for s in found]
        self.kinds = [{"value": kind, "label": tr(lang, name)} for kind, name in KINDS.items()]
        self.adding, self.errors = True, {}

    @handler("invoices.write")
    async def receive(self) -> None:
        """Opens the dialog that takes an electronic invoice."""
        self.importing = True

    @handler("invoices.write")
    async def stop(self) -> None:
        """Closes the dialogs."""
        self.adding, self.importing, self.errors = False, False, {}

    @handler("invoices.write")
    async def create(self, data: dict[str, Any]) -> Any:
        """Enters the invoice and shows it."""
        values = typed(data, "supplier_id", "kind", "number", "dated", "due_on", "communication")
        try:
            async with work(acting(await lang_of(self))) as w:
                row = await service.create_invoice(w, id_after(self, "buildings"), values)
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.adding, self.errors = False, {}
        return rx.redirect(f"{self.base}/invoices/{row.id}")

    @handler("invoices.write")
    async def received(self, invoice_id: str) -> Any:
        """An electronic invoice was taken in: shows its draft."""
        found = _id(invoice_id)
        if found is None:
            return None
        self.importing = False
        await notify(self, "done", N_("The electronic invoice is a draft now. Look at its accounts and keys."))
        return rx.redirect(f"{self.base}/invoices/{found}")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _status_name(status: str, lang: str) -> str:
    if not status:
        return tr(lang, "All states")
    return tr(lang, STATUS[InvoiceStatus.APPROVED if status == "unpaid" else status][0])


def _line(row: InvoiceRow, base: str, lang: str, today: str) -> InvoiceLineView:
    text, kind = standing_text(row, lang)
    credit = row.kind == "credit_note"
    late = bool(row.due_on and row.open_cents and not credit and row.due_on.isoformat() < today)
    return InvoiceLineView(
        str(row.id),
        f"{base}/invoices/{row.id}",
        row.number,
        row.supplier,
        shown_day(row.dated, lang),
        shown_day(row.due_on, lang),
        late,
        amount(-row.total_cents if credit else row.total_cents, lang),
        text,
        kind,
        credit,
        number(row.documents, lang) if row.documents else "",
        row.entry,
        f"{base}/entries/{row.entry_id}" if row.entry_id else "",
    )
