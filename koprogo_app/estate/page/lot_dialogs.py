"""The dialogs of a lot: transfer, split, merge, mandatary."""

from typing import Any

import reflex as rx

from koprogo_app.estate.page.parts import KIND_OPTIONS, RIGHT_OPTIONS, decision_fields
from koprogo_app.estate.state.lot import LotPage
from koprogo_app.estate.state.lot_acts import MOST_PARTS, Buyer, Found, OtherLot
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.parts import Text, article_tag, button
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog
from koprogo_app.workspace.page.parts import row_of


def dialogs() -> rx.Component:
    """All of them; one is open at a time."""
    return rx.fragment(_transfer(), _split(), _merge(), _mandatary(), _end())


def people_found(found: rx.Var[list[Found]], look: Any, pick: Any) -> rx.Component:
    """A search for people; each one found is a button."""
    field = rx.el.input(
        type="search",
        auto_complete="off",
        placeholder=t("Search a name"),
        aria_label=t("Search a name"),
        class_name="kit-input",
        on_change=look,
    )

    def one(person: rx.Var[Found]) -> rx.Component:
        return rx.el.li(
            rx.el.button(
                rx.el.span(person.name),
                rx.el.span(person.address, class_name="kit-hint"),
                type="button",
                on_click=pick(person.id),
                class_name="kit-item",
            ),
            key=person.id,
        )

    nobody = rx.el.p(t("Nobody of that name."), class_name="text-muted px-2.5 py-2", role="status")
    people = rx.el.ul(
        rx.foreach(found, one), class_name="max-h-52 overflow-auto mt-1 border border-line-soft rounded-md p-1"
    )
    return rx.el.div(field, rx.cond(found.length() > 0, people, nobody))


def _actions(label: Text) -> rx.Component:
    return form_actions(button(label, kind="primary", type="submit"), button(t("Cancel"), on_click=LotPage.close))


def _transfer() -> rx.Component:
    errors = LotPage.errors
    rights = [("", t("the same right")), *[one for one in RIGHT_OPTIONS if one[0] in ("bare", "usufruct")]]
    buyers = rx.cond(
        LotPage.buyers.length() > 0,
        rx.el.ul(rx.foreach(LotPage.buyers, _buyer)),
        rx.el.p(t("Choose below who receives it."), class_name="text-muted"),
    )
    return dialog(
        LotPage,
        "transfer",
        t("Transfer lot {number}", number=LotPage.lot.number),
        form(
            select_field("seller", t("Who transfers"), LotPage.sellers, errors=errors, required=True),
            row_of(
                date_field(
                    "on",
                    t("From"),
                    errors=errors,
                    required=True,
                    default_value=LotPage.today,
                    hint=t("The day of the deed or of the death"),
                ),
                select_field("right", t("What passes"), rights, errors=errors, required=True),
            ),
            rx.el.fieldset(
                rx.el.legend(t("Who receives"), class_name="text-13 font-semibold mb-1"),
                buyers,
                rx.el.div(people_found(LotPage.found, LotPage.look, LotPage.pick), class_name="mt-2"),
            ),
            form_error(errors),
            _actions(t("Record the transfer")),
            on_submit=LotPage.transfer,
        ),
    )


def _buyer(buyer: rx.Var[Buyer]) -> rx.Component:
    part = rx.el.input(
        default_value=buyer.share,
        on_change=lambda value: LotPage.type_part(buyer.id, value),
        auto_complete="off",
        placeholder=t("all of it"),
        class_name="kit-input !w-32 text-end",
        aria_label=t("Part of the lot for {name}", name=buyer.name),
    )
    out = button(
        "×",
        kind="link",
        class_name="kit-close !no-underline",
        on_click=LotPage.drop_buyer(buyer.id),
        aria_label=t("Take out {name}", name=buyer.name),
    )
    return rx.el.li(
        rx.el.span(buyer.name, class_name="grow min-w-0"),
        part,
        out,
        key=buyer.id,
        class_name="flex items-center gap-2.5 py-1 border-b border-line-soft last:border-0",
    )


def _unanimity() -> rx.Component:
    text = t("This changes the division of the shares: all co-owners must agree, or a deed must say so.")
    return rx.el.p(text, " ", article_tag("3.88 §3"), class_name="text-muted mb-3.5")


def _split() -> rx.Component:
    errors = LotPage.errors

    def part(i: int) -> rx.Component:
        return rx.el.div(
            text_field(f"number_{i}", t("Number"), errors=errors, required=True, auto_complete="off"),
            text_field(f"share_{i}", t("Shares"), errors=errors, required=True, input_mode="numeric"),
            text_field(f"area_{i}", t("m²"), errors=errors, input_mode="decimal"),
            class_name="grid grid-cols-3 gap-2.5 items-start",
        )

    parts = [part(i) if i < 2 else rx.cond(LotPage.parts > i, part(i), rx.fragment()) for i in range(MOST_PARTS)]
    return dialog(
        LotPage,
        "split",
        t("Split lot {number}", number=LotPage.lot.number),
        _unanimity(),
        form(
            decision_fields(errors),
            rx.el.fieldset(
                rx.el.legend(t("The parts"), class_name="text-13 font-semibold mb-1"),
                rx.el.div(*parts, class_name="grid gap-2.5"),
            ),
            rx.cond(
                LotPage.parts < MOST_PARTS,
                rx.el.div(button(t("One more part"), kind="link", on_click=LotPage.more_parts)),
                rx.fragment(),
            ),
            form_error(errors),
            _actions(t("Split the lot")),
            on_submit=LotPage.split,
        ),
    )


def _merge() -> rx.Component:
    errors = LotPage.errors

    def other(one: rx.Var[OtherLot]) -> rx.Component:
        name = "lot_" + one.id
        return rx.el.label(
            rx.el.input(type="checkbox", name=name),
            rx.el.span(t("Lot {number}", number=one.number)),
            class_name="flex items-center gap-2.5 py-1.5",
            key=one.id,
        )

    none = rx.el.p(
        t("No other lot of the building is held by the same persons in the same parts."), class_name="text-muted"
    )
    choose = rx.el.fieldset(
        rx.el.legend(t("With which lots"), class_name="text-13 font-semibold mb-1"),
        rx.cond(LotPage.others.length() > 0, rx.foreach(LotPage.others, other), none),
    )
    return dialog(
        LotPage,
        "merge",
        t("Merge lot {number}", number=LotPage.lot.number),
        _unanimity(),
        form(
            choose,
            decision_fields(errors),
            row_of(
                text_field("number", t("Number of the new lot"), errors=errors, required=True, auto_complete="off"),
                select_field("kind", t("Kind"), KIND_OPTIONS, errors=errors, required=True, default_value=LotPage.kind),
            ),
            form_error(errors),
            _actions(t("Merge the lots")),
            on_submit=LotPage.merge,
        ),
    )


def _mandatary() -> rx.Component:
    errors = LotPage.errors
    return dialog(
        LotPage,
        "mandatary",
        t("Name a mandatary for lot {number}", number=LotPage.lot.number),
        rx.el.p(
            t("The holders name one person, in writing. Only that person is convened and votes."),
            " ",
            article_tag("3.87 §1"),
            class_name="text-muted mb-3.5",
        ),
        form(
            select_field("person", t("Mandatary"), LotPage.persons, errors=errors, required=True),
            rx.el.details(
                rx.el.summary(t("Somebody else"), class_name="kit-link"),
                rx.el.div(people_found(LotPage.found, LotPage.look, LotPage.pick), class_name="mt-2"),
            ),
            text_field(
                "reference",
                t("The writing that names him"),
                errors=errors,
                required=True,
                auto_complete="off",
                hint=t("For instance: letter of the heirs of 12/03/2024"),
            ),
            row_of(
                date_field("since", t("Since"), errors=errors, required=True, default_value=LotPage.today),
                date_field("until", t("Until"), errors=errors, hint=t("First day without the mandate; empty: no end")),
            ),
            form_error(errors),
            _actions(t("Record the mandatary")),
            on_submit=LotPage.name,
        ),
    )


def _end() -> rx.Component:
    errors = LotPage.errors
    return dialog(
        LotPage,
        "end",
        t("End the mandate"),
        rx.el.p(
            t("From that day the vote of the lot is suspended until the holders name somebody again."),
            " ",
            article_tag("3.87 §1"),
            class_name="text-muted mb-3.5",
        ),
        form(
            date_field(
                "on", t("First day without the mandate"), errors=errors, required=True, default_value=LotPage.today
            ),
            form_error(errors),
            _actions(t("End the mandate")),
            on_submit=LotPage.end,
        ),
    )
