"""What waits in a building's money: put into the slot of the building's overview."""

import reflex as rx

from koprogo_app.calls.page.call_parts import bar
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import card, cards, figure, link
from koprogo_app.interface.text import t
from koprogo_app.statements.state.today import Age, MoneyToday
from koprogo_app.workspace.page.kit import page_part


def money_today() -> rx.Component:
    """Each number leads to its page."""
    shown, base = MoneyToday.shown, MoneyToday.base
    drafts = rx.cond(
        shown.drafts > 0,
        link(
            t(N_("{count} call in draft", "{count} calls in draft"), count=shown.drafts),
            base + "/calls?status=draft",
        ),
        "",
    )
    due = rx.cond(shown.due != "", t("from {day}", day=shown.due), t("nothing within 30 days"))
    numbers = cards(
        card(figure(t("Arrears"), link(shown.arrears, base + "/arrears", class_name="kit-link"),
                    t(N_("{count} co-owner late", "{count} co-owners late"), count=shown.owners))),
        card(figure(t("Due within 30 days"), link(shown.called, base + "/calls", class_name="kit-link"),
                    rx.fragment(due, " ", drafts))),
        card(figure(t("Invoices to approve"),
                    link(shown.approve, base + "/invoices?status=submitted", class_name="kit-link"))),
        card(figure(t("Bank lines to match"), link(shown.match, base + "/bank", class_name="kit-link"))),
        columns=4,
    )  # fmt: skip
    ages = card(rx.el.ul(rx.foreach(MoneyToday.ages, _age)), title=t("Arrears by age"))
    content = rx.el.div(
        numbers, rx.cond(MoneyToday.ages.length() > 0, ages, rx.fragment()), class_name="grid gap-3.5 mt-3.5"
    )
    return rx.fragment(
        OnPath.create(on_path=MoneyToday.load), page_part(MoneyToday, rx.cond(MoneyToday.kept, content, rx.fragment()))
    )


def _age(age: rx.Var[Age]) -> rx.Component:
    return rx.el.li(
        rx.el.span(age.label, class_name="w-40"),
        rx.el.span(bar(age.part, age.label), class_name="grow basis-24"),
        rx.el.span(age.amount, class_name="w-28 text-end tabular-nums"),
        class_name="flex flex-wrap items-center gap-x-4 py-1",
    )
