"""One invoice: its head, its lines in a table edited in place, its steps, the entry and the payments behind it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.charges.model.invoices import InvoiceStatus
from koprogo_app.charges.queries.invoices import InvoiceDetail, LineRow, invoice_detail, invoice_lines
from koprogo_app.charges.queries.settings import charge_rules
from koprogo_app.charges.queries.suppliers import supplier_choices
from koprogo_app.charges.service import invoice_lines as lines
from koprogo_app.charges.service import invoices as service
from koprogo_app.charges.state.common import KINDS, message_text, standing_text
from koprogo_app.estate.queries.keys import keys_of
from koprogo_app.estate.queries.lots import lots_page
from koprogo_app.estate.queries.paging import Asked
from koprogo_app.estate.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    required_day,
    shown_day,
    typed,
    workspace,
)  # fmt: skip
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError, NotFound
from koprogo_app.foundation.i18n import N_, P_, moment, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved, answers
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.state.common import amount

_HEAD: Final = ("supplier_id", "kind", "number", "dated", "due_on", "communication", "iban")


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


class InvoicePage(rx.State):
    """One invoice."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
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
    head: dict[str, str] = {}
    asking: str = ""
    errors: dict[str, dict[str, str]] = {}
    wrong: str = ""
    _places: list[dict[str, str]] = []

    @handler("invoices.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            wanted = str(id_after(self, "invoices"))
            if self.shown.get("id") != wanted:
                self.ready = False
                yield
            await self._fill()
            self.ready, self.failed, self.asking, self.errors, self.wrong = True, {}, "", {}, ""
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id, invoice_id = await lang_of(self), id_after(self, "buildings"), id_after(self, "invoices")
        async with work(acting(lang)) as w:
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
        self.shown = {**_shown(found, self.base, lang), "posting_day": posting.isoformat()}
        self.rows = [self._row(line, lang) for line in found.lines]
        self.outcomes = []
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

    @handler("invoices.write")
    async def save_cells(self, changes: list[Any]) -> None:
        """Saves what was typed; VAT, gross and the totals follow."""
        lang = await lang_of(self)
        made = await answers(self.outcomes, changes, self._save, lang)
        async with work(acting(lang)) as w:
            rows = await invoice_lines(w, id_after(self, "invoices"))
        self.outcomes = _followed(made, {str(row.id): row for row in rows}, lang)
        self._add_up(rows, lang)

    async def _save(self, change: Change) -> Saved:
        lang, field = await lang_of(self), change["field"]
        async with work(acting(lang)) as w:
            await lines.change_line(w, as_id(change["row"]), change["version"], {field: change["value"]})
            rows = await invoice_lines(w, id_after(self, "invoices"))
        row = next(r for r in rows if str(r.id) == change["row"])
        note: Any = None
        if field in ("account", "divided_by"):
            text = f"{row.account} {row.account_label(lang)}".strip()
            note = {"kind": "information", "text": text} if text else {}
        return Saved(_cell(row, field, lang), row.version, note=note)

    @handler("invoices.write")
    async def add_line(self) -> Any:
        """Adds an empty line."""
        return await self._do(lambda w: lines.add_line(w, id_after(self, "invoices"), {"net": 0}))

    @handler("invoices.write")
    async def act(self, row: str, action: str) -> Any:
        """Takes a line off."""
        return await self._do(lambda w: lines.remove_line(w, as_id(row)))

    @handler("invoices.write")
    async def submit(self) -> Any:
        """Hands it in."""
        return await self._do(lambda w: service.submit(w, id_after(self, "invoices")), N_("Submitted for approval."))

    @handler("invoices.write")
    async def withdraw(self) -> Any:
        """Takes it back to the draft."""
        return await self._do(lambda w: service.withdraw(w, id_after(self, "invoices")), N_("It is a draft again."))

    async def _do(self, act: Any, done: str = "") -> Any:
        """Runs a command and shows the invoice again; a refusal stands above the lines."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                await act(w)
            await self._fill()
        except KoproError as error:
            self.wrong = error.text(lang)
            return None
        self.wrong = ""
        if done:
            await notify(self, "done", done)
        return None

    @handler("invoices.read")
    async def ask(self, what: str) -> Any:
        """Opens a dialog: head, approve, reject, reverse, remove."""
        if what == "head":
            lang = await lang_of(self)
            try:
                async with work(acting(lang)) as w:
                    found = await supplier_choices(w, id_after(self, "buildings"))
            except KoproError as error:
                return await refuse(self, error)
            self.choices = [{"value": str(s.id), "label": s.name} for s in found]
            self.kinds = [{"value": kind, "label": tr(lang, name)} for kind, name in KINDS.items()]
        self.asking, self.errors, self.wrong = what, {}, ""
        return None

    @handler("invoices.read")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.asking, self.errors = "", {}

    @handler("invoices.write")
    async def save_head(self, data: dict[str, Any]) -> Any:
        """Changes the head."""
        invoice_id, version = id_after(self, "invoices"), int(self.shown.get("version") or 0)
        return await self._answer(lambda w: service.change_invoice(w, invoice_id, version, typed(data, *_HEAD)))

    @handler("invoices.approve")
    async def approve(self, data: dict[str, Any]) -> Any:
        """Approves and posts it."""
        invoice_id, lang = id_after(self, "invoices"), await lang_of(self)
        return await self._answer(
            lambda w: service.approve(w, invoice_id, required_day(data, "date", lang)), N_("Approved and posted.")
        )

    @handler("invoices.approve")
    async def reject(self, data: dict[str, Any]) -> Any:
        """Refuses it."""
        reason = str(data.get("reason") or "")
        return await self._answer(
            lambda w: service.reject(w, id_after(self, "invoices"), reason), P_("invoice", "Rejected.")
        )

    @handler("invoices.approve")
    async def reverse(self, data: dict[str, Any]) -> Any:
        """Takes it back."""
        invoice_id, reason, lang = id_after(self, "invoices"), str(data.get("reason") or ""), await lang_of(self)

        async def act(w: Work) -> None:
            await service.take_back(
                w, invoice_id, reason, required_day(data, "date", lang) if data.get("date") else None
            )

        return await self._answer(act, P_("invoice", "Taken back."))

    @handler("invoices.write")
    async def remove(self) -> Any:
        """Throws the draft away."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.remove_invoice(w, id_after(self, "invoices"))
        except KoproError as error:
            return await refuse(self, error)
        self.asking = ""
        await notify(self, "done", N_("The draft is removed."))
        return rx.redirect(f"{self.base}/invoices")

    async def _answer(self, act: Any, done: str = "") -> Any:
        """Runs the command of a dialog; a refusal stands in it."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await act(w)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.asking, self.errors, self.wrong = "", {}, ""
        if done:
            await notify(self, "done", done)
        return None


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
        "paid": amount(row.paid_cents, lang), "open": amount(row.open_cents, lang), "state": text, "state_kind": kind,
        "status": row.status, "reason": row.reason, "entry": row.entry,
        "entry_href": f"{base}/entries/{row.entry_id}" if row.entry_id else "", "reversal": trail.reversal,
        "reversal_href": f"{base}/entries/{trail.reversal_id}" if trail.reversal_id else "",
        "order": trail.order_reference, "order_href": f"{base}/payment-orders?order={row.order_id}",
        "origin": tr(lang, "Electronic (UBL)") if row.origin == "ubl" else tr(lang, P_("invoice", "Typed")),
    }  # fmt: skip


def _steps(found: InvoiceDetail, lang: str) -> list[StepView]:
    trail = found.trail
    done = [
        (P_("invoice", "Entered"), trail.author, trail.created_at),
        (P_("invoice", "Submitted"), trail.submitted_by, trail.submitted_at),
        (P_("invoice", "Rejected"), trail.rejected_by, trail.rejected_at),
        (P_("invoice", "Approved"), trail.approved_by, trail.approved_at),
    ]
    return [StepView(tr(lang, text), by, moment(at, lang)) for text, by, at in done if at]


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
