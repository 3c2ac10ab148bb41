"""The dialogs of the budget's page."""

from typing import Any

import reflex as rx

from koprogo_app.budget.state.budget import BudgetPage
from koprogo_app.interface.form import (
    date_field,
    form,
    form_actions,
    form_error,
    select_field,
    text_area,
    text_field,
)
from koprogo_app.interface.parts import article_tag, button
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, dialog
from koprogo_app.workspace.page.parts import row_of


def _actions(label: rx.Var[str]) -> rx.Component:
    return form_actions(button(label, kind="primary", type="submit"), button(t("Cancel"), on_click=BudgetPage.close))


def new_dialog() -> rx.Component:
    """A budget of a year, or a supplementary one."""
    errors = BudgetPage.errors
    sources = [
        ("actuals", t("What last year cost")),
        ("budget", t("Last year's budget")),
        ("empty", t("Nothing: I type it")),
    ]
    year = form(
        form_error(errors),
        row_of(
            text_field(
                "year", t("Financial year that begins in"), errors=errors, required=True, input_mode="numeric",
                default_value=BudgetPage.next_year.to_string(), auto_complete="off",
            ),
            select_field("source", t("Begin with"), sources, errors=errors, required=True),
        ),
        text_field(
            "index", t("Index, in per cent"), errors=errors, input_mode="decimal", default_value="0",
            auto_complete="off", hint=t("Each amount is changed by so much, and rounded to the euro"),
        ),
        _actions(t("Draft the budget")),
        on_submit=BudgetPage.create,
    )  # fmt: skip
    extra = form(
        form_error(errors),
        rx.el.p(
            t("The voted budget stays as it is; what is added is voted by itself."),
            " ",
            article_tag("3.89 §5 16°"),
            class_name="text-muted",
        ),
        text_field("label", t("What it is for"), errors=errors, required=True, auto_complete="off", id="f-extra"),
        _actions(t("Draft it")),
        on_submit=BudgetPage.add_to,
    )
    return rx.fragment(
        dialog(BudgetPage, "new", t("Draft a budget"), year),
        dialog(BudgetPage, "extra", t("Supplementary budget"), extra),
    )


def vote_dialog() -> rx.Component:
    """What the assembly decided."""
    errors = BudgetPage.errors
    papers = rx.cond(
        BudgetPage.papers.length() > 0,
        rx.el.div(
            rx.el.label(t("The minutes"), html_for="f-minutes", class_name="block mb-1 text-13 font-semibold"),
            rx.el.select(
                rx.el.option("–", value=""),
                rx.foreach(BudgetPage.papers, lambda one: rx.el.option(one["label"], value=one["value"])),
                name="document_id",
                id="f-minutes",
                class_name="kit-input",
            ),
        ),
        rx.fragment(),
    )
    reserve = rx.cond(
        BudgetPage.rule.unanswered & (BudgetPage.head.number == 0),
        rx.fragment(
            _waiver(),
            text_area(
                "reserve_reason", t("Or why the reserve fund gets less"), errors=errors, rows=2,
                hint=t("When the assembly took no such decision"),
            ),
        ),
        rx.fragment(),
    )  # fmt: skip
    return dialog(
        BudgetPage,
        "vote",
        t("Record the vote"),
        form(
            form_error(errors),
            row_of(
                date_field(
                    "voted_on", t("Day of the assembly"), errors=errors, required=True, default_value=BudgetPage.today
                ),
                text_field(
                    "decision",
                    t("Point of the minutes"),
                    errors=errors,
                    auto_complete="off",
                    hint=t("For instance: assembly of 12/05/2026, item 7"),
                ),
            ),
            papers,
            reserve,
            rx.el.p(t("Once voted, the budget never changes."), class_name="text-13 text-muted"),
            _actions(t("Record the vote")),
            on_submit=BudgetPage.record,
        ),
    )


def _waiver(**props: Any) -> rx.Component:
    return text_field(
        "waiver", t("Decision not to feed the reserve fund as the law asks"), errors=BudgetPage.errors,
        auto_complete="off",
        hint=rx.fragment(t("Its reference, if the assembly decided so with four fifths of the votes"), " ",
                         article_tag("3.86 §3")),
        **props,
    )  # fmt: skip


def waive_dialog() -> rx.Component:
    """The waiver of the reserve that the assembly decided after it had voted the budget."""
    errors = BudgetPage.errors
    return dialog(
        BudgetPage,
        "waive",
        t("Name the decision on the reserve fund"),
        form(
            form_error(errors),
            _waiver(id="f-later-waiver", required=True),
            date_field(
                "waived_on", t("Day of the assembly"), errors=errors, required=True, default_value=BudgetPage.today
            ),
            _actions(t("Save")),
            on_submit=BudgetPage.waive,
        ),
    )


def reject_dialog() -> rx.Component:
    """Why the budget comes back."""
    return dialog(
        BudgetPage,
        "reject",
        t("Send the budget back"),
        form(
            form_error(BudgetPage.errors),
            text_area("reason", t("Reason"), errors=BudgetPage.errors, required=True, rows=3),
            _actions(t("Send it back")),
            on_submit=BudgetPage.reject,
        ),
    )


def delete_dialog() -> rx.Component:
    """Whether the draft may go."""
    return ask(
        BudgetPage, "delete", t("Delete the draft"), rx.el.p(t("The draft and its lines are gone for good.")),
        act=t("Delete the draft"), on_submit=BudgetPage.delete, kind="danger",
    )  # fmt: skip


def months_dialog() -> rx.Component:
    """How a line falls over the months of the year."""
    months = BudgetPage.months
    return dialog(
        BudgetPage,
        "months",
        t("Months of account {code}", code=months.code),
        form(
            form_error(BudgetPage.errors),
            text_field(
                "profile",
                t("A weight for each month"),
                errors=BudgetPage.errors,
                required=True,
                default_value=months.weights,
                auto_complete="off",
                hint=t("{count} numbers separated by spaces: 1 0 0 asks all in the first month", count=months.count),
            ),
            _actions(t("Save")),
            on_submit=BudgetPage.save_months,
        ),
    )
