"""The audit trail, for superadmins and for a syndic."""

import reflex as rx

from koprogo_app.console.state.audit import Audit, EntryLine
from koprogo_app.console.state.differences import Difference
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.chrome import QueryField
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, callout, page_header
from koprogo_app.interface.table import Column, filter_bar, filter_select, search_field, table
from koprogo_app.interface.text import pick, t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import places


@page("/admin/audit", title=N_("Audit"), on_load=Audit.load)
def admin_audit() -> rx.Component:
    """Of the whole installation."""
    return _trail()


@page("/audit", title=N_("Audit"), on_load=Audit.load)
def audit() -> rx.Component:
    """Of one's own organisation."""
    return _trail()


def _trail() -> rx.Component:
    text = pick(Audit.verdict)
    verdict = rx.cond(
        Audit.verdict.contains("en"),
        rx.el.div(
            rx.cond(Audit.whole, callout("done", text, role="status"), callout("refused", text, role="alert")),
            class_name="mb-3.5",
        ),
        rx.fragment(),
    )
    return shown(
        Audit,
        rx.fragment(
            page_header(
                t("Audit"),
                button(t("Verify the chain"), on_click=Audit.verify),
                under=t("Every act, who did it and what it changed. Entries are chained: a later change would show."),
            ),
            verdict,
            _table(),
        ),
    )


def _table() -> rx.Component:
    columns = [
        Column(t(P_("number", "No.")), lambda e: e.number, kind="number", wide=True),
        Column(t("When"), lambda e: rx.el.span(e.at, class_name="whitespace-nowrap"), wide=True),
        Column(t("Who"), _who, wide=True),
        Column(t("What"), _what, primary=True),
        Column(t(P_("audit", "Change")), _changes, wide=True),
    ]
    scope = rx.cond(
        Audit.choices.length() > 1,
        QueryField.create(name="of", label=t("Organisation"), class_name="kit-input", options=Audit.choices),
        rx.fragment(),
    )
    periods = [
        ("", t("Since the beginning")),
        ("1", t(P_("period", "Today"))),
        ("7", t("Last 7 days")),
        ("30", t("Last 30 days")),
    ]
    return table(
        t("Audit"),
        columns,
        Audit.rows,
        empty=t("Nothing fits these filters."),
        key=lambda e: e.id,
        head=filter_bar(
            search_field(t("Search a person or an act")), filter_select(t("Period"), "days", periods), scope
        ),
        foot=places(Audit.at),
    )


def _who(row: rx.Var[EntryLine]) -> rx.Component:
    return rx.el.div(row.who, rx.el.p(row.address, class_name="text-13 text-muted"))


def _what(row: rx.Var[EntryLine]) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.act, class_name="font-semibold"),
        rx.el.p(
            rx.cond(row.place != "", rx.fragment(row.place, " · "), rx.fragment()),
            rx.el.code(row.action),
            class_name="text-13 text-muted font-normal",
        ),
        # On a phone the whole entry stands in this one cell.
        rx.el.p(row.at, " · ", row.who, class_name="sm:hidden text-13 text-muted font-normal"),
        rx.el.div(_changes(row), class_name="sm:hidden mt-1 font-normal"),
        class_name="sm:min-w-48",
    )


def _changes(row: rx.Var[EntryLine]) -> rx.Component:
    more = rx.el.details(
        rx.el.summary(t("{count} more", count=row.more.length()), class_name="cursor-pointer text-muted max-sm:py-3.5"),
        rx.el.ul(rx.foreach(row.more, _difference), class_name="grid gap-0.5"),
    )
    return rx.el.div(
        rx.el.ul(rx.foreach(row.changes, _difference), class_name="grid gap-0.5"),
        rx.cond(row.more.length() > 0, more, rx.fragment()),
        class_name="text-13 sm:min-w-64 max-w-prose",
    )


def _difference(one: rx.Var[Difference]) -> rx.Component:
    before = rx.cond(
        one.before != "",
        rx.el.del_(one.before, class_name="text-refused"),
        rx.fragment(),
    )
    after = rx.cond(one.after != "", rx.el.ins(one.after, class_name="text-done no-underline"), rx.fragment())
    arrow = rx.cond((one.before != "") & (one.after != ""), " → ", "")
    return rx.el.li(
        rx.el.span(t("{name}:", name=one.name), " ", class_name="text-muted"),
        before,
        arrow,
        after,
        class_name="wrap-anywhere",
    )
