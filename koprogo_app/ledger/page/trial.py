"""The trial balance."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, link
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.page.parts import books_header
from koprogo_app.ledger.state.reports import Trial
from koprogo_app.ledger.state.seal import BooksSeal
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import part_filter, year_filter


@page("/buildings/[building_id]/trial-balance", title=N_("Trial balance"), on_load=[Trial.load, BooksSeal.load])
def trial_balance() -> rx.Component:
    """Opening, movements and closing of each account."""
    content = rx.fragment(books_header(t("Trial balance"), Trial, "trial-balance"), _table())
    return shown(Trial, content)


def _table() -> rx.Component:
    sums = Trial.sums
    columns = [
        Column(t("Ledger account"),
               lambda r: link(rx.fragment(rx.el.span(r.code, class_name="tabular-nums me-2"), r.label),
                                            r.href, class_name="hover:underline font-normal"), primary=True),
        Column(t("Opening"), lambda r: r.opening, kind="money"),
        Column(t("Debit"), lambda r: r.debit, kind="money"),
        Column(t("Credit"), lambda r: r.credit, kind="money"),
        Column(t("Closing"), lambda r: r.closing, kind="money"),
    ]  # fmt: skip
    totals = rx.el.div(
        rx.cond(
            sums.earlier != "",
            rx.el.span(t("Result of earlier years, not closed yet: {amount}", amount=sums.earlier)),
            rx.fragment(),
        ),
        rx.el.span(t("Debit"), " ", rx.el.strong(sums.debit, class_name="tabular-nums")),
        rx.el.span(t("Credit"), " ", rx.el.strong(sums.credit, class_name="tabular-nums")),
        badge(sums.proof, sums.kind),
        class_name="flex flex-wrap items-center gap-x-5 gap-y-1",
    )
    return table(
        t("Trial balance"),
        columns,
        Trial.rows,
        empty=t("Nothing was posted in these days."),
        key=lambda r: r.code,
        head=filter_bar(
            year_filter(Trial.years), part_filter(), rx.el.span(sums.days, class_name="ms-auto text-13 text-muted")
        ),
        foot=totals,
    )
