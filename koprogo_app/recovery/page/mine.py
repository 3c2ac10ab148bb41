"""An owner's own arrears: what, why, interest day by day, how to pay."""

import reflex as rx

from koprogo_app.calls.page.paying import how_to_pay
from koprogo_app.calls.state.paying import Asking, WayLine
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, card, empty_state, figure, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.recovery.page.parts import debts_table, interest_block, pdf_link
from koprogo_app.recovery.state.lines import DayLine, LetterLine, SliceLine
from koprogo_app.recovery.state.mine import Mine, MyArrears
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/arrears", title=N_("What I owe"), on_load=Mine.load)
def mine() -> rx.Component:
    """Each building in which she owes something."""
    nothing = empty_state(t("You owe nothing"), t("Every charge that was called is paid. Thank you."))
    content = rx.fragment(
        page_header(t("What I owe"), over=trail(link(t("Home"), "/home"))),
        rx.cond(Mine.rows.length() > 0, blocks(rx.foreach(Mine.rows, _place)), nothing),
    )
    return shown(Mine, content)


def _place(row: rx.Var[MyArrears]) -> rx.Component:
    return rx.el.section(
        rx.el.h2(row.building, class_name="text-18 font-strong"),
        _sum(row),
        debts_table(row.debts, t("Nothing is open.")),
        card(
            interest_block(row.slices.to(list[SliceLine]), row.days.to(list[DayLine]), row.known),
            title=t("Interest"),
        ),
        rx.cond(row.letters.length() > 0, card(rx.el.ul(rx.foreach(row.letters.to(list[LetterLine]), _letter)),
                                               title=t("Letters")), rx.fragment()),
        class_name="grid grid-cols-1 gap-3.5",
    )  # fmt: skip


def _sum(row: rx.Var[MyArrears]) -> rx.Component:
    asking = row.asking.to(Asking)
    late = rx.cond(
        asking.late != "",
        rx.el.p(t("{amount} of it is past due.", amount=asking.late), class_name="text-attention mt-1"),
        rx.fragment(),
    )
    return card(
        figure(t("To pay now"), asking.pay),
        late,
        how_to_pay(asking),
        rx.cond(
            asking.ways.to(list[WayLine]).length() > 0,
            rx.el.p(t("Scan the code with your banking app, or copy the account and the message."),
                    class_name="text-13 text-muted mt-2"),
            rx.fragment(),
        ),
    )  # fmt: skip


def _letter(row: rx.Var[LetterLine]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            badge(row.level, row.level_kind.to(str)), " ", row.on,
            rx.cond(row.waived != "", rx.el.span(" · ", row.waived, class_name="text-13 text-muted"), rx.fragment()),
        ),
        pdf_link(t("Letter (PDF)"), row.pdf),
        class_name="flex flex-wrap justify-between gap-3 py-2 border-b border-line-soft last:border-0",
    )  # fmt: skip
