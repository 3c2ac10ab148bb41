"""Behind a figure of the budget: its entries, each with its invoice, and their sum."""

import reflex as rx

from koprogo_app.budget.page.parts import budget_header
from koprogo_app.budget.state.line import BudgetLine, Item
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import link
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown


@page("/buildings/[building_id]/budget/line", title=N_("Behind the figure"), on_load=BudgetLine.load)
def budget_line() -> rx.Component:
    """The line, its days, its entries."""
    content = rx.fragment(
        budget_header(
            BudgetLine.account,
            BudgetLine,
            "budget/variance",
            BudgetLine.query,
            under=t("Allocation key: {name}", name=BudgetLine.key),
        ),
        _items(),
    )
    return shown(BudgetLine, content)


def _items() -> rx.Component:
    columns = [
        Column(t("Date"), lambda x: x.day),
        Column(t("Description"), _text, primary=True),
        Column(t("Account"), lambda x: x.account),
        Column(t("Entry"), lambda x: link(x.entry, x.entry_href)),
        Column(t("Amount"), lambda x: x.cents, kind="money"),
    ]
    foot = rx.el.div(
        rx.el.span(t("Together"), class_name="font-semibold"),
        rx.el.span(BudgetLine.total, class_name="tabular-nums font-semibold"),
        class_name="flex flex-wrap justify-between gap-x-6 w-full",
    )
    return table(
        t("Behind the figure"),
        columns,
        BudgetLine.items,
        empty=t("Nothing was posted here in these days."),
        key=lambda x: x.id,
        head=filter_bar(
            rx.el.span(
                t("What was posted from {start} to {end}", start=BudgetLine.start, end=BudgetLine.end),
                class_name="font-semibold",
            ),
            rx.el.span(t("Each entry with its part under this key."), class_name="text-13 text-muted"),
        ),
        foot=foot,
    )


def _text(item: rx.Var[Item]) -> rx.Component:
    what = rx.cond(item.invoice_href != "", link(item.label, item.invoice_href), item.label)
    who = rx.cond(item.supplier != "", rx.el.span(" · ", item.supplier, class_name="text-muted"), rx.fragment())
    return rx.el.span(what, who)
