"""The civil rates of interest of the installation."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import form, form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import blocks, button, card, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.state.everywhere import RatesPage
from koprogo_app.workspace.page.kit import shown


@page("/admin/interest-rates", title=N_("Interest rates"), on_load=RatesPage.load)
def rates() -> rx.Component:
    """A year to add, and every year."""
    s = RatesPage
    add = form(
        form_error(s.errors),
        rx.el.div(
            text_field("year", t("Calendar year"), errors=s.errors, required=True, input_mode="numeric",
                       auto_complete="off", default_value=s.next_year),
            text_field("percent", t("Rate, % a year"), errors=s.errors, required=True, input_mode="decimal",
                       auto_complete="off"),
            text_field("source", t("Where it was published"), errors=s.errors, required=True, auto_complete="off",
                       hint=t("For instance: Moniteur belge of 20/01/2027")),
            class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[7rem_9rem_minmax(0,1fr)] items-start",
        ),
        form_actions(button(t("Save"), kind="primary", type="submit")),
        on_submit=s.add,
        key=s.saved.to_string(),
    )  # fmt: skip
    columns = [
        Column(t("Calendar year"), lambda r: r.year, primary=True),
        Column(t("Rate"), lambda r: r.percent, kind="number"),
        Column(t("Source"), lambda r: r.source),
        Column(t("Typed by"), lambda r: rx.cond(
            r.by != "", rx.fragment(r.by, rx.el.span(", ", r.on, class_name="text-muted")), r.on,
        )),
    ]  # fmt: skip
    content = rx.fragment(
        page_header(
            t("Interest rates"),
            under=t("The legal rate in civil matters of each calendar year. It is published each January; until then "
                    "the last one stands for it and every sheet says so."),
        ),
        blocks(card(add, title=t("A year to come")), table(t("Interest rates"), columns, s.rows, empty=t("No rate."))),
    )  # fmt: skip
    return shown(s, content)
