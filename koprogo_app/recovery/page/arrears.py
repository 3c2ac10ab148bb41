"""The arrears of a building."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.chart import chart
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, cards, figure, link
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.page.parts import ages_card, pdf_link, recovery_header
from koprogo_app.recovery.state.arrears import Arrears, LateLine
from koprogo_app.workspace.page.kit import shown


@page("/buildings/[building_id]/arrears", title=N_("Arrears"), on_load=Arrears.load)
def arrears() -> rx.Component:
    """Who is late, what to send, how it goes."""
    acts = rx.cond(
        Arrears.write,
        rx.el.div(
            button(t("Prepare what is due today"), on_click=Arrears.prepare),
            rx.cond(
                Arrears.waiting > 0,
                button(t("Send all ({count})", count=Arrears.waiting), kind="primary", on_click=Arrears.send_all,
                       busy=Arrears.sending_now),
                rx.fragment(),
            ),
            class_name="flex flex-wrap gap-2.5",
        ),
        rx.fragment(),
    )  # fmt: skip
    content = rx.fragment(
        recovery_header(t("Arrears"), Arrears, "arrears", acts),
        blocks(_behind(), ages_card(Arrears.ages), _table(), _figures()),
    )
    return shown(Arrears, content)


def _behind() -> rx.Component:
    late = callout(
        "attention",
        t("Payments may be on their way: reminders go out by themselves again once the bank’s statements are in."),
        title=t("The bank’s newest statement is some days old"),
    )
    return rx.cond(Arrears.behind, late, rx.fragment())


def _table() -> rx.Component:
    columns = [
        Column(t("Co-owner"), lambda r: link(r.owner, r.href), primary=True),
        Column(t("Past due"), lambda r: r.late, kind="money"),
        Column(t("1–30 d"), lambda r: r.to_30, kind="money"),
        Column(t("31–60 d"), lambda r: r.to_60, kind="money"),
        Column(t("61–90 d"), lambda r: r.to_90, kind="money"),
        Column(t("> 90 d"), lambda r: r.over_90, kind="money"),
        Column(t("Interest"), lambda r: r.interest, kind="money"),
        Column(t("Level"), lambda r: badge(r.level, r.level_kind.to(str))),
        Column(t(P_("step of recovery", "Next")), _next),
    ]
    return table(
        t("Late co-owners"), columns, Arrears.rows, key=lambda r: r.id,
        empty=t("Nobody is late. Reminders appear here when a call has been due for some days."),
    )  # fmt: skip


def _next(row: rx.Var[LateLine]) -> rx.Component:
    letter = rx.el.div(
        pdf_link(t("Letter: {level}", level=row.letter_name), row.letter_pdf),
        rx.cond(Arrears.write, button(t("Send"), on_click=Arrears.send(row.letter_id)), rx.fragment()),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
    )
    coming = rx.el.span(row.coming, class_name="text-muted")
    return rx.cond(row.hold != "", badge(row.hold, "information"), rx.cond(row.letter_id != "", letter, coming))


def _figures() -> rx.Component:
    f = Arrears.figures
    return blocks(
        cards(
            card(figure(t("Recovered after a reminder"), f.recovered,
                        t("of {amount} reminded of in the last twelve months", amount=f.recovered_of))),
            card(figure(t("Days outstanding"), f.outstanding,
                        t("for so many days of calls co-owners still owe"))),
        ),
        blocks(
            card(chart(t("Past due at the end of each month"), Arrears.over_time, empty=t("Nothing to show yet.")),
                 title=t("Over the months")),
            card(chart(t("Past due by the level reached"), Arrears.by_level, empty=t("Nobody is late.")),
                 title=t("By level")),
        ),
    )  # fmt: skip
