"""The budget's alerts on the overview of a building."""

import reflex as rx

from koprogo_app.budget.state.notice import BudgetNotice
from koprogo_app.interface.on_path import OnPath
from koprogo_app.interface.parts import callout, link
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import law_tag


def budget_notice() -> rx.Component:
    """Lines over the budget, a year without one, a reserve fund that is short."""
    one = callout(
        "refused",
        rx.el.ul(
            rx.foreach(
                BudgetNotice.lines,
                lambda line: rx.el.li(
                    line["text"],
                    ": ",
                    t("{actual} for {budget} budgeted", actual=line["actual"], budget=line["budget"]),
                ),
            )
        ),
        title=t("More than {percent} % over the budget to date", percent=BudgetNotice.percent),
        actions=[link(t("Budget and actual"), BudgetNotice.link)],
    )
    return rx.fragment(
        OnPath.create(on_path=BudgetNotice.load),
        rx.cond(BudgetNotice.lines.length() > 0, rx.el.div(one, class_name="mt-3.5"), rx.fragment()),
        rx.cond(
            BudgetNotice.warning != "",
            rx.el.div(
                callout("attention", BudgetNotice.warning, " ", law_tag("art. 3.89 §5 16°")), class_name="mt-3.5"
            ),
            rx.fragment(),
        ),
        rx.cond(
            BudgetNotice.reserve.contains("text"),
            rx.el.div(
                callout("attention", BudgetNotice.reserve["text"], " ", law_tag(BudgetNotice.reserve["article"])),
                class_name="mt-3.5",
            ),
            rx.fragment(),
        ),
    )
