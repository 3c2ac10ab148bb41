"""One invoice: its head, its lines in a table edited in place, its steps, the entry and the payments behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.keys import keys_of
from koprogo_app.estate.queries.lots import lots_page
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import N_, P_, moment, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.identity.guard import current
from koprogo_app.interface.form import Problem, problem
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.model import InvoiceKind, InvoiceStatus
from koprogo_app.purchases.queries.invoices import InvoiceDetail, InvoiceRow, LineRow, invoice_detail, invoice_lines
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.purchases.queries.suppliers import supplier_choices
from koprogo_app.purchases.service import invoice_lines as lines
from koprogo_app.purchases.service import invoices as service
from koprogo_app.purchases.service.bearing import unborne_lines
from koprogo_app.purchases.state.common import message_text, standing_text
from koprogo_app.purchases.words import COLLECTED, KINDS, PAID_BY, QUESTIONS
from koprogo_app.workspace.queries.paging import Asked
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import (
    NO_PROBLEM,
    PageState,
    Sent,
    Told,
    acts,
    loads,
    opening,
    opens,
    saves,
    submits,
)

_HEAD: Final = (
    "supplier_id", "kind", "number", "dated", "due_on", "communication", "iban", "paid_by", "prepaid_cents", "mandate",
)  # fmt: skip


@dataclass(frozen=True)
class StepView:
    """Who did what with it, and when."""

    text: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True)
class PaymentView:
    """An entry that settles some of it."""

    entry: str = ""
    href: str = ""
    day: str = ""
    label: str = ""
    amount: str = ""


@dataclass(frozen=True)
class QuestionView:
    """What is to be decided before it is submitted, and the answer."""

    id: str = ""
    text: str = ""
    answer: str = ""


@dataclass(frozen=True)
class LookalikeView:
    """An invoice that may be the same one; the first row is the one that is shown (`own`)."""

    id: str = ""
    href: str = ""
    number: str = ""
    supplier: str = ""
    day: str = ""
    amount: str = ""
    why: str = ""
    own: bool = False


class InvoicePage(PageState, rx.State):
    """One invoice."""

    building: str = ""
    shown: dict[str, str] = {}
    marks: dict[str, bool] = {}
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    totals: dict[str, str] = {}
    rates: list[dict[str, str]] = []
    steps: list[StepView] = []
    payments: list[PaymentView] = []
    accounts: list[dict[str, str]] = []
    choices: list[dict[str, str]] = []
    kinds: list[dict[str, str]] = []
    means: list[dict[str, str]] = []
    questions: list[QuestionView] = []
    lookalikes: list[LookalikeView] = []
    refused: Problem = NO_PROBLEM
    _places: list[dict[str, str]] = []

    load = loads("invoices.read")
    ask = opens("invoices.read", "approve", "reject", "reverse", "remove", "payment")
    save_cells = saves("invoices.write")

    async def _refuse(self, error: KoproError) -> None:
        """A refusal stands above the lines."""
        self.refused = problem(error)

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, invoice_id = id_after(self, "buildings"), id_after(self, "invoices")
        book = await books.open_book(w, building_id, "invoices.read")
        found = await invoice_detail(w, invoice_id)
        if found.row.building_id != building_id:
            raise NotFound
        chart = await books.accounts(w, building_id)
        rules = await charge_rules(w, building_id)
        write = may("invoices.write", book.organization_id, building_id) and found.row.writable
        self._places = await _places(w, building_id, lang) if write else []
        if found.row.status == InvoiceStatus.SUBMITTED:
            open_years = [(y.start, y.end) for y in await books.years(w, building_id) if y.is_open]
            posting = _posting_day(found.row.dated, open_years, w.today)
        else:
            posting = found.row.dated
        usable = [a for a in chart if a.postable and not a.archived and a.party == "none" and a.code[0] not in "57"]
        names = books.telling_names(chart, lang)
        self.accounts = [{"value": a.code, "label": names[a.code]} for a in usable] if write else []
        self.building, self.marks = book.building_name, _marks(found, rules.four_eyes, write, building_id)
        unborne = await unborne_lines(w, building_id, found.lines, posting)
        self.shown = {
            **_shown(found, self.base, lang), "posting_day": posting.isoformat(),
            "unborne": " ".join(tr(lang, one.message, **one.params) for one in unborne),
        }  # fmt: skip
        self.rows = [self._row(line, lang) for line in found.lines]
        self.outcomes, self.refused = [], NO_PROBLEM
        self.means = [{"value": means, "label": tr(lang, name)} for means, name in PAID_BY.items()]
        self.questions = _questions(found, lang)
        self.lookalikes = _lookalikes(found, self.base, lang)
        self.steps, self.payments = _steps(found, lang), _payments(found, self.base, lang)
        self._add_up(found.lines, lang)

    def _row(self, line: LineRow, lang: str) -> GridRow:
        name = line.account_label(lang)
        cells: dict[str, str | Cell] = {
            "account": {"value": line.account, "hint": name},
            "label": line.label,
            "net": amount(line.net_cents, lang),
            "vat_rate": str(line.vat_rate) if self._places else f"{line.vat_rate} %",
            "vat": amount(line.vat_cents, lang),
            "gross": amount(line.gross_cents, lang),
            "divided_by": self._divided(line, lang),
            "start": shown_day(line.start, lang),
            "end": shown_day(line.end, lang),
        }
        if self._places:
            cells["act"] = {"value": "", "action": {"id": "remove", "label": tr(lang, "Remove")}}
        if not self._places:
            cells = {k: {**(v if isinstance(v, dict) else {"value": v}), "readonly": True} for k, v in cells.items()}
        number = tr(lang, "Line {number}", number=line.position)
        return {"id": str(line.id), "version": line.version, "label": line.label or number, "cells": cells}

    def _divided(self, line: LineRow, lang: str) -> Cell:
        text = line.key or (tr(lang, "Lot {number}", number=line.lot) if line.lot else tr(lang, "Shares"))
        if not self._places:
            return {"value": text}
        value = f"key:{line.key_id}" if line.key_id else f"lot:{line.lot_id}" if line.lot_id else ""
        return {"value": value, "options": self._places}

    def _add_up(self, rows: list[LineRow], lang: str) -> None:
        """The live totals, by rate and in all, against those of the document."""
        net, vat = sum(x.net_cents for x in rows), sum(x.vat_cents for x in rows)
        self.rates = [
            {
                "rate": str(rate),
                "base": amount(sum(x.net_cents for x in rows if x.vat_rate == rate), lang),
                "vat": amount(sum(x.vat_cents for x in rows if x.vat_rate == rate), lang),
            }
            for rate in sorted({x.vat_rate for x in rows})
        ]
        stated = int(self.shown.get("total_cents") or 0)
        gap = net + vat - stated if self.marks.get("ubl") else 0
        text, kind = tr(lang, "The lines add up to the document, to the cent"), "done"
        if gap:
            text = tr(lang, "The lines differ from the document by {amount}", amount=amount(gap, lang))
            kind = "refused"
        elif not rows:
            text, kind = tr(lang, "No line yet."), "attention"
        elif any(not x.account for x in rows):
            text, kind = tr(lang, "A line has no account yet"), "attention"
        self.totals = {"net": amount(net, lang), "vat": amount(vat, lang), "gross": amount(net + vat, lang),
                       "text": text, "kind": kind}  # fmt: skip

    async def _saved(self, w: Work, lang: str) -> None:
        """VAT, gross and the totals follow."""
        rows = await invoice_lines(w, id_after(self, "invoices"))
        self.outcomes = _followed(self.outcomes, {str(row.id): row for row in rows}, lang)
        self._add_up(rows, lang)

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        field = change["field"]
        await lines.change_line(w, as_id(change["row"]), change["version"], {field: change["value"]})
        rows = await invoice_lines(w, id_after(self, "invoices"))
        row = next(r for r in rows if str(r.id) == change["row"])
        note: Any = None
        if field in ("account", "divided_by"):
            text = f"{row.account} {row.account_label(lang)}".strip()
            note = {"kind": "information", "text": text} if text else {}
        return Saved(_cell(row, field, lang), row.version, note=note)

    @acts("invoices.write")
    async def add_line(self, w: Work) -> None:
        """Adds an empty line."""
        await lines.add_line(w, id_after(self, "invoices"), {"net": 0})

    @acts("invoices.write")
    async def act(self, w: Work, row: str, action: str) -> None:
        """Takes a line off."""
        await lines.remove_line(w, as_id(row))

    @acts("invoices.write", done=N_("Submitted for approval."))
    async def submit(self, w: Work) -> None:
        """Hands it in."""
        await service.submit(w, id_after(self, "invoices"))

    @acts("invoices.write", done=N_("It is a draft again."))
    async def withdraw(self, w: Work) -> None:
        """Takes it back to the draft."""
        await service.withdraw(w, id_after(self, "invoices"))

    @acts("invoices.write")
    async def decide(self, w: Work, question: str) -> None:
        """Answers what is asked before it is submitted."""
        await service.decide(w, id_after(self, "invoices"), question)

    @submits("invoices.pay", dialog="payment", done=N_("Saved."))
    async def pay_otherwise(self, w: Work, sent: Sent) -> None:
        """Says how it is paid."""
        await service.pay_otherwise(w, id_after(self, "invoices"), sent.text("paid_by"))

    @opening("invoices.read", "head")
    async def ask_head(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog that changes the head."""
        found = await supplier_choices(w, id_after(self, "buildings"))
        self.choices = [{"value": str(s.id), "label": s.name} for s in found]
        self.kinds = [{"value": kind, "label": tr(lang, name)} for kind, name in KINDS.items()]

    @submits("invoices.write", dialog="head")
    async def save_head(self, w: Work, sent: Sent) -> None:
        """Changes the head."""
        version = int(self.shown.get("version") or 0)
        await service.change_invoice(w, id_after(self, "invoices"), version, sent.typed(*_HEAD))

    @submits("invoices.approve", dialog="approve", done=N_("Approved and posted."))
    async def approve(self, w: Work, sent: Sent) -> None:
        """Approves and posts it."""
        await service.approve(w, id_after(self, "invoices"), sent.day("date"))

    @submits("invoices.approve", dialog="reject", done=P_("invoice", "Rejected."))
    async def reject(self, w: Work, sent: Sent) -> None:
        """Refuses it."""
        await service.reject(w, id_after(self, "invoices"), sent.text("reason"))

    @submits("invoices.approve", dialog="reverse", done=P_("invoice", "Taken back."))
    async def reverse(self, w: Work, sent: Sent) -> None:
        """Takes it back."""
        await service.take_back(w, id_after(self, "invoices"), sent.text("reason"), sent.day_or_none("date"))

    @submits("invoices.write", dialog="remove")
    async def remove(self, w: Work, sent: Sent) -> Told:
        """Throws the draft away."""
        await service.remove_invoice(w, id_after(self, "invoices"))
        return Told(N_("The draft is removed."), go=f"{self.base}/invoices")


async def _places(w: Work, building_id: UUID, lang: str) -> list[dict[str, str]]:
    """How a line may be divided: the shares, a key, or one lot that bears it."""
    keys = await keys_of(w, building_id)
    found = await lots_page(w, building_id, Asked(per_page=500))
    return [
        {"value": "", "label": tr(lang, "Shares")},
        *({"value": f"key:{k.id}", "label": k.name} for k in keys if k.id),
        *({"value": f"lot:{x.id}", "label": tr(lang, "Lot {number}", number=x.number)} for x in found.rows),
    ]


def _posting_day(dated: date, open_years: list[tuple[date, date]], today: date) -> date:
    """Its own day when that year is open; else the first day of the next open year, or today."""
    if any(start <= dated <= end for start, end in open_years):
        return dated
    return min((start for start, _ in open_years if start > dated), default=today)


def _unpaid(row: InvoiceRow) -> bool:
    return row.status == InvoiceStatus.APPROVED and row.open_cents > 0 and row.kind == InvoiceKind.INVOICE


def _marks(found: InvoiceDetail, four_eyes: bool, write: bool, building_id: UUID) -> dict[str, bool]:
    row, me = found.row, current().user_id
    waiting = row.status == InvoiceStatus.SUBMITTED
    decides = waiting and may("invoices.approve", row.organization_id, building_id)
    own = four_eyes and me in (found.trail.author_id, found.trail.submitter_id)
    back = row.status == InvoiceStatus.APPROVED and may("invoices.approve", row.organization_id, building_id)
    return {
        "write": write,
        "withdraw": waiting and may("invoices.write", row.organization_id, building_id),
        "decide": decides,
        "approve": decides and not own,
        "own": decides and own,
        "reverse": back,
        "payment": _unpaid(row) and may("invoices.pay", row.organization_id, building_id),
        "collected": (row.writable or _unpaid(row)) and not row.transferred,
        "prepaid": bool(row.prepaid_cents),
        "posted": row.status == InvoiceStatus.APPROVED,
        "ubl": row.origin == "ubl",
        "other_iban": bool(row.iban and row.supplier_iban and row.iban != row.supplier_iban),
    }


def _shown(found: InvoiceDetail, base: str, lang: str) -> dict[str, str]:
    row, trail = found.row, found.trail
    text, kind = standing_text(row, lang)
    return {
        "id": str(row.id), "number": row.number, "supplier": row.supplier, "version": str(row.version),
        "supplier_id": str(row.supplier_id), "kind_id": row.kind, "kind": tr(lang, KINDS[row.kind]),  # type: ignore[index]
        "supplier_href": f"{base}/invoices?supplier={row.supplier_id}", "dated": shown_day(row.dated, lang),
        "dated_iso": row.dated.isoformat(), "due": shown_day(row.due_on, lang),
        "due_iso": row.due_on.isoformat() if row.due_on else "", "pay_to": show_iban(row.pay_to),
        "iban": show_iban(row.iban), "message": message_text(row.communication, row.message),
        "total": amount(row.total_cents, lang), "total_cents": str(row.total_cents),
        "payable": amount(row.payable_cents, lang), "prepaid": amount(row.prepaid_cents, lang),
        "prepaid_typed": amount(row.prepaid_cents, lang, blank=True), "paid_by": row.paid_by,
        "paid_by_text": tr(lang, PAID_BY[row.paid_by]), "mandate": row.mandate,
        "collected": _collected(row, lang), "matching_href": f"{base}/matching?party={row.supplier_id}",
        "paid": amount(row.paid_cents, lang), "open": amount(row.open_cents, lang), "state": text, "state_kind": kind,
        "status": row.status, "reason": row.reason, "entry": row.entry,
        "entry_href": f"{base}/entries/{row.entry_id}" if row.entry_id else "", "reversal": trail.reversal,
        "reversal_href": f"{base}/entries/{trail.reversal_id}" if trail.reversal_id else "",
        "order": trail.order_reference, "order_href": f"{base}/payment-orders?order={row.order_id}",
        "origin": tr(lang, "Electronic (UBL)") if row.origin == "ubl" else tr(lang, P_("invoice", "Typed")),
    }  # fmt: skip


def _collected(row: InvoiceRow, lang: str) -> str:
    """By whom it is collected, and why it is not transferred."""
    if row.transferred:
        return ""
    text = tr(lang, COLLECTED[row.paid_by], supplier=row.supplier)
    return f"{text} {tr(lang, 'Mandate {mandate}.', mandate=row.mandate)}" if row.mandate else text


def _questions(found: InvoiceDetail, lang: str) -> list[QuestionView]:
    return [QuestionView(one, *(tr(lang, text) for text in QUESTIONS[one])) for one in found.questions]


def _lookalikes(found: InvoiceDetail, base: str, lang: str) -> list[LookalikeView]:
    """This one and those it resembles, below each other."""
    if not found.lookalikes:
        return []
    row = found.row
    own = LookalikeView(
        str(row.id), "", row.number, row.supplier, shown_day(row.dated, lang), amount(row.total_cents, lang),
        tr(lang, "this one"), True,
    )  # fmt: skip
    return [own] + [
        LookalikeView(
            str(one.id), f"{base}/invoices/{one.id}", one.number, one.supplier, shown_day(one.dated, lang),
            amount(one.total_cents, lang),
            tr(lang, "the same number") if one.same_number else tr(lang, "the same day and amount"),
        )
        for one in found.lookalikes
    ]  # fmt: skip


def _steps(found: InvoiceDetail, lang: str) -> list[StepView]:
    trail = found.trail
    done = [
        (P_("invoice", "Entered"), trail.author, trail.created_at),
        (P_("invoice", "Submitted"), trail.submitted_by, trail.submitted_at),
        (P_("invoice", "Rejected"), trail.rejected_by, trail.rejected_at),
        (P_("invoice", "Approved"), trail.approved_by, trail.approved_at),
    ]
    past = sorted(((at, text, by) for text, by, at in done if at), key=lambda one: one[0])
    return [StepView(tr(lang, text), by, moment(at, lang)) for at, text, by in past]


def _payments(found: InvoiceDetail, base: str, lang: str) -> list[PaymentView]:
    return [
        PaymentView(p.entry, f"{base}/entries/{p.entry_id}", shown_day(p.on, lang), p.label, amount(p.cents, lang))
        for p in found.payments
    ]


def _cell(row: LineRow, field: str, lang: str) -> str:
    values = {
        "account": row.account, "label": row.label, "net": amount(row.net_cents, lang), "vat_rate": str(row.vat_rate),
        "vat": amount(row.vat_cents, lang), "gross": amount(row.gross_cents, lang), "start": shown_day(row.start, lang),
        "end": shown_day(row.end, lang),
        "divided_by": f"key:{row.key_id}" if row.key_id else f"lot:{row.lot_id}" if row.lot_id else "",
    }  # fmt: skip
    return values.get(field, "")


_FOLLOW: Final = {
    "net": ("vat", "gross"), "vat_rate": ("vat", "gross"), "vat": ("gross",), "divided_by": ("account",),
    "start": ("end",), "end": ("start",),
}  # fmt: skip
"""The cells that a cell changes with it."""


def _followed(outcomes: list[dict[str, Any]], rows: Mapping[str, LineRow], lang: str) -> list[dict[str, Any]]:
    """The answers, each new one with those of the cells that change with it."""
    made: list[dict[str, Any]] = []
    number = max((int(one["n"]) for one in outcomes), default=0)
    for one in outcomes:
        made.append({**one, "followed": True})
        row = rows.get(one["row"])
        if row is None or "error" in one or one.get("followed"):
            continue
        for field in _FOLLOW.get(one["field"], ()):
            number += 1
            value = _cell(row, field, lang)
            made.append({**one, "field": field, "value": value, "note": None, "n": number, "followed": True})
    return made
