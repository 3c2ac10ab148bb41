"""What the pages of recovery share."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.parts import Text, badge, card, figure, link, page_header, tabs
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.state.arrears import Ages
from koprogo_app.recovery.state.lines import DayLine, SliceLine
from koprogo_app.workspace.page.parts import trail


def recovery_header(title: Text, state: Any, here: str, *actions: rx.Component) -> rx.Component:
    """The page's name under its building, and the other pages of recovery."""
    return rx.fragment(
        page_header(title, *actions, over=trail(link(state.building, state.base))), _tabs(state.base, here)
    )


def _tabs(base: rx.Var[str], here: str) -> rx.Component:
    """The pages of recovery beside each other."""
    pages = (("arrears", t("Arrears")), ("recovery-policy", t(P_("recovery", "Policy"))))
    return tabs(t("Recovery"), base, pages, here)


def ages_card(a: rx.Var[Ages]) -> rx.Component:
    """What is owed, by its age."""
    parts = (
        (t("1 to 30 days"), a.to_30), (t("31 to 60 days"), a.to_60), (t("61 to 90 days"), a.to_90),
        (t("more than 90 days"), a.over_90), (t("not due yet"), a.later),
    )  # fmt: skip
    return card(
        rx.el.div(
            figure(t("Past due"), a.late, t(N_("{count} co-owner", "{count} co-owners"), count=a.owners)),
            rx.el.dl(
                *[
                    rx.el.div(
                        rx.el.dt(label, class_name="text-13 text-muted"), rx.el.dd(value, class_name="font-semibold")
                    )
                    for label, value in parts
                ],
                class_name="grid grid-cols-2 gap-x-8 gap-y-2 sm:grid-cols-3 lg:grid-cols-5",
            ),
            class_name="flex flex-wrap gap-x-12 gap-y-3 items-start justify-between",
        )
    )


def pdf_link(label: Text, href: rx.Var[str]) -> rx.Component:
    """A letter, in a window of its own."""
    # Reflex makes every link one of the router, which would look for a page there.
    return rx.el.a(label, href=href, target="_blank", rel="noopener", reload_document=True, class_name="kit-link")


def debts_table(rows: rx.Var[Any], empty: Text) -> rx.Component:
    """Open debts."""
    return table(
        t("Open charges"),
        [
            Column(t("Charge"), _debt, primary=True),
            Column(t("Lot"), lambda d: d.lot),
            Column(t("Due on"), lambda d: d.due),
            Column(t("Days late"), lambda d: d.late, kind="number"),
            Column(t("Called"), lambda d: d.called, kind="money"),
            Column(t("Still open"), lambda d: d.open, kind="money"),
            Column(
                t("Reminded"), lambda d: rx.cond(d.level != "", badge(d.level, d.level_kind.to(str)), rx.fragment())
            ),
        ],
        rows,
        empty=empty,
    )


def _debt(debt: rx.Var[Any]) -> rx.Component:
    note = rx.cond(debt.note != "", rx.el.p(debt.note, class_name="text-13 text-attention font-normal"), rx.fragment())
    return rx.fragment(debt.label, note)


def interest_block(slices: rx.Var[list[SliceLine]], days: rx.Var[list[DayLine]], known: rx.Var[bool]) -> rx.Component:
    """How interest was worked out: its stretches, and day by day."""
    stretches = table(
        t("How the interest was worked out"),
        [
            Column(t("From"), lambda s: s.start, primary=True),
            Column(t("Up to and including"), lambda s: s.last),
            Column(t(P_("interest on an amount", "On")), lambda s: s.principal, kind="money"),
            Column(t("Rate"), lambda s: s.rate, kind="number"),
            Column(t("Days"), lambda s: s.days, kind="number"),
            Column(t("A day, €"), lambda s: s.daily, kind="number"),
            Column(t("Interest, €"), lambda s: s.amount, kind="number"),
        ],
        slices,
        empty=t("No interest runs: it begins with the formal notice, unless the regulation says otherwise."),
    )
    unknown = rx.cond(
        known, rx.fragment(),
        rx.el.p("* ", t("The rate of this year is not published yet; last year’s stands for it."),
                class_name="text-13 text-muted mt-2"),
    )  # fmt: skip
    listed = rx.el.details(
        rx.el.summary(t("Day by day"), class_name="cursor-pointer min-h-9 content-center"),
        rx.el.ul(
            rx.foreach(days, lambda d: rx.el.li(rx.el.span(d.day), rx.el.span(d.amount),
                                                class_name="flex justify-between gap-6 py-0.5")),
            class_name="max-h-80 overflow-y-auto max-w-72 text-14", tab_index=0, aria_label=t("Interest day by day"),
        ),
        class_name="mt-2",
    )  # fmt: skip
    return rx.fragment(stretches, unknown, rx.cond(days.length() > 0, listed, rx.fragment()))
