"""The budget's alerts on the overview of a building."""

import reflex as rx

from koprogo_app.budget.state.notice import BudgetNotice
from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import callout, link
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import beside
from koprogo_app.workspace.page.parts import law_tag


def budget_notice() -> rx.Component:
    """Lines over the budget, a year without one, a reserve fund that is short."""
    over = callout(
        "refused",
        rx.el.ul(
            rx.foreach(
                BudgetNotice.lines,
                lambda line: rx.el.li(
                    line.text, ": ", t("{actual} for {budget} budgeted", actual=line.actual, budget=line.budget)
                ),
            )
        ),
        title=t("More than {percent} % over the budget to date", percent=BudgetNotice.percent),
        actions=[link(t("Budget and actual"), BudgetNotice.link)],
    )
    reserve = BudgetNotice.reserve
    content = rx.fragment(
        _note(BudgetNotice.lines.length() > 0, over),
        _note(
            BudgetNotice.warning != "",
            callout("attention", BudgetNotice.warning, " ", law_tag("art. 3.89 §5 16°")),
        ),
        _note(reserve.text != "", callout("attention", reserve.text, " ", law_tag(reserve.article))),
    )
    return rx.fragment(OnPath.create(on_path=BudgetNotice.load), beside(BudgetNotice, content))


def _note(said: rx.Var[bool], note: rx.Component) -> rx.Component:
    return rx.cond(said, rx.el.div(note, class_name="mt-3.5"), rx.fragment())
