"""One building: its size and what that entails, what is open, its data."""

import reflex as rx

from koprogo_app.estate.page.parts import LANGUAGE_OPTIONS, MONTH_OPTIONS
from koprogo_app.estate.state.overview import BuildingPage, Rule
from koprogo_app.estate.state.portfolio import Mark
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import (
    checkbox_field,
    date_field,
    form,
    form_actions,
    form_error,
    hidden,
    select_field,
    text_field,
)
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    button,
    button_link,
    callout,
    card,
    cards,
    figure,
    legal_clock,
    link,
    page_header,
)
from koprogo_app.interface.slot import slot
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import law_tag, row_of, trail


@page("/buildings/[building_id]", title=N_("Building"), on_load=BuildingPage.load)
def building() -> rx.Component:
    """The overview."""
    facts, waiting = BuildingPage.facts, BuildingPage.open_items.length() > 0
    content = rx.fragment(
        page_header(
            facts.name,
            button_link(t("Lots and owners"), BuildingPage.base + "/lots"),
            over=trail(facts.about),
        ),
        _archived(),
        _warning(),
        cards(_main_lots(), _shares(), _reserve(), _assembly(), columns=4),
        # What waits stands at once below the answers, where the badge of the navigation leads.
        rx.cond(waiting, rx.el.div(_open(), class_name="mt-3.5"), rx.fragment()),
        slot("building"),
        rx.el.div(
            rx.el.div(
                rx.cond(waiting, rx.fragment(), _open()),
                _consequences(),
                class_name="grid grid-cols-1 gap-3.5 content-start",
            ),
            _data(),
            class_name="grid grid-cols-1 gap-3.5 mt-3.5 xl:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]",
        ),
        _archive_dialog(),
    )
    return shown(BuildingPage, content)


def _archived() -> rx.Component:
    restore = rx.cond(
        BuildingPage.facts.write, button(t("Bring it back"), on_click=BuildingPage.restore), rx.fragment()
    )
    shown = callout("information", t("This building is archived: nothing in it can be changed."), actions=[restore])
    return rx.cond(BuildingPage.facts.archived, rx.el.div(shown, class_name="mb-3.5"), rx.fragment())


def _warning() -> rx.Component:
    facts = BuildingPage.facts
    shown = callout(
        "attention",
        rx.el.p(facts.gap, " ", article_tag(facts.gap_article)),
        rx.el.p(t("Charges are divided over what the lots really add up to; nothing is scaled in silence.")),
        title=t("The lots and the deed differ"),
        actions=[link(t("Check the lots"), BuildingPage.base + "/lots")],
    )
    return rx.cond(facts.gap != "", rx.el.div(shown, class_name="mb-3.5"), rx.fragment())


def _main_lots() -> rx.Component:
    facts = BuildingPage.facts
    note = rx.fragment(facts.lots, " · ", facts.owners)
    return card(figure(t("Main lots"), facts.main, note, article="3.90"))


def _shares() -> rx.Component:
    facts = BuildingPage.facts
    same = rx.cond(
        facts.gap == "", badge(t("✓ as in the deed"), "done"), badge(t("differs from the deed"), "attention")
    )
    return card(
        figure(t("Shares of the lots"), facts.total, t("deed: {total}", total=facts.deed), article="3.85 §1", mark=same)
    )


def _reserve() -> rx.Component:
    facts = BuildingPage.facts
    unknown = rx.el.p(
        t("unknown: give the date of the provisional acceptance"), class_name="text-attention font-semibold"
    )
    due = legal_clock(t("To be created by"), facts.reserve_due, facts.reserve_days, "3.86 §3")
    value = rx.match(
        facts.reserve,
        ("mandatory", rx.fragment(badge(t("mandatory"), "information"), " ", t("since {day}", day=facts.reserve_due))),
        ("not_yet", due),
        unknown,
    )
    return card(
        rx.el.p(t("Reserve fund"), " ", article_tag("3.86 §3"), class_name="text-13 text-muted mb-1"),
        rx.el.div(value),
    )


def _assembly() -> rx.Component:
    facts = BuildingPage.facts
    missing = rx.el.p(t("not set: give the first day of its fifteen days"), class_name="text-attention font-semibold")
    return card(
        rx.el.p(t("Next ordinary assembly"), " ", article_tag("3.87 §2"), class_name="text-13 text-muted mb-1"),
        rx.cond(facts.assembly != "", rx.el.p(facts.assembly, class_name="text-15 font-semibold"), missing),
    )


def _open() -> rx.Component:
    def one(mark: rx.Var[Mark]) -> rx.Component:
        return rx.el.li(
            link(badge(mark.text, mark.kind), mark.href, class_name="hover:underline"),
            class_name="py-1.5",
        )

    nothing = rx.el.p(t("Nothing: the lots are complete and nobody waits."), class_name="text-muted")
    items = rx.el.ul(rx.foreach(BuildingPage.open_items, one), class_name="flex flex-wrap gap-x-4")
    return card(rx.cond(BuildingPage.open_items.length() > 0, items, nothing), title=t("What is open"))


def _consequences() -> rx.Component:
    def one(rule: rx.Var[Rule]) -> rx.Component:
        return rx.el.li(
            rule.text, " ", law_tag(rule.article), class_name="py-2 border-b border-line-soft last:border-0"
        )

    return card(rx.el.ul(rx.foreach(BuildingPage.rules, one)), title=t("What the size entails"))


def _data() -> rx.Component:
    facts, errors = BuildingPage.facts, BuildingPage.errors
    closed = ~facts.write | facts.archived
    save = form_actions(
        button(t("Save"), kind="primary", type="submit"),
        button(t("Archive the building"), kind="danger", on_click=BuildingPage.ask("archive", facts.id)),
    )
    fields = rx.el.fieldset(
        rx.el.div(_identity(), _deed(), _year(), _languages(), class_name="grid grid-cols-1 gap-5"), disabled=closed
    )
    filled = form(fields, form_error(errors), rx.cond(closed, rx.fragment(), save), on_submit=BuildingPage.save)
    # New defaults need new fields: what the server tidied shows after saving.
    return card(
        rx.el.div(filled, key=BuildingPage.base + BuildingPage.version.to_string()), title=t("Data of the association")
    )


def _text(name: str, label: rx.Var[str], **props: object) -> rx.Component:
    return text_field(name, label, errors=BuildingPage.errors, default_value=BuildingPage.values[name], **props)  # type: ignore[arg-type]


def _identity() -> rx.Component:
    return rx.el.div(
        row_of(
            _text("name", t("Name of the association"), required=True),
            _text("enterprise_number", t("Enterprise number"), hint=t("Ten digits, as 0403.170.701")),
        ),
        _text("street", t("Street and number")),
        rx.el.div(
            _text("postal_code", t("Postal code")),
            _text("city", t("City")),
            _text("country", t("Country"), max_length=2),
            class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-3 items-start",
        ),
        class_name="grid grid-cols-1 gap-3.5",
    )


def _deed() -> rx.Component:
    return row_of(
        _text(
            "deed_total",
            rx.fragment(t("Total of shares in the base deed"), " ", article_tag("3.85 §1")),  # type: ignore[arg-type]
            required=True,
            input_mode="numeric",
        ),
        rx.el.div(
            date_field(
                "provisional_acceptance",
                rx.fragment(t("Provisional acceptance of the common parts"), " ", article_tag("3.86 §3")),
                errors=BuildingPage.errors,
                default_value=BuildingPage.values["provisional_acceptance"],
            ),
            id="acceptance",
        ),
    )


def _month_and_day(kind: str, legend: rx.Component, optional: bool) -> rx.Component:
    months = [("", t("not set")), *MONTH_OPTIONS] if optional else MONTH_OPTIONS
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="text-13 font-semibold mb-1"),
        rx.el.div(
            _text(f"{kind}_day", t("Day"), required=True, input_mode="numeric", max_length=2),
            select_field(
                f"{kind}_month",
                t("Month"),
                months,
                errors=BuildingPage.errors,
                required=True,
                default_value=BuildingPage.values[f"{kind}_month"],
            ),
            class_name="grid gap-2.5 grid-cols-[5rem_minmax(0,1fr)] items-start",
        ),
        id="assembly" if kind == "assembly" else "fiscal",
    )


def _year() -> rx.Component:
    # The fields stand on one line, however long what they are called.
    return rx.el.div(
        _month_and_day("fiscal", rx.fragment(t("The accounting year begins on")), False),
        _month_and_day(
            "assembly",
            rx.fragment(t("The fifteen days of the ordinary assembly begin on"), " ", article_tag("3.87 §2")),
            True,
        ),
        class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-2 items-end",
    )


def _languages() -> rx.Component:
    boxes = [
        checkbox_field(f"lang_{lang}", label, default_checked=BuildingPage.langs[lang])
        for lang, label in LANGUAGE_OPTIONS
    ]
    wrong = rx.cond(
        BuildingPage.errors.contains("langs"),
        rx.el.p(t("Choose at least one language."), role="alert", class_name="text-13 text-refused"),
        rx.fragment(),
    )
    return rx.el.fieldset(
        rx.el.legend(t("Languages of the association"), class_name="text-13 font-semibold mb-1"),
        rx.el.div(*boxes, class_name="flex flex-wrap gap-x-6"),
        # The form names the field that its boxes make together, so that its refusal stands here.
        hidden("langs", ""),
        wrong,
    )


def _archive_dialog() -> rx.Component:
    return ask(
        BuildingPage, "archive", t("Archive the building"),
        rx.el.p(
            t("It goes out of the lists and cannot be changed any more. Everything is kept; you can bring it back.")
        ),
        act=t("Archive"), on_submit=BuildingPage.archive, kind="danger",
    )  # fmt: skip
