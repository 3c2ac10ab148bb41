"""The financial years of a building."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import form, form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, callout
from koprogo_app.interface.slot import slot
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.ledger.state.years import YearLine, Years
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import law_tag, progress


@page("/buildings/[building_id]/years", title=N_("Financial years"), on_load=[Years.load, Years.follow, BooksSeal.load])
def years() -> rx.Component:
    """The list, what closing is doing, and its dialogs."""
    add = rx.cond(Years.write, button(t("Open the next year"), on_click=Years.add), rx.fragment())
    content = rx.fragment(
        books_header(t("Financial years"), Years, "years", add),
        _running(),
        slot("years"),
        _table(),
        _close(),
        _reopen(),
    )
    return shown(Years, content)


def _running() -> rx.Component:
    run = Years.running
    failed = callout(
        "refused", run.text, " ", rx.cond(run.article != "", law_tag(run.article), rx.fragment()),
        title=t("The year was not closed"), role="alert", id="closing-refused",
    )  # fmt: skip
    going = rx.el.div(progress(t("Closing the year"), run.text, run.value, run.of), class_name="mb-3.5")
    return rx.cond(
        run.status != "",
        rx.cond(run.status == "failed", rx.el.div(failed, class_name="mb-3.5"), going),
        rx.fragment(),
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Year"), lambda y: y.name, primary=True),
        Column(t("Days"), lambda y: y.days),
        Column(t("Entries"), lambda y: y.count, kind="number"),
        Column(t("State"), _state),
        Column("", _acts),
    ]
    return table(t("Financial years"), columns, Years.rows, empty=t("No year yet."), key=lambda y: y.id)


def _state(row: rx.Var[YearLine]) -> rx.Component:
    return rx.el.div(
        rx.cond(
            row.is_open, badge(t(P_("fiscal year", "open")), "done"), badge(t(P_("fiscal year", "closed")), "neutral")
        ),
        rx.cond(row.note != "", rx.el.p(row.note, class_name="text-13 text-muted"), rx.fragment()),
    )


def _acts(row: rx.Var[YearLine]) -> rx.Component:
    close = rx.cond(row.may_close, button(t("Close…"), on_click=Years.ask_close(row.id)), rx.fragment())
    again = rx.cond(row.may_reopen, button(t("Open again…"), on_click=Years.ask_reopen(row.id)), rx.fragment())
    return rx.cond(Years.write, rx.el.div(close, again, class_name="flex gap-2 justify-end"), rx.fragment())


def _close() -> rx.Component:
    errors = Years.errors
    accept = text_field(
        "accepted", t("Why the year is closed nevertheless"), errors=errors,
        auto_complete="off", required=True,
    )  # fmt: skip
    return dialog(
        Years, "close", t("Close the year {name}", name=Years.chosen),
        form(
            rx.el.p(
                t(
                    "Closing carries the result and the balances forward and locks the year. "
                    "It can be opened again, with a reason."
                ),
                class_name="text-muted",
            ),
            form_error(errors),
            rx.foreach(
                Years.obstacles,
                lambda o: callout("attention", o.text, " ", rx.cond(o.article != "", law_tag(o.article),
                                                                       rx.fragment())),
            ),
            rx.cond(Years.may_accept, accept, rx.fragment()),
            form_actions(
                button(t("Close the year"), kind="primary", type="submit", disabled=Years.blocked),
                button(t("Cancel"), on_click=Years.close),
            ),
            on_submit=Years.close_year,
        ),
    )  # fmt: skip


def _reopen() -> rx.Component:
    return ask(
        Years, "reopen", t("Open the year {name} again", name=Years.chosen),
        rx.el.p(t("Its closing entries are taken back. The reason stays in the books."), class_name="text-muted"),
        text_field("reason", t("Reason"), errors=Years.errors, required=True, auto_complete="off"),
        act=t("Open again"), on_submit=Years.reopen,
    )  # fmt: skip
