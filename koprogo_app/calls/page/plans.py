"""The instalment plans of a building."""

import reflex as rx

from koprogo_app.calls.page.call_parts import call_tabs
from koprogo_app.calls.state.plans import Plans
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/buildings/[building_id]/plans", title=N_("Instalment plans"), on_load=Plans.load)
def plans() -> rx.Component:
    """The list; a plan is agreed on the account of its owner."""
    columns = [
        Column(t("Co-owner"), lambda p: link(p.owner, p.href), primary=True),
        Column(t("Agreed on"), lambda p: p.agreed),
        Column(t("Note"), lambda p: p.note),
        Column(t("Amount"), lambda p: p.amount, kind="money"),
        Column(t("Paid"), lambda p: p.paid, kind="money"),
        Column(t("State"), lambda p: badge(p.state, p.kind)),
    ]
    content = rx.fragment(
        page_header(t("Instalment plans"), over=trail(link(Plans.building, Plans.base))),
        call_tabs(Plans.base, "plans"),
        table(
            t("Instalment plans"), columns, Plans.rows, key=lambda p: p.id,
            empty=t("No plan yet. Open the account of an owner who is late to agree on one."),
        ),
    )  # fmt: skip
    return shown(Plans, content)
