"""What the pages of the budget share: where one is among them, which budget it is."""

from typing import Any

import reflex as rx

from koprogo_app.budget.state.common import BudgetLink
from koprogo_app.interface.parts import Text, badge, link, page_header, tabs
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import trail


def budget_header(
    title: Text, state: Any, here: str, query: rx.Var[str], *actions: rx.Component, under: Text | None = None
) -> rx.Component:
    """The page's name under its building, and the other pages of the same budget."""
    return rx.fragment(
        page_header(title, *actions, over=trail(link(state.building, state.base)), under=under),
        _tabs(state.base, here, query),
    )


def _tabs(base: rx.Var[str], here: str, query: rx.Var[str]) -> rx.Component:
    pages = (
        ("budget", t("Budget")),
        ("budget/provisions", t("Provisions")),
        ("budget/variance", t("Budget and actual")),
    )
    return tabs(t("Budget"), base, pages, here, query)


def budget_choices(
    choices: rx.Var[list[BudgetLink]], base: rx.Var[str], page: str, current: rx.Var[str]
) -> rx.Component:
    """The budgets of the building, to go from one to another."""

    def one(choice: rx.Var[BudgetLink]) -> rx.Component:
        return rx.el.li(
            link(
                rx.fragment(choice.text, " ", badge(choice.state, choice.kind)),
                base + f"/{page}?" + choice.query,
                aria_current=rx.cond(choice.query == current, "page", "false"),
                class_name="kit-link aria-[current=page]:font-semibold aria-[current=page]:text-text",
            ),
        )

    return rx.cond(
        choices.length() > 1,
        rx.el.nav(
            rx.el.ul(rx.foreach(choices, one), class_name="flex flex-wrap gap-x-5 gap-y-1.5 text-14"),
            aria_label=t("Budgets of the building"),
        ),
        rx.fragment(),
    )
