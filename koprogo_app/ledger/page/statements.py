"""Balance sheet and income statement, the year before beside them."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import Text, badge, blocks, cards, figure, link
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.reports import StatementLine, Statements
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import part_filter, year_filter

SUMS = Statements.sums


@page("/buildings/[building_id]/statements", title=N_("Statements"), on_load=[Statements.load, BooksSeal.load])
def statements() -> rx.Component:
    """What the association has and owes, what it cost and received."""
    content = rx.fragment(
        books_header(t("Statements"), Statements, "statements"),
        blocks(
            rx.el.div(
                filter_bar(
                    year_filter(Statements.years),
                    part_filter(),
                    rx.el.span(SUMS.days, class_name="ms-auto text-13 text-muted"),
                ),
                class_name="kit-table",
            ),
            _answers(),
            rx.el.h2(t("Balance sheet"), class_name="text-18 font-strong mt-2"),
            cards(
                _side(t("What the association has"), Statements.assets, SUMS.day, SUMS.day_before),
                _side(t("What it owes, and its funds"), Statements.liabilities, SUMS.day, SUMS.day_before),
            ),
            rx.el.h2(t("Income statement"), class_name="text-18 font-strong mt-2"),
            cards(
                _side(t("Costs"), Statements.costs, SUMS.days, SUMS.days_before),
                _side(t("Income"), Statements.income, SUMS.days, SUMS.days_before),
            ),
        ),
    )
    return shown(Statements, content)


def _answers() -> rx.Component:
    return rx.el.div(
        figure(t("Has"), SUMS.assets, badge(SUMS.proof, SUMS.kind)),
        figure(t("Costs"), SUMS.costs, SUMS.days),
        figure(t("Income"), SUMS.income, SUMS.days),
        figure(t("Income minus costs"), SUMS.result, rx.cond(
            SUMS.result_before != "", t("the year before: {amount}", amount=SUMS.result_before), "")),
        class_name="kit-card p-4 grid gap-4 sm:grid-cols-2 xl:grid-cols-4",
    )  # fmt: skip


def _side(title: Text, rows: Any, now: rx.Var[str], earlier: rx.Var[str]) -> rx.Component:
    before = rx.cond(earlier != "", earlier, t("the year before"))
    columns = [
        Column(title, _name, primary=True),
        Column(_with_before(now, before), lambda r: _with_before(_figure(r, r.now), r.before), kind="money"),
        Column(before, lambda r: _figure(r, r.before), kind="money", wide=True),
    ]
    return table(title, columns, rows, empty="", key=lambda r: r.code + r.label)


def _with_before(now: Text, before: Text) -> rx.Component:
    """A figure of the year; on a phone, which has no room for two columns, last year's below it."""
    return rx.el.span(now, rx.el.span(before, class_name="sm:hidden block text-13 text-muted font-normal"))


def _name(row: rx.Var[StatementLine]) -> rx.Component:
    named = rx.fragment(rx.el.span(row.code, class_name="tabular-nums me-2"), row.label)
    plain = rx.cond(row.strong, rx.el.span(row.label, class_name="font-strong"), rx.el.span(row.label))
    return rx.cond(row.href != "", link(named, row.href, class_name="hover:underline font-normal"), plain)


def _figure(row: rx.Var[StatementLine], text: rx.Var[str]) -> rx.Component:
    return rx.cond(row.strong, rx.el.span(text, class_name="font-strong"), rx.el.span(text))
