"""REST: invoices and their lines; electronic invoices. Amounts are whole euro cents."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from koprogo_app.foundation.answers import flat, flat_of
from koprogo_app.foundation.api import idempotent, json_answer, keep_answer, problems, read_body
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.ledger.rules.posting import MAX_CENTS
from koprogo_app.purchases.model import PaidBy, Question
from koprogo_app.purchases.queries.invoices import (
    SORTS,
    InvoiceDetail,
    InvoiceFilter,
    InvoiceRow,
    invoice_detail,
    invoices_page,
)
from koprogo_app.purchases.service import invoice_lines as lines
from koprogo_app.purchases.service import invoices as service
from koprogo_app.purchases.service.invoice_import import Outcome, import_files
from koprogo_app.workspace.api.common import Body, ListAnswer, ListQuery, Who, caller, listed, sort_field

router = APIRouter(prefix="/api/v1", tags=["invoices"], route_class=idempotent(caller))
_READ = problems(401, 403, 404, 409, 422)
_WRITE = problems(400, 401, 403, 404, 409, 422)
_XML = {
    "requestBody": {
        "required": True,
        "description": "An invoice or credit note in UBL 2.1 (Peppol BIS 3) or CII, a PDF with one inside, or a ZIP of "
        "them; 10 MB at most",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("application/xml", "application/pdf", "application/zip")
        },
    }
}
Cents = Annotated[int, Field(ge=-MAX_CENTS, le=MAX_CENTS)]


class InvoiceQuery(ListQuery):
    """Which invoices."""

    sort: str = sort_field(SORTS)
    status: Literal["", "draft", "submitted", "approved", "rejected", "reversed", "paid", "unpaid"] = ""
    supplier_id: UUID | None = None
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")


class LineIn(Body):
    """A new line. `divided_by`: empty for the shares, `key:<id>`, or `lot:<id>` for a private cost."""

    account: str = Field("", max_length=10)
    label: str = Field("", max_length=200)
    net_cents: Cents
    vat_rate: Literal[0, 6, 12, 21] = 21
    vat_cents: Cents | None = Field(None, description="Follows from net and rate unless it is given")
    divided_by: str = Field("", max_length=60)
    start: date | None = None
    end: date | None = None


class LineChange(Body):
    """What changes of a line; `version` is the one that was read."""

    account: str | None = Field(None, max_length=10)
    label: str | None = Field(None, max_length=200)
    net_cents: Cents | None = None
    vat_rate: Literal[0, 6, 12, 21] | None = None
    vat_cents: Cents | None = None
    divided_by: str | None = Field(None, max_length=60)
    start: date | None = None
    end: date | None = None
    version: int


class _Head(Body):
    due_on: date | None = None
    communication: str | None = Field(None, max_length=140, description="A structured message, or what to write")
    iban: str | None = Field(None, max_length=60, description="When it is not the supplier's")
    prepaid_cents: int | None = Field(None, ge=0, le=MAX_CENTS, description="Paid in advance; not to be paid again")
    paid_by: PaidBy | None = Field(None, description="Only what is paid by transfer goes into a payment order")
    mandate: str | None = Field(None, max_length=35, description="Of the direct debit that collects it")


class InvoiceIn(_Head):
    """A new draft, with its lines."""

    supplier_id: UUID
    kind: Literal["invoice", "credit_note"] = "invoice"
    number: str = Field(min_length=1, max_length=100)
    dated: date
    lines: list[LineIn] = Field(default_factory=list, max_length=500)


class InvoiceChange(_Head):
    """What changes of a draft's head; `version` is the one that was read."""

    supplier_id: UUID | None = None
    kind: Literal["invoice", "credit_note"] | None = None
    number: str | None = Field(None, min_length=1, max_length=100)
    dated: date | None = None
    version: int


class DecisionIn(Body):
    """The question that is answered: it is another invoice (`twice`), its VAT is right (`reverse_charge`), it is the
    association's (`addressee`), it is this supplier's (`supplier`)."""

    question: Question


class PaymentIn(Body):
    """How it is paid."""

    paid_by: PaidBy


class ReasonIn(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class TakeBackIn(ReasonIn):
    """Why it is taken back, and on which day (default: that of its entry)."""

    on: date | None = None


class ApproveIn(Body):
    """The day it is posted on; default: its own."""

    on: date | None = None


class FileOut(BaseModel):
    """What became of one file of an archive: its draft, or why it was refused."""

    name: str
    id: UUID | None
    refusal: str


class ImportedOut(BaseModel):
    """The draft an electronic invoice became; `notes` say what deserves a look.

    Of an archive with several, `id` is null, and each is told in `files`; `text` sums it up.
    """

    id: UUID | None
    supplier_id: UUID | None = None
    supplier_added: bool = False
    notes: list[str] = []
    files: list[FileOut] = []
    text: str = ""


@router.get("/buildings/{building_id}/invoices", response_model=ListAnswer[InvoiceRow], responses=_READ)
async def list_invoices(who: Who, building_id: UUID, query: Annotated[InvoiceQuery, Query()]) -> Response:
    """Invoices, newest first. Sort by dated, due, supplier, number, total or status."""
    wanted = InvoiceFilter(query.status, query.supplier_id, query.start, query.end, query.text)
    async with work(who) as w:
        found = await invoices_page(w, building_id, query.asked, wanted)
    return listed(found)


@router.post(
    "/buildings/{building_id}/invoices", status_code=201, response_model=flat_of(InvoiceDetail), responses=_WRITE
)
async def add_invoice(who: Who, building_id: UUID, body: InvoiceIn, request: Request) -> Response:
    """Enter an invoice as a draft."""
    async with work(who) as w:
        row = await service.create_invoice(w, building_id, body.given("lines"))
        for line in body.lines:
            await lines.add_line(w, row.id, _line(line))
        answer = json_answer(await _detail(w, row.id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.put(
    "/buildings/{building_id}/invoices/import",
    status_code=201,
    response_model=ImportedOut,
    responses=_WRITE,
    openapi_extra=_XML,
)
async def import_invoice(
    request: Request, building_id: UUID, who: Who, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Take in an electronic invoice: a draft with its lines, its XML and the PDF inside it among the documents.

    A ZIP may bring several; each is taken in, or refused, for itself.
    """
    outcomes = await import_files(who, building_id, name, await read_body(request))
    made = outcomes[0].imported
    if len(outcomes) > 1 or made is None:
        return json_answer(_several(outcomes, who.lang), 201)
    notes = [tr(who.lang, note) for note in made.notes]
    return json_answer(
        {
            "id": made.invoice_id, "supplier_id": made.supplier_id, "supplier_added": made.added, "notes": notes,
            "files": [], "text": "",
        },
        201,
    )  # fmt: skip


def _several(outcomes: Sequence[Outcome], lang: str) -> dict[str, Any]:
    files = [
        {
            "name": one.name, "id": one.imported.invoice_id if one.imported else None,
            "refusal": one.refusal.text(lang) if one.refusal else "",
        }
        for one in outcomes
    ]  # fmt: skip
    taken = sum(one.imported is not None for one in outcomes)
    said = [tr(lang, N_("{count} invoice is a draft now", "{count} invoices are drafts now"), count=taken)]
    said += [tr(lang, "{name} was refused: {reason}", name=one["name"], reason=one["refusal"])
             for one in files if one["refusal"]]  # fmt: skip
    return {
        "id": None, "supplier_id": None, "supplier_added": False, "notes": [], "files": files,
        "text": " · ".join(said),
    }  # fmt: skip


@router.get("/invoices/{invoice_id}", response_model=flat_of(InvoiceDetail), responses=_READ)
async def read_invoice(who: Who, invoice_id: UUID) -> Response:
    """One invoice with its lines and its payments."""
    async with work(who) as w:
        return json_answer(await _detail(w, invoice_id))


@router.patch("/invoices/{invoice_id}", response_model=flat_of(InvoiceDetail), responses=_READ)
async def change_invoice(who: Who, invoice_id: UUID, body: InvoiceChange) -> Response:
    """Change the head of a draft."""
    async with work(who) as w:
        await service.change_invoice(w, invoice_id, body.version, body.given("version"))
        return json_answer(await _detail(w, invoice_id))


@router.delete("/invoices/{invoice_id}", status_code=204, response_class=Response, responses=_READ)
async def remove_invoice(who: Who, invoice_id: UUID) -> Response:
    """Throw a draft away."""
    async with work(who) as w:
        await service.remove_invoice(w, invoice_id)
    return Response(status_code=204)


@router.post("/invoices/{invoice_id}/lines", status_code=201, response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def add_line(who: Who, invoice_id: UUID, body: LineIn, request: Request) -> Response:
    """Add a line to a draft."""
    async with work(who) as w:
        await lines.add_line(w, invoice_id, _line(body))
        answer = json_answer(await _detail(w, invoice_id), 201)
        await keep_answer(w, request, answer)
    return answer


@router.patch("/invoice-lines/{line_id}", response_model=flat_of(InvoiceDetail), responses=_READ)
async def change_line(who: Who, line_id: UUID, body: LineChange) -> Response:
    """Change a line of a draft."""
    async with work(who) as w:
        row = await lines.change_line(w, line_id, body.version, _line(body))
        return json_answer(await _detail(w, row.invoice_id))


@router.delete("/invoice-lines/{line_id}", status_code=204, response_class=Response, responses=_READ)
async def remove_line(who: Who, line_id: UUID) -> Response:
    """Take a line off a draft."""
    async with work(who) as w:
        await lines.remove_line(w, line_id)
    return Response(status_code=204)


@router.post("/invoices/{invoice_id}/decisions", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def decide(who: Who, invoice_id: UUID, body: DecisionIn) -> Response:
    """Answer what is asked of a draft before it is submitted."""
    async with work(who) as w:
        await service.decide(w, invoice_id, body.question)
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/payment", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def pay_otherwise(who: Who, invoice_id: UUID, body: PaymentIn) -> Response:
    """Say how an approved invoice is paid, other than was written on it."""
    async with work(who) as w:
        await service.pay_otherwise(w, invoice_id, body.paid_by)
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/submit", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def submit_invoice(who: Who, invoice_id: UUID) -> Response:
    """Hand a draft in for approval: it must add up, and each line needs its account."""
    async with work(who) as w:
        await service.submit(w, invoice_id)
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/withdraw", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def withdraw_invoice(who: Who, invoice_id: UUID) -> Response:
    """Take a submitted invoice back to the draft."""
    async with work(who) as w:
        await service.withdraw(w, invoice_id)
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/reject", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def reject_invoice(who: Who, invoice_id: UUID, body: ReasonIn) -> Response:
    """Refuse a submitted invoice, with the reason."""
    async with work(who) as w:
        await service.reject(w, invoice_id, body.reason)
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/approve", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def approve_invoice(who: Who, invoice_id: UUID, body: ApproveIn | None = None) -> Response:
    """Approve a submitted invoice and post it; where four eyes are asked, not by whoever wrote it."""
    async with work(who) as w:
        await service.approve(w, invoice_id, body.on if body else None)
        await w.execute("set constraints all immediate")
        return json_answer(await _detail(w, invoice_id))


@router.post("/invoices/{invoice_id}/reverse", response_model=flat_of(InvoiceDetail), responses=_WRITE)
async def reverse_invoice(who: Who, invoice_id: UUID, body: TakeBackIn) -> Response:
    """Take an approved invoice back by the reversal of its entry."""
    async with work(who) as w:
        await service.take_back(w, invoice_id, body.reason, body.on)
        await w.execute("set constraints all immediate")
        return json_answer(await _detail(w, invoice_id))


def _line(body: LineIn | LineChange) -> dict[str, Any]:
    """What was sent of a line, under the names the service has."""
    said = body.given("version")
    names = {"net_cents": "net", "vat_cents": "vat"}
    return {names.get(name, name): value for name, value in said.items() if not (name == "vat_cents" and value is None)}


async def _detail(w: Work, invoice_id: UUID) -> Any:
    return flat(await invoice_detail(w, invoice_id))
