"""The dialogs of the budget's page."""

import reflex as rx

from koprogo_app.budget.state.acts import BudgetActs
from koprogo_app.budget.state.budget import BudgetPage
from koprogo_app.interface.dialog import dialog
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
from koprogo_app.workspace.page.parts import row_of


def _actions(label: rx.Var[str]) -> rx.Component:
    return form_actions(button(label, kind="primary", type="submit"), button(t("Cancel"), on_click=BudgetActs.stop))


def new_dialog() -> rx.Component:
    """A budget of a year, or a supplementary one."""
    errors = BudgetActs.errors
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
        on_submit=BudgetActs.create,
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
        on_submit=BudgetActs.create,
    )
    return rx.fragment(
        dialog(t("Draft a budget"), year, open=BudgetActs.dialog == "new", on_close=BudgetActs.stop),
        dialog(t("Supplementary budget"), extra, open=BudgetActs.dialog == "extra", on_close=BudgetActs.stop),
    )


def vote_dialog() -> rx.Component:
    """What the assembly decided."""
    errors = BudgetActs.errors
    papers = rx.cond(
        BudgetActs.papers.length() > 0,
        rx.el.div(
            rx.el.label(t("The minutes"), html_for="f-minutes", class_name="block mb-1 text-13 font-semibold"),
            rx.el.select(
                rx.el.option("–", value=""),
                rx.foreach(BudgetActs.papers, lambda one: rx.el.option(one["label"], value=one["value"])),
                name="document_id",
                id="f-minutes",
                class_name="kit-input",
            ),
        ),
        rx.fragment(),
    )
    waiver = rx.cond(
        BudgetPage.rule["status"] == "short",
        text_field(
            "waiver", t("Decision not to feed the reserve fund as the law asks"), errors=errors, auto_complete="off",
            hint=rx.fragment(t("Its reference, if the assembly decided so with four fifths of the votes"), " ",
                             article_tag("3.86 §3")),
        ),
        rx.fragment(),
    )  # fmt: skip
    return dialog(
        t("Record the vote"),
        form(
            form_error(errors),
            row_of(
                date_field(
                    "voted_on", t("Day of the assembly"), errors=errors, required=True, default_value=BudgetActs.today
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
            waiver,
            rx.el.p(t("Once voted, the budget never changes."), class_name="text-13 text-muted"),
            _actions(t("Record the vote")),
            on_submit=BudgetActs.record,
        ),
        open=BudgetActs.dialog == "vote",
        on_close=BudgetActs.stop,
    )


def reject_dialog() -> rx.Component:
    """Why the budget comes back."""
    return dialog(
        t("Send the budget back"),
        form(
            form_error(BudgetActs.errors),
            text_area("reason", t("Reason"), errors=BudgetActs.errors, required=True, rows=3),
            _actions(t("Send it back")),
            on_submit=BudgetActs.reject,
        ),
        open=BudgetActs.dialog == "reject",
        on_close=BudgetActs.stop,
    )


def delete_dialog() -> rx.Component:
    """Whether the draft may go."""
    return dialog(
        t("Delete the draft"),
        form_error(BudgetActs.errors),
        rx.el.p(t("The draft and its lines are gone for good.")),
        form_actions(
            button(t("Delete the draft"), kind="danger", on_click=BudgetActs.delete),
            button(t("Cancel"), on_click=BudgetActs.stop),
        ),
        open=BudgetActs.dialog == "delete",
        on_close=BudgetActs.stop,
        narrow=True,
    )


def months_dialog() -> rx.Component:
    """How a line falls over the months of the year."""
    line = BudgetPage.profiled
    return dialog(
        t("Months of account {code}", code=line["code"]),
        form(
            form_error(BudgetPage.adding),
            text_field(
                "weights",
                t("A weight for each month"),
                errors=BudgetPage.adding,
                required=True,
                default_value=line["weights"],
                key=line["id"] + line["version"],
                auto_complete="off",
                hint=t("{count} numbers separated by spaces: 1 0 0 asks all in the first month", count=line["count"]),
            ),
            form_actions(
                button(t("Save"), kind="primary", type="submit"),
                button(t("Cancel"), on_click=BudgetPage.close_months),
            ),
            on_submit=BudgetPage.save_months,
        ),
        open=BudgetPage.profiled.contains("id"),
        on_close=BudgetPage.close_months,
    )
