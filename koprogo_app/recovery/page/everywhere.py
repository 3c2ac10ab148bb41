"""The arrears of all buildings."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.page.parts import ages_card
from koprogo_app.recovery.state.everywhere import AllArrears
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/portfolio/arrears", title=N_("Arrears of all buildings"), on_load=AllArrears.load)
def everywhere() -> rx.Component:
    """The sum, then building by building, those that owe most first."""
    s = AllArrears
    columns = [
        Column(t("Building"), lambda r: link(r.building, r.href), primary=True),
        Column(t("Past due"), lambda r: r.late, kind="money"),
        Column(t("1–30 d"), lambda r: r.to_30, kind="money"),
        Column(t("31–60 d"), lambda r: r.to_60, kind="money"),
        Column(t("61–90 d"), lambda r: r.to_90, kind="money"),
        Column(t("> 90 d"), lambda r: r.over_90, kind="money"),
        Column(t("Late co-owners"), lambda r: r.owners, kind="number"),
        Column(
            t("Reminders"),
            lambda r: rx.cond(
                r.waiting > 0, badge(t("{count} to send", count=r.waiting.to_string()), "attention"), rx.fragment()
            ),
        ),
    ]
    content = rx.fragment(
        page_header(t("Arrears of all buildings"), over=trail(link(t("Buildings"), "/portfolio"))),
        blocks(
            ages_card(s.ages),
            table(
                t("Arrears of all buildings"), columns, s.rows, key=lambda r: r.id,
                empty=t("No building with opened accounts yet."),
            ),
        ),
    )  # fmt: skip
    return shown(s, content)
