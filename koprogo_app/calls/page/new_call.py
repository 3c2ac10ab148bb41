"""A new call, with what it would ask of whom."""

from typing import Any

import reflex as rx

from koprogo_app.calls.state.new_call import AskedLine, NewCall
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, money_field, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    blocks,
    button,
    button_link,
    callout,
    card,
    link,
    page_header,
)
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail

VALUES, ERRORS = NewCall.values, NewCall.errors


@page("/buildings/[building_id]/new-call", title=N_("New call"), on_load=NewCall.load)
def new_call() -> rx.Component:
    """What is called, when, and the preview."""
    over = trail(link(NewCall.building, NewCall.base), "/", link(t("Calls for funds"), NewCall.base + "/calls"))
    filled = form(
        _what(),
        _funds(),
        _when(),
        form_error(ERRORS),
        form_actions(
            button(t("Save the draft"), kind="primary", type="submit"),
            button_link(t("Cancel"), NewCall.base + "/calls"),
        ),
        on_submit=NewCall.save,
        class_name="grid grid-cols-1 gap-3.5 content-start min-w-0",
    )
    content = rx.fragment(
        page_header(t("New call"), over=over),
        rx.el.div(
            rx.el.div(filled, key=NewCall.filled.to_string(), class_name="min-w-0"),
            _preview(),
            class_name="grid grid-cols-1 gap-3.5 xl:grid-cols-[4fr_5fr] items-start",
        ),
    )
    return shown(NewCall, content)


def _kept(name: str) -> dict[str, Any]:
    """A field starts with what is kept, and tells what was typed when it is left."""
    return {"errors": ERRORS, "default_value": VALUES[name], "on_blur": lambda v: NewCall.sketch(name, v)}


def _what() -> rx.Component:
    return card(
        rx.el.div(
            text_field("label", t("Name of the call"), required=True, auto_complete="off",
                       hint=t("Owners read it on their letter: “First quarter 2026”"), **_kept("label")),
            rx.el.div(
                date_field("decided_on", t("Decided on"), **_kept("decided_on")),
                text_field("decision_ref", t("Decision"), auto_complete="off",
                           hint=t("For instance: assembly of 12/05/2026, item 7"), **_kept("decision_ref")),
                class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[11rem_minmax(0,1fr)] items-start",
            ),
            class_name="grid gap-3.5",
        ),
        title=t("What is called"),
    )  # fmt: skip


def _funds() -> rx.Component:
    return card(
        _fund("working", t("Working fund"), t("Divided by")),
        _fund("reserve", t("Reserve fund"), t("Divided by")),
        _fund("extraordinary", t("Extraordinary costs"), t("Divided by")),
        rx.el.p(t("Of all instalments together. A fund left empty is not called."), class_name="text-13 text-muted"),
        title=rx.fragment(t("How much, for which fund"), " ", article_tag("3.86 §3")),
    )


def _fund(kind: str, label: Any, by: Any) -> rx.Component:
    key = f"{kind}_key"
    return rx.el.div(
        money_field(kind, label, **_kept(kind)),
        select_field(key, by, NewCall.keys, required=True, errors=ERRORS, default_value=VALUES[key],
                     aria_label=t("{name}: {value}", name=label, value=by), on_change=lambda v: NewCall.sketch(key, v)),
        class_name="grid grid-cols-2 gap-3.5 items-end mb-3",
    )  # fmt: skip


def _when() -> rx.Component:
    return card(
        rx.el.div(
            date_field("first", t("Called on"), required=True, **_kept("first")),
            text_field("days", t("Days to pay"), required=True, input_mode="numeric", **_kept("days")),
            text_field("count", t("Instalments"), required=True, input_mode="numeric", **_kept("count")),
            text_field("months", t("Months between"), required=True, input_mode="numeric", **_kept("months")),
            class_name="grid grid-cols-2 gap-3.5 sm:grid-cols-[11rem_repeat(3,minmax(0,1fr))] items-end",
        ),
        rx.el.p(
            t("Shares, keys and owners are those of the day each instalment is called."),
            class_name="text-13 text-muted mt-2",
        ),
        title=t("When"),
    )


def _preview() -> rx.Component:
    waiting = rx.el.p(NewCall.hint, class_name="text-muted", role="status")
    days = rx.el.ul(
        rx.foreach(
            NewCall.days,
            lambda d: rx.el.li(
                t("Called on {called}, due on {due}", called=d["called"], due=d["due"]),
                rx.el.span(d["amount"], class_name="ms-auto tabular-nums"),
                class_name="flex gap-4 py-1 border-b border-line-soft last:border-0",
            ),
        )
    )
    left_out = rx.cond(
        NewCall.left_out != "",
        callout("attention", t("Lots still in draft are not asked anything: {lots}.", lots=NewCall.left_out)),
        rx.fragment(),
    )
    shown = blocks(
        rx.el.p(badge(NewCall.sums["proof"], NewCall.sums["kind"]), role="status"), left_out, days,
        asked_table(NewCall.rows, NewCall.sums),
    )  # fmt: skip
    return card(rx.cond(NewCall.rows.length() > 0, shown, waiting), title=t("Who would pay what"))


def asked_table(rows: rx.Var[list[AskedLine]], sums: rx.Var[dict[str, str]] | None) -> rx.Component:
    """By lot and owner, a column a fund, with the totals."""
    columns = [
        Column(t("Lot"), lambda x: x.lot, primary=True),
        Column(t("Co-owner"), lambda x: x.owner),
        Column(t("Total"), lambda x: rx.el.strong(x.total), kind="money"),
        Column(t("Working fund"), lambda x: x.working, kind="money"),
        Column(t("Reserve fund"), lambda x: x.reserve, kind="money"),
        Column(t("Extraordinary"), lambda x: x.extraordinary, kind="money"),
    ]
    foot = None
    if sums is not None:
        foot = rx.el.p(
            t("Total"), " ", rx.el.strong(sums["total"], class_name="tabular-nums ms-2"), class_name="ms-auto"
        )
    return table(t("Who would pay what"), columns, rows, empty="", key=lambda x: x.id, foot=foot)
