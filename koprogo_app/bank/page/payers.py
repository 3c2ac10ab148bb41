"""What was learnt of payers."""

import reflex as rx

from koprogo_app.bank.state.payers import PayerLine, Payers
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import places, trail


@page("/buildings/[building_id]/payers", title=N_("Known payers"), on_load=Payers.load)
def payers() -> rx.Component:
    """The list, each row with what can be done with it."""
    over = trail(link(Payers.building, Payers.base), "/", link(t("Bank"), Payers.base + "/bank"))
    under = t("What you decided for a payer is proposed the next time. It is certain only where an account can mean "
              "one debtor: in the co-owner's own name, or because you say so here.")  # fmt: skip
    columns = [
        Column(t("Payer or payee"), _payer, primary=True),
        Column(t("Money"), lambda row: row.way),
        Column(t("For"), lambda row: _two(row.target, row.label)),
        Column(t("How sure"), _certain),
        Column(t("Decided"), lambda row: row.by),
        Column(t("Forget"), _forget),
    ]
    content = rx.fragment(
        page_header(t("Known payers"), over=over, under=under),
        table(
            t("Known payers"),
            columns,
            Payers.rows,
            empty=t("Nothing is known yet: it begins with the first movement that you assign by hand."),
            key=lambda row: row.id,
            foot=places(Payers.at),
        ),
    )
    return shown(Payers, content)


def _two(value: rx.Var[str], under: rx.Var[str]) -> rx.Component:
    return rx.fragment(value, rx.cond(under != "", rx.el.p(under, class_name="text-13 text-muted"), rx.fragment()))


def _payer(row: rx.Var[PayerLine]) -> rx.Component:
    return rx.fragment(
        rx.el.span(row.payer, class_name="tabular-nums"),
        rx.el.p(row.kind, class_name="text-13 text-muted font-normal"),
    )


def _certain(row: rx.Var[PayerLine]) -> rx.Component:
    mark = rx.cond(row.certain, badge(t("certain"), "done"), badge(t("looked at each time")))
    change = rx.cond(
        row.certain,
        button(t("Look at it each time"), on_click=Payers.act(row.id, "open")),
        button(t("For this one only"), on_click=Payers.act(row.id, "sole")),
    )
    may = Payers.write & (row.certain | row.account)
    return rx.el.div(mark, rx.cond(may, change, rx.fragment()), class_name="flex flex-wrap items-center gap-2")


def _forget(row: rx.Var[PayerLine]) -> rx.Component:
    return rx.cond(Payers.write, button(t("Forget"), on_click=Payers.act(row.id, "forget")), rx.fragment())
