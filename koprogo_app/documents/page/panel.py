"""The documents panel of a detail page."""

from typing import Any

import reflex as rx

from koprogo_app.documents.page.card import card_dialog
from koprogo_app.documents.page.parts import name_of, who_mark
from koprogo_app.documents.page.sending import sending_dialog
from koprogo_app.documents.state.lines import DocLine
from koprogo_app.documents.state.panel import Panel
from koprogo_app.documents.state.sending import Sending
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.page_parts import Again
from koprogo_app.interface.parts import badge, button, callout, card, link
from koprogo_app.interface.text import pick, t


def lot_panel() -> rx.Component:
    """The newest documents of the lot, and a way to add some."""
    return _panel(t("Documents of the lot"), t("No document of this lot yet."), Sending.start_lot(Panel.record))


def invoice_panel() -> rx.Component:
    """The scan, the electronic file and whatever else belongs to the invoice."""
    return _panel(
        t("Documents of the invoice"),
        t("No document of this invoice yet. Add its scan."),
        Sending.start_invoice(Panel.record),
    )


def _panel(label: Any, none: Any, start: Any) -> rx.Component:
    rows = rx.el.ul(rx.foreach(Panel.rows, _line), aria_label=label)
    nothing = rx.el.p(none, class_name="text-muted")
    count = rx.cond(Panel.total > 0, badge(Panel.total.to_string(), "neutral"), rx.fragment())
    add = rx.cond(Panel.write, button(t("Add documents"), on_click=start), rx.fragment())
    more = rx.cond(
        Panel.total > Panel.rows.length(),
        link(t("All documents of the building"), Panel.library),
        rx.fragment(),
    )
    content = card(
        rx.cond(Panel.total > 0, rows, nothing), more, title=rx.fragment(t("Documents"), " ", count), aside=add
    )
    why = callout("refused", pick(Panel.failed.to(dict[str, str])), role="alert")
    return rx.fragment(
        OnPath.create(on_path=Panel.load),
        Again.create(lang=Locale.lang, on_change=Panel.load),
        rx.cond(Panel.failed.en != "", why, rx.cond(Panel.ready, content, rx.fragment())),
        card_dialog(),
        sending_dialog(),
    )


def _line(row: rx.Var[DocLine]) -> rx.Component:
    return rx.el.li(
        name_of(row),
        rx.el.span(row.kind, " · ", row.dated, class_name="max-sm:hidden text-13 text-muted"),
        who_mark(row),
        class_name="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-1.5 border-b border-line-soft "
        "last:border-0",
    )
