"""A building's recovery policy: its levels, and what interest rests on."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import (
    checkbox_field,
    form,
    form_actions,
    form_error,
    money_field,
    select_field,
    text_field,
)
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, blocks, button, card
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.page.parts import recovery_header
from koprogo_app.recovery.state.policy import RecoveryRules
from koprogo_app.recovery.words import BASES, CHANNELS, DAY_COUNTS, LEVELS, STARTS
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import row_of


@page("/buildings/[building_id]/recovery-policy", title=N_("Recovery policy"), on_load=RecoveryRules.load)
def recovery_policy() -> rx.Component:
    """The form, and the legal rates beside it."""
    s = RecoveryRules
    save = rx.cond(s.write, form_actions(button(t("Save"), kind="primary", type="submit")), rx.fragment())
    fields = rx.el.fieldset(
        blocks(rx.el.div(*[_level(n) for n in (1, 2, 3)], class_name="grid grid-cols-1 gap-3.5 lg:grid-cols-3"),
              _interest()),
        form_error(s.errors),
        save,
        disabled=~s.write,
        class_name="grid gap-3.5",
    )  # fmt: skip
    content = rx.fragment(
        recovery_header(t("Recovery policy"), s, "recovery-policy"),
        blocks(form(fields, on_submit=s.save, key=s.version.to_string()), _rates()),
    )
    return shown(s, content)


def _level(n: int) -> rx.Component:
    s = RecoveryRules
    v, errors = s.values, s.errors
    costs = (
        rx.el.p(t("The first reminder is free."), class_name="text-13 text-muted")
        if n == 1
        else money_field(f"costs_{n}", t("Costs, €"), errors=errors, required=True, default_value=v[f"costs_{n}"],
                         hint=t("Only as far as the regulation or the contract allows"))
    )  # fmt: skip
    by_itself = (
        checkbox_field(f"automatic_{n}", t("Goes out by itself, by e-mail"), errors=errors,
                       default_checked=s.ticks[f"automatic_{n}"])
        if n < 3
        else rx.el.p(t("A formal notice always waits for your click: it goes by registered post."),
                     class_name="text-13 text-muted")
    )  # fmt: skip
    return card(
        rx.el.div(
            text_field(f"days_{n}", t("Days after the due date"), errors=errors, required=True, input_mode="numeric",
                       auto_complete="off", default_value=v[f"days_{n}"]),
            select_field(f"channel_{n}", t("Goes out"), [(k, t(label)) for k, label in CHANNELS.items()],
                         errors=errors, required=True, default_value=v[f"channel_{n}"]),
            text_field(f"react_days_{n}", t("Days to react"), errors=errors, required=True, input_mode="numeric",
                       auto_complete="off", default_value=v[f"react_days_{n}"], hint=t("At least 14")),
            costs,
            by_itself,
            class_name="grid gap-3.5",
        ),
        title=rx.fragment(f"{n}. ", t(LEVELS[n])),
    )  # fmt: skip


def _interest() -> rx.Component:
    s = RecoveryRules
    v, errors = s.values, s.errors
    clause = row_of(
        text_field("clause_percent", t("Rate of the clause, % a year"), errors=errors, required=True,
                   input_mode="decimal", auto_complete="off", default_value=v["clause_percent"]),
        select_field("clause_start", t("Runs from"), [(k, t(label)) for k, label in STARTS.items()], errors=errors,
                     required=True, default_value=v["clause_start"]),
        text_field("clause_reference", rx.fragment(t("Where the regulation says it"), " ", article_tag("3.85 §1")),
                   errors=errors, required=True, auto_complete="off", default_value=v["clause_reference"],
                   hint=t("A clause in the house rules or a habit of the assembly is not enough")),
    )  # fmt: skip
    return card(
        rx.el.div(
            row_of(
                select_field("basis", t("Interest"), [(k, t(label)) for k, label in BASES.items()], errors=errors,
                             required=True, default_value=v["basis"], on_change=s.choose_basis),
                select_field("day_count", t("A year counts"), [(k, t(label)) for k, label in DAY_COUNTS.items()],
                             errors=errors, required=True, default_value=v["day_count"]),
            ),
            rx.cond(s.basis == "clause", clause, rx.fragment()),
            checkbox_field(
                "guard", t("Keep under the ceilings for consumers’ debts"), errors=errors,
                default_checked=s.ticks["guard"],
                hint=t("Book XIX of the Code of Economic Law does not apply to co-owners’ charges; a building may "
                       "take its ceilings on costs and interest as its own, for natural persons."),
            ),
            checkbox_field(
                "charges_first", t("Payments meet the charges first"), errors=errors,
                default_checked=s.ticks["charges_first"],
                hint=t("By law a payment meets the interest and costs that were asked, then the charges (art. 1254 of "
                       "the old Civil Code). Tick this only where the regulation or an agreement says otherwise."),
            ),
            text_field("bank_days", t("Working days after which a bank statement must be in"), errors=errors,
                       required=True, input_mode="numeric", auto_complete="off", default_value=v["bank_days"],
                       hint=t("Older statements hold back what goes out by itself; 0: never")),
            class_name="grid gap-3.5",
        ),
        title=t("Interest and caution"),
    )  # fmt: skip


def _rates() -> rx.Component:
    return card(
        table(
            t("Legal rate in civil matters"),
            [
                Column(t("Calendar year"), lambda r: r.year, primary=True),
                Column(t("Rate"), lambda r: r.percent, kind="number"),
                Column(t("Source"), lambda r: r.source),
            ],
            RecoveryRules.rates,
            empty=t("No rate."),
        ),
        title=t("Legal rate in civil matters"),
    )
