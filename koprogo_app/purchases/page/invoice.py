"""One invoice."""

from typing import Any

import reflex as rx

from koprogo_app.documents.page.panel import invoice_panel
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import (
    date_field,
    form,
    form_actions,
    form_error,
    money_field,
    select_field,
    text_field,
)
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, cards, facts, link, page_header
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import pick, t
from koprogo_app.purchases.state.invoice import InvoicePage, PaymentView, QuestionView, StepView
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import row_of, trail

SHOWN, MARKS = InvoicePage.shown, InvoicePage.marks
RATES = [("0", "0 %"), ("6", "6 %"), ("12", "12 %"), ("21", "21 %")]
COLUMNS = [
    GridColumn("account", t("Ledger account"), editable=True, primary=True),
    GridColumn("label", t("Description"), editable=True),
    GridColumn("net", t("Without VAT"), kind="money", editable=True),
    GridColumn("vat_rate", t("VAT rate"), kind="select", editable=True, options=RATES),
    GridColumn("vat", t("VAT"), kind="money", editable=True),
    GridColumn("gross", t("With VAT"), kind="money"),
    GridColumn("divided_by", t("Divided by"), kind="select", editable=True),
    GridColumn("start", t("Used from"), editable=True),
    GridColumn("end", t("Until"), editable=True),
    GridColumn("act", t("Line")),
]


@page("/buildings/[building_id]/invoices/[invoice_id]", title=N_("Invoice"), on_load=InvoicePage.load)
def invoice() -> rx.Component:
    """The invoice, its lines, and what explains each cent of it."""
    over = trail(link(InvoicePage.building, InvoicePage.base), "/", link(t("Invoices"), InvoicePage.base + "/invoices"))
    title = rx.fragment(SHOWN["kind"], " ", SHOWN["number"], " ", badge(SHOWN["state"], SHOWN["state_kind"]))
    content = rx.fragment(
        page_header(title, _actions(), over=over, under=link(SHOWN["supplier"], SHOWN["supplier_href"])),
        blocks(_state(), _decisions(), _lines(), cards(_head(), _explained()), invoice_panel()),
        *_dialogs(),
    )
    return shown(InvoicePage, content)


def _when(mark: str, *children: rx.Component) -> rx.Component:
    return rx.cond(MARKS[mark], rx.fragment(*children), rx.fragment())


def _actions() -> rx.Component:
    opens = InvoicePage.ask
    return rx.fragment(
        _when(
            "write",
            button(t("Submit"), kind="primary", on_click=InvoicePage.submit),
            button(t("Change the head"), on_click=InvoicePage.ask_head("")),
            button(t("Remove…"), on_click=opens("remove", "")),
        ),
        _when("approve", button(t("Approve…"), kind="primary", on_click=opens("approve", ""))),
        _when("decide", button(t("Reject…"), on_click=opens("reject", ""))),
        _when("withdraw", button(t("Back to draft"), on_click=InvoicePage.withdraw)),
        _when("payment", button(t("How it is paid…"), on_click=opens("payment", ""))),
        _when("reverse", button(t("Take back…"), on_click=opens("reverse", ""))),
    )


def _state() -> rx.Component:
    def told(cond: Any, kind: str, *children: Any, **props: Any) -> rx.Component:
        return rx.cond(cond, callout(kind, *children, **props), rx.fragment())  # type: ignore[arg-type]

    return rx.fragment(
        told(InvoicePage.refused.en != "", "refused", pick(InvoicePage.refused.to(dict[str, str])), role="alert"),
        told(SHOWN["status"] == "rejected", "refused", t("Rejected: {reason}", reason=SHOWN["reason"])),
        told(
            SHOWN["status"] == "reversed", "attention", t("Taken back: {reason}", reason=SHOWN["reason"]), " ",
            link(SHOWN["reversal"], SHOWN["reversal_href"]),
        ),
        told(MARKS["own"], "information",
             t("Four eyes: somebody other than whoever wrote or submitted this invoice approves it.")),
        told(MARKS["other_iban"], "attention",
             t("It asks to be paid on another account number than the supplier's. Ask him by telephone.")),
        told(MARKS["collected"], "information", SHOWN["collected"]),
        told(
            MARKS["prepaid"], "information",
            t("{prepaid} was paid in advance; {payable} is to be paid.", prepaid=SHOWN["prepaid"],
              payable=SHOWN["payable"]),
            " ", rx.cond(MARKS["posted"], link(t("Match it with that payment"), SHOWN["matching_href"]), rx.fragment()),
        ),
        told(SHOWN["unborne"] != "", "attention", SHOWN["unborne"], " ",
             link(t("Allocation keys"), InvoicePage.base + "/keys")),
        told(SHOWN["order"] != "", "information", t("In payment order"), " ",
             link(SHOWN["order"], SHOWN["order_href"])),
    )  # fmt: skip


def _decisions() -> rx.Component:
    """What is decided before it is submitted, and the invoices that it resembles."""
    columns = [
        Column(t("Invoice"), lambda x: rx.cond(x.own, rx.el.strong(x.number), link(x.number, x.href)), primary=True),
        Column(t("Supplier"), lambda x: x.supplier),
        Column(t("Date"), lambda x: x.day),
        Column(t("Amount"), lambda x: x.amount, kind="money"),
        Column(t("Alike by"), lambda x: x.why),
    ]
    title = t("Invoices that may be the same")
    head = rx.el.h2(title, class_name="px-3.5 pt-3 font-semibold")
    alike = table(title, columns, InvoicePage.lookalikes, empty="", key=lambda x: x.id, head=head)
    return rx.fragment(
        rx.foreach(InvoicePage.questions, _question),
        rx.cond(InvoicePage.lookalikes.length() > 0, alike, rx.fragment()),
    )


def _question(one: rx.Var[QuestionView]) -> rx.Component:
    return callout("attention", one.text, actions=[button(one.answer, on_click=InvoicePage.decide(one.id))])


def _lines() -> rx.Component:
    totals = InvoicePage.totals
    live = rx.el.div(
        rx.el.span(t("Without VAT"), " ", rx.el.strong(totals["net"], class_name="tabular-nums")),
        rx.foreach(
            InvoicePage.rates,
            lambda r: rx.el.span(
                t("VAT {rate} % on {base}", rate=r["rate"], base=r["base"]), " ",
                rx.el.strong(r["vat"], class_name="tabular-nums"), class_name="text-13",
            ),
        ),
        rx.el.span(t("With VAT"), " ", rx.el.strong(totals["gross"], class_name="tabular-nums text-18")),
        badge(totals["text"], totals["kind"]),
        role="status",
        class_name="flex flex-wrap items-center gap-x-4 gap-y-1",
    )  # fmt: skip
    return rx.el.div(
        grid(
            t("Lines"), COLUMNS, rows=InvoicePage.rows, outcomes=InvoicePage.outcomes, on_save=InvoicePage.save_cells,
            on_action=InvoicePage.act, empty=t("No line yet. Add the first one."), head=filter_bar(live),
            foot=_when("write", button(t("Add a line"), kind="link", on_click=InvoicePage.add_line)),
        ),
        _when("write", _chart()),
    )  # fmt: skip


def _chart() -> rx.Component:
    return rx.el.details(
        rx.el.summary(t("Find an account"), class_name="cursor-pointer kit-link"),
        rx.el.ul(
            rx.foreach(
                InvoicePage.accounts,
                lambda a: rx.el.li(rx.el.span(a["value"], class_name="tabular-nums me-2"), a["label"]),
            ),
            class_name="mt-2 max-h-64 overflow-y-auto text-13 sm:columns-2",
            tab_index=0,
            aria_label=t("Chart of accounts"),
        ),
        class_name="px-3.5 py-2",
    )


def _head() -> rx.Component:
    return card(
        facts(
            (t("Supplier"), link(SHOWN["supplier"], SHOWN["supplier_href"])),
            (t("Date"), SHOWN["dated"]),
            (t("Due on"), SHOWN["due"]),
            (t("Total"), rx.el.strong(SHOWN["total"], class_name="tabular-nums")),
            (t("To pay"), rx.el.strong(SHOWN["payable"], class_name="tabular-nums")),
            (t("How it is paid"), SHOWN["paid_by_text"]),
            (t("To be paid on"), rx.el.span(SHOWN["pay_to"], class_name="tabular-nums")),
            (t("Message"), rx.el.span(SHOWN["message"], class_name="tabular-nums")),
            (t("Came in as"), SHOWN["origin"]),
        ),
        title=t("Head"),
    )


def _explained() -> rx.Component:
    """Where each cent went: the entry, the payments, who did what."""
    entry = rx.cond(
        SHOWN["entry"] != "",
        facts(
            (t("Entry"), link(SHOWN["entry"], SHOWN["entry_href"])),
            (t("Paid"), rx.el.span(SHOWN["paid"], class_name="tabular-nums")),
            (t("Still open"), rx.el.strong(SHOWN["open"], class_name="tabular-nums")),
        ),
        rx.el.p(t("Nothing is posted yet: that happens when it is approved."), class_name="text-muted"),
    )
    return card(
        entry,
        rx.el.ul(rx.foreach(InvoicePage.payments, _payment)),
        rx.el.ol(rx.foreach(InvoicePage.steps, _step), class_name="mt-3 text-13 text-muted"),
        title=t("Every cent explained"),
    )


def _payment(row: rx.Var[PaymentView]) -> rx.Component:
    return rx.el.li(
        rx.el.span(link(row.entry, row.href), " · ", row.day, " · ", row.label),
        rx.el.span(row.amount, class_name="tabular-nums"),
        class_name="flex justify-between gap-4 py-1.5 border-b border-line-soft",
    )


def _step(row: rx.Var[StepView]) -> rx.Component:
    return rx.el.li(row.text, " · ", row.by, " · ", row.at, class_name="py-0.5")


def _dialogs() -> list[rx.Component]:
    return [_change(), _approve(), _reason("reject"), _reason("reverse"), _remove(), _otherwise()]


def _change() -> rx.Component:
    errors = InvoicePage.errors
    fields = form(
        form_error(errors),
        select_field("supplier_id", t("Supplier"), InvoicePage.choices, errors=errors, required=True,
                     default_value=SHOWN["supplier_id"]),
        row_of(
            select_field("kind", t("Kind"), InvoicePage.kinds, errors=errors, required=True,
                         default_value=SHOWN["kind_id"]),
            text_field("number", t("Number"), errors=errors, required=True, auto_complete="off",
                       default_value=SHOWN["number"]),
            date_field("dated", t("Date"), errors=errors, required=True, default_value=SHOWN["dated_iso"]),
            date_field("due_on", t("Due on"), errors=errors, default_value=SHOWN["due_iso"]),
        ),
        text_field("communication", t("Message with the payment"), errors=errors, auto_complete="off",
                   default_value=SHOWN["message"], hint=t("Structured, as +++090/9337/55493+++, or free")),
        text_field("iban", t("Account number, when it is not the supplier's"), errors=errors, auto_complete="off",
                   default_value=SHOWN["iban"]),
        row_of(
            select_field("paid_by", t("How it is paid"), InvoicePage.means, errors=errors, required=True,
                         default_value=SHOWN["paid_by"]),
            text_field("mandate", t("Mandate of the direct debit"), errors=errors, auto_complete="off",
                       default_value=SHOWN["mandate"]),
            money_field("prepaid_cents", t("Paid in advance"), errors=errors, default_value=SHOWN["prepaid_typed"]),
        ),
        form_actions(button(t("Save"), kind="primary", type="submit"),
                     button(t("Cancel"), on_click=InvoicePage.close)),
        on_submit=InvoicePage.save_head,
    )  # fmt: skip
    return dialog(InvoicePage, "head", t("Change the head"), fields)


def _approve() -> rx.Component:
    return ask(
        InvoicePage, "approve", t("Approve this invoice"),
        rx.el.p(t("It is posted at once: each line in its account, the whole with the supplier."),
                class_name="text-muted"),
        date_field("date", t("Day of the entry"), errors=InvoicePage.errors, required=True,
                   default_value=SHOWN["posting_day"]),
        act=t("Approve and post"), on_submit=InvoicePage.approve,
    )  # fmt: skip


def _reason(name: str) -> rx.Component:
    errors, taking = InvoicePage.errors, name == "reverse"
    note = (
        t("Its entry is taken back by a mirror entry. Both stay in the books; the number can be used again.")
        if taking
        else t("Whoever wrote it sees the reason, can mend it and submit it again.")
    )
    day = date_field(
        "date", t("Day of the reversal"), errors=errors, hint=t("Empty: the day of the entry"), id="f-back"
    )
    return ask(
        InvoicePage,
        name,
        t("Take this invoice back") if taking else t("Reject this invoice"),
        rx.el.p(note, class_name="text-muted"),
        text_field("reason", t("Reason"), errors=errors, required=True, auto_complete="off", id=f"f-{name}"),
        day if taking else rx.fragment(),
        act=t("Take back") if taking else t("Reject"),
        on_submit=InvoicePage.reverse if taking else InvoicePage.reject,
        kind="danger",
    )


def _remove() -> rx.Component:
    return ask(
        InvoicePage,
        "remove",
        t("Remove this draft"),
        rx.el.p(t("Its lines go with it; papers filed with it stay in the library.")),
        act=t("Remove"),
        on_submit=InvoicePage.remove,
        kind="danger",
    )


def _otherwise() -> rx.Component:
    return ask(
        InvoicePage,
        "payment",
        t("How this invoice is paid"),
        rx.el.p(t("Only what is paid by transfer is offered in payment orders."), class_name="text-muted"),
        select_field(
            "paid_by", t("How it is paid"), InvoicePage.means, errors=InvoicePage.errors, required=True,
            default_value=SHOWN["paid_by"], id="f-payment",
        ),
        act=t("Save"),
        on_submit=InvoicePage.pay_otherwise,
    )  # fmt: skip
