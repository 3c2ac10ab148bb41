"""What the estate's pages are made of besides the kit."""

import reflex as rx

from koprogo_app.estate.words import KINDS, LANGUAGES, MONTHS, RIGHTS
from koprogo_app.interface.form import Errors, date_field, text_field
from koprogo_app.interface.text import t

KIND_OPTIONS = [(kind, t(label)) for kind, label in KINDS.items()]
RIGHT_OPTIONS = [(right, t(label)) for right, label in RIGHTS.items()]
LANGUAGE_OPTIONS = [(lang, t(label)) for lang, label in LANGUAGES.items()]
MONTH_OPTIONS = [(str(i), t(label)) for i, label in enumerate(MONTHS, 1)]


def decision_fields(errors: Errors) -> rx.Component:
    """The day and the reference of the decision that allows something."""
    return rx.el.div(
        date_field("decided_on", t("Date of the decision"), errors=errors, required=True),
        text_field(
            "reference",
            t("Reference"),
            errors=errors,
            required=True,
            auto_complete="off",
            id="f-reference",
            hint=t("For instance: assembly of 12/05/2026, item 7, or the deed and its notary"),
        ),
        class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[11rem_minmax(0,1fr)] items-start",
    )
