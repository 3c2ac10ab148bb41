"""The invoices of a building: the list, a new one, an electronic one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, money, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import notify
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.periods import days_of
from koprogo_app.purchases.model import InvoiceStatus
from koprogo_app.purchases.queries import invoices as queries
from koprogo_app.purchases.queries.invoices import InvoiceFilter, InvoiceRow
from koprogo_app.purchases.queries.suppliers import supplier_choices
from koprogo_app.purchases.service import invoices as service
from koprogo_app.purchases.service.suppliers import SUPPLIER
from koprogo_app.purchases.state.common import standing_text
from koprogo_app.purchases.words import KINDS, PAID_BY, STATUS
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import asked, id_after, may, place, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import NO_DIALOG, PageState, Sent, Told, loads, opening, opens, refill, submits

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


class Invoices(PageState, rx.State):
    """A page of invoices. In the address: `status`, `supplier`, `year`, `part`, `q`, `page`, `sort`."""

    building: str = ""
    building_id: str = ""
    write: bool = False
    rows: list[InvoiceLineView] = []
    at: dict[str, int] = {}
    years: list[dict[str, str]] = []
    suppliers: list[dict[str, str]] = []
    statuses: list[dict[str, str]] = []
    figures: dict[str, str] = {}
    choices: list[dict[str, str]] = []
    kinds: list[dict[str, str]] = []
    means: list[dict[str, str]] = []
    today: str = ""

    load = loads("invoices.read")
    ask = opens("invoices.write", "receive")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        book = await books.open_book(w, building_id, "invoices.read")
        years = await books.years(w, building_id)
        days = days_of(query, years, w.today) if query.get("year") or query.get("part") else None
        wanted = InvoiceFilter(
            query.get("status", ""), _id(query.get("supplier", "")), days.start if days else None,
            days.end if days else None, query.get("q", ""),
        )  # fmt: skip
        page = await queries.invoices_page(w, building_id, asked(query), wanted)
        people = await SUPPLIER.page(w, building_id, Asked(per_page=500), archived=True)
        counted = await queries.tally(w, building_id)
        self.building, self.building_id, self.today = book.building_name, str(building_id), w.today.isoformat()
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
        self.rows = [_line(row, self.base, lang, self.today) for row in page.rows]
        self.at = place(page)

    @opening("invoices.write", "add")
    async def add(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of a new invoice."""
        found = await supplier_choices(w, id_after(self, "buildings"))
        self.choices = [{"value": "", "label": "–"}] + [{"value": str(s.id), "label": s.name} for s in found]
        self.kinds = [{"value": kind, "label": tr(lang, name)} for kind, name in KINDS.items()]
        self.means = [{"value": means, "label": tr(lang, name)} for means, name in PAID_BY.items()]

    @submits("invoices.write", dialog="add")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Enters the invoice and shows it."""
        values = sent.typed(
            "supplier_id", "kind", "number", "dated", "due_on", "communication", "paid_by", "prepaid_cents"
        )
        row = await service.create_invoice(w, id_after(self, "buildings"), values)
        return Told(go=f"{self.base}/invoices/{row.id}")

    @handler("invoices.write")
    async def received(self, invoice_id: str) -> Any:
        """An electronic invoice was taken in: shows its draft; of several, what became of each stands in the dialog,
        and the list behind it is read again."""
        found = _id(invoice_id)
        if found is None:
            return await refill(self)
        self.dialog = NO_DIALOG
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
    return tr(lang, STATUS[InvoiceStatus.APPROVED if status == "unpaid" else status])


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
