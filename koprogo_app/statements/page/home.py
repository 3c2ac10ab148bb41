"""What an owner's home shows of her money: what she owes, and what the year cost her; put into the home's slot."""

import reflex as rx

from koprogo_app.calls.page.paying import how_to_pay
from koprogo_app.calls.state.paying import Asking
from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import badge, button_link, card, link
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.statements.state.my_charges import MyCharges, MyNature, MyYear
from koprogo_app.statements.state.my_money import MyAccount, MyLetter, MyMoney
from koprogo_app.workspace.page.kit import beside


def my_money() -> rx.Component:
    """Her accounts, or nothing where no accounts are kept."""
    accounts = rx.el.div(rx.foreach(MyMoney.rows, _account), class_name="grid gap-3.5")
    return rx.fragment(OnPath.create(on_path=MyMoney.load), beside(MyMoney, accounts))


def _account(one: rx.Var[MyAccount]) -> rx.Component:
    asking = one.asking.to(Asking)
    letters = one.letters.to(list[MyLetter])
    return card(
        rx.el.div(
            rx.el.span(asking.pay, class_name="text-34 font-strong"),
            " ",
            badge(asking.state, asking.kind.to(str)),
            class_name="flex flex-wrap items-center gap-3",
        ),
        rx.cond(
            asking.next != "", rx.el.p(t("Next: {what}", what=asking.next), class_name="text-muted"), rx.fragment()
        ),
        how_to_pay(asking),
        rx.cond(
            letters.length() > 0,
            rx.el.div(
                rx.el.p(t("Letters"), class_name="text-13 font-semibold mt-2"),
                rx.el.ul(
                    rx.foreach(
                        letters,
                        lambda x: rx.el.li(
                            rx.el.a(x.label, href=x.href, target="_blank", class_name="kit-link"), class_name="py-1"
                        ),
                    )
                ),
            ),
            rx.fragment(),
        ),
        rx.el.div(
            button_link(t("My account, line by line"), one.href),
            button_link(t("My statement of charges"), one.statement),
            class_name="mt-3 flex flex-wrap gap-2.5",
        ),
        title=rx.fragment(t("What you owe"), " · ", one.building),
    )


def my_charges() -> rx.Component:
    """What the running year cost her so far, by nature, with its proof; nothing before the first cost."""
    years = rx.fragment(rx.foreach(MyCharges.rows, _year))
    return rx.fragment(OnPath.create(on_path=MyCharges.load), beside(MyCharges, years))


def _year(one: rx.Var[MyYear]) -> rx.Component:
    columns = [
        Column(t("Nature"), _nature, primary=True),
        Column(t("Key"), lambda n: n.key, wide=True),
        Column(t("Building"), lambda n: n.whole, kind="money", wide=True),
        Column(t("Your share"), lambda n: rx.el.strong(n.mine), kind="money"),
    ]
    total = rx.el.p(t("Total"), " ", rx.el.strong(one.total), " ", rx.el.span(one.more, class_name="text-muted"))
    return card(
        table(one.title, columns, one.natures.to(list[MyNature]), empty="", foot=total),
        rx.el.div(
            rx.cond(one.holds, badge(one.proof, "done"), rx.fragment()),
            link(t("Every line, its key and its invoice"), one.href),
            class_name="mt-3 flex flex-wrap items-center gap-3",
        ),
        title=one.title,
    )


def _nature(one: rx.Var[MyNature]) -> rx.Component:
    return rx.fragment(one.label, " ", rx.el.span(one.code, class_name="text-13 text-muted font-normal"))
