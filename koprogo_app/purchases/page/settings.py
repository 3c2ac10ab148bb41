"""The rules of a building for its invoices and calls."""

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import checkbox_field, form, form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, card, facts
from koprogo_app.interface.text import t
from koprogo_app.purchases.page.parts import invoices_header
from koprogo_app.purchases.state.settings import ChargeRules
from koprogo_app.workspace.page.kit import shown


@page("/buildings/[building_id]/charge-rules", title=N_("Rules for invoices and calls"), on_load=ChargeRules.load)
def charge_rules() -> rx.Component:
    """Four eyes, and the days to pay."""
    content = rx.fragment(
        invoices_header(t("Rules for invoices and calls"), ChargeRules, "charge-rules"),
        rx.cond(ChargeRules.write, _form(), _told()),
    )
    return shown(ChargeRules, content)


def _form() -> rx.Component:
    errors = ChargeRules.errors
    return card(
        form(
            form_error(errors),
            checkbox_field(
                "four_eyes", t("Four eyes: whoever wrote an invoice may not approve it"), errors=errors,
                default_checked=ChargeRules.four_eyes,
            ),
            text_field(
                "call_days", t("Days to pay a call for funds"), errors=errors, required=True, input_mode="numeric",
                default_value=ChargeRules.call_days, class_name="kit-input max-w-32",
            ),
            form_actions(button(t("Save"), kind="primary", type="submit")),
            on_submit=ChargeRules.save,
        ),
        class_name="max-w-2xl",
    )  # fmt: skip


def _told() -> rx.Component:
    return card(
        facts(
            (t("Four eyes: whoever wrote an invoice may not approve it"),
             rx.cond(ChargeRules.four_eyes, t("yes"), t("no"))),
            (t("Days to pay a call for funds"), ChargeRules.call_days),
        ),
        class_name="max-w-2xl",
    )  # fmt: skip
