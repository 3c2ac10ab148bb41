"""Budget and actual: what was planned beside what is in the books."""

from typing import Any

import reflex as rx

from koprogo_app.budget.page.parts import budget_header
from koprogo_app.budget.state.variance import BY, OrderLine, VarianceLine, VariancePage
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chart import chart
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.form import date_field, form, form_actions, form_error, money_field, select_field, text_field
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, button_link, callout, card, figure, link
from koprogo_app.interface.table import Column, filter_bar, filter_select, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown as shown_page
from koprogo_app.workspace.page.parts import button_menu, menu_download

SUMS = VariancePage.sums


@page("/buildings/[building_id]/budget/variance", title=N_("Budget and actual"), on_load=VariancePage.load)
def variance() -> rx.Component:
    """Figures to date, what runs over, the months, the year's gap, every line, what is ordered."""
    papers = button_menu(
        t("To print"),
        menu_download(t("Report (PDF)"), VariancePage.api + "&lang=" + Locale.lang + "&format=pdf"),
        menu_download("Excel (XLSX)", VariancePage.api + "&lang=" + Locale.lang + "&format=xlsx"),
    )
    content = rx.fragment(
        budget_header(
            t("Budget and actual {year}", year=VariancePage.title),
            VariancePage,
            "budget/variance",
            VariancePage.query,
            papers,
            under=rx.cond(VariancePage.until != "", t("The books until {day}", day=VariancePage.until), ""),
        ),
        blocks(_no_budget(), _filters(), _answers(), _over(), _monthly(), _waterfall(), _lines(), _orders(), _alerts()),
    )
    return shown_page(VariancePage, content)


def _no_budget() -> rx.Component:
    return rx.cond(
        VariancePage.has_budget,
        rx.fragment(),
        callout(
            "attention",
            t("No budget of this year is voted: all costs stand without one."),
            actions=[button_link(t("To the budget"), VariancePage.base + "/budget?" + VariancePage.query)],
        ),
    )


def _filters() -> rx.Component:
    def choice(label: Any, name: str, options: rx.Var[Any]) -> rx.Component:
        return QueryField.create(name=name, label=label, class_name="kit-input", options=options)

    return rx.el.div(
        filter_bar(
            choice(t("Financial year"), "year", VariancePage.years),
            choice(t("Until"), "to", VariancePage.months),
            filter_select(t("Lines"), "by", [(value, t(label)) for value, label in BY.items()]),
        ),
        class_name="kit-table",
    )


def _answers() -> rx.Component:
    gap = rx.cond(SUMS.percent != "", t("{percent} of the budget to date", percent=SUMS.percent), "")
    return rx.el.div(
        figure(t("Budget to date"), SUMS.budget, t("year: {amount}", amount=SUMS.year_budget)),
        figure(t("Actual to date"), SUMS.actual, t("last year: {amount}", amount=SUMS.last)),
        figure(t("Gap to date"), SUMS.gap, gap),
        figure(t("Forecast at year end"), SUMS.forecast, t("{amount} against the budget", amount=SUMS.year_gap)),
        class_name="kit-card p-4 grid gap-4 sm:grid-cols-2 xl:grid-cols-4",
        id="variance-figures",
    )


def _over() -> rx.Component:
    def one(line: rx.Var[VarianceLine]) -> rx.Component:
        said = rx.cond(
            line.percent != "",
            t("{actual} spent, {budget} budgeted to date ({percent})", actual=line.actual, budget=line.budget,
              percent=line.percent),
            t("{actual} spent, nothing budgeted", actual=line.actual),
        )  # fmt: skip
        return rx.el.li(
            link(t("{name}:", name=line.name), line.href, class_name="kit-link font-semibold"),
            " ",
            said,
            class_name="py-0.5",
        )

    shown = callout(
        "refused",
        rx.el.ul(rx.foreach(VariancePage.over, one)),
        title=t("More than {percent} % over the budget", percent=VariancePage.percent),
    )
    return rx.cond(
        VariancePage.has_budget & (VariancePage.over.length() > 0),
        rx.el.section(shown, aria_label=t("Alerts")),
        rx.fragment(),
    )


def _monthly() -> rx.Component:
    return card(
        chart(
            t("Costs per month: budget and actual"),
            VariancePage.monthly,
            empty=t("No cost yet."),
            on_pick=VariancePage.pick_month,
        ),
        title=t("Costs per month: budget and actual"),
    )


def _waterfall() -> rx.Component:
    return card(
        chart(
            t("The year's gap by group of accounts: forecast against budget"),
            VariancePage.waterfall,
            empty=t("Nothing to compare yet."),
            on_pick=VariancePage.pick_group,
        ),
        title=t("The year's gap by group of accounts: forecast against budget"),
    )


def _lines() -> rx.Component:
    def money(label: Any, name: str) -> Column:
        return Column(label, lambda r: getattr(r, name), kind="money")

    columns = [
        Column(t("Line"), _name, primary=True),
        money(t("Budget"), "budget"),
        money(t("Actual"), "actual"),
        Column(t("Gap"), _gap, kind="money"),
        Column("%", lambda r: r.percent, kind="number"),
        money(t("Committed"), "committed"),
        money(t("Year's budget"), "year_budget"),
        money(t("Forecast"), "forecast"),
        money(t("Last year"), "last"),
    ]
    foot = rx.el.div(
        rx.el.span(t("Together"), class_name="font-semibold"),
        rx.el.span(
            t("budget {budget} · actual {actual} · gap {gap} · forecast {forecast}", budget=SUMS.budget,
              actual=SUMS.actual, gap=SUMS.gap, forecast=SUMS.forecast),
            class_name="tabular-nums",
        ),
        class_name="flex flex-wrap justify-between gap-x-6 w-full",
    )  # fmt: skip
    return table(
        t("Lines against the budget"),
        columns,
        VariancePage.rows,
        empty=t("Nothing was budgeted and nothing spent."),
        key=lambda r: r.id,
        head=filter_bar(
            rx.el.span(
                rx.cond(VariancePage.until != "", t("To date: until {day}", day=VariancePage.until), t("To date")),
                class_name="font-semibold",
            ),
            rx.el.span(
                t("Budget, actual, gap and last year are to date; the forecast is of the whole year."),
                class_name="text-13 text-muted",
            ),
        ),
        foot=foot,
    )


def _name(row: rx.Var[VarianceLine]) -> rx.Component:
    named = rx.cond(row.href != "", link(row.name, row.href, class_name="hover:underline font-normal"), row.name)
    named = rx.el.span(named, class_name="inline-block min-w-56")
    return rx.fragment(named, " ", rx.cond(row.budgeted, rx.fragment(), badge(t("not budgeted"), "attention")))


def _gap(row: rx.Var[VarianceLine]) -> rx.Component:
    return rx.cond(row.over, rx.fragment(badge(t("over"), "refused"), " ", row.gap), rx.el.span(row.gap))


def _orders() -> rx.Component:
    def one(order: rx.Var[OrderLine]) -> rx.Component:
        end = button(
            t("Billed or given up"),
            kind="link",
            on_click=VariancePage.end_order(order.id),
            aria_label=t("Billed or given up: {label}", label=order.label),
        )
        return rx.el.li(
            rx.el.span(order.day, " · ", order.code, " · ", order.label),
            rx.el.span(
                rx.el.span(order.cents, class_name="tabular-nums me-3"), rx.cond(VariancePage.write, end, rx.fragment())
            ),
            class_name="flex flex-wrap justify-between gap-x-4 py-1.5 border-b border-line-soft last:border-0",
        )

    listed = rx.cond(
        VariancePage.orders.length() > 0,
        rx.el.ul(rx.foreach(VariancePage.orders, one), aria_label=t("Orders")),
        rx.el.p(t("Nothing is ordered that has not been billed."), class_name="text-muted"),
    )
    return card(
        rx.el.p(
            t("Quotes accepted and orders given count as committed until their invoice is posted; so do invoices put "
              "up for approval."),
            class_name="text-13 text-muted mb-2",
        ),
        listed,
        rx.cond(VariancePage.write, _new_order(), rx.fragment()),
        title=t("Ordered, not billed yet"),
    )  # fmt: skip


def _new_order() -> rx.Component:
    errors = VariancePage.errors
    again = VariancePage.form_version.to_string()
    return form(
        rx.el.div(
            rx.el.div(
                text_field(
                    "account_code", t("Ledger account"), errors=errors, required=True, list="order-accounts",
                    key="a" + again,
                    auto_complete="off", id="order-account",
                ),
                rx.el.datalist(
                    rx.foreach(VariancePage.accounts, lambda a: rx.el.option(value=a["value"])), id="order-accounts"
                ),
            ),
            select_field("key_id", t("Allocation key"), VariancePage.keys, errors=errors, key="k" + again,
                         id="order-key"),
            text_field("label", t("What, of whom"), errors=errors, required=True, key="l" + again, auto_complete="off",
                       id="order-label"),
            money_field("cents", t("Amount"), errors=errors, required=True, key="c" + again, id="order-cents"),
            date_field("ordered_on", t("Ordered on"), errors=errors, key="d" + again, id="order-day"),
            class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-2 xl:grid-cols-5 items-start mt-3",
        ),
        form_actions(button(t("Record the order"), type="submit")),
        on_submit=VariancePage.add_order,
    )  # fmt: skip


def _alerts() -> rx.Component:
    return rx.cond(
        VariancePage.write,
        card(
            form(
                form_error(VariancePage.errors),
                rx.el.div(
                    text_field(
                        "alert_percent", t("Tell the syndic and the council from, in per cent"),
                        errors=VariancePage.errors, required=True, input_mode="numeric",
                        default_value=VariancePage.percent, key="p" + VariancePage.percent, auto_complete="off",
                        hint=t("On this page and by mail, once a line and month"),
                    ),
                    class_name="max-w-80",
                ),
                form_actions(button(t("Set"), type="submit")),
                on_submit=VariancePage.set_percent,
            ),
            title=t("Alerts"),
        ),
        rx.fragment(),
    )  # fmt: skip
