"""The allocation keys of a building."""

import reflex as rx

from koprogo_app.estate.page.parts import decision_fields
from koprogo_app.estate.state.keys import KeyCard, Keys, NewWeight, PastWeight
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.chrome import QueryLink
from koprogo_app.interface.form import (
    date_field,
    form,
    form_actions,
    form_error,
    select_field,
    text_area,
    text_field,
)
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, button, card, link, page_header
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import trail

COLUMNS = [
    GridColumn("number", t("Lot"), primary=True),
    GridColumn("kind", t("Kind")),
    GridColumn("weight", t("Weight"), kind="number", editable=True),
    GridColumn("since", t("Valid")),
]


@page("/buildings/[building_id]/keys", title=N_("Allocation keys"), on_load=Keys.load)
def keys() -> rx.Component:
    """The keys on one side, the weights of the chosen one on the other."""
    new = rx.cond(Keys.write, button(t("Add a key"), kind="primary", on_click=Keys.ask("new", "")), rx.fragment())
    header = page_header(
        t("Allocation keys"),
        new,
        over=trail(link(Keys.building, Keys.base)),
        under=rx.fragment(
            t("How a charge is divided: by the value of the lots or by their utility."), " ", article_tag("3.81")
        ),
    )
    sides = rx.el.div(
        rx.el.div(rx.foreach(Keys.keys, _choice), _archived_link(), class_name="grid grid-cols-1 gap-2 content-start"),
        rx.el.div(_chosen(), _weights(), _past(), class_name="grid grid-cols-1 gap-3.5 content-start min-w-0"),
        class_name="grid grid-cols-1 gap-3.5 lg:grid-cols-[17rem_minmax(0,1fr)]",
    )
    return shown(Keys, rx.fragment(header, sides, _new(), _edit(), _decision()))


def _choice(one: rx.Var[KeyCard]) -> rx.Component:
    inside = rx.el.span(
        rx.el.span(one.name, class_name="font-semibold block"),
        rx.el.span(one.kind, " · ", one.lots, " · Σ ", one.total, class_name="text-13 text-muted block"),
        rx.cond(one.archived, badge(t(P_("allocation key", "archived")), "neutral"), rx.fragment()),
    )
    look = (
        "kit-card block px-3.5 py-2.5 hover:border-line-field aria-[current=true]:border-accent "
        "aria-[current=true]:bg-accent-soft aria-[current=true]:[&_.text-muted]:text-text"
    )
    return QueryLink.create(inside, values={"key": one.id}, current=one.id == Keys.key.id, class_name=look)


def _archived_link() -> rx.Component:
    return rx.el.p(
        QueryLink.create(t("Show archived keys"), values={"show": "archived"}, class_name="kit-link"),
        class_name="text-13 px-1 pt-1",
    )


def _chosen() -> rx.Component:
    key = Keys.key
    buttons = rx.cond(
        Keys.write & key.stored,
        rx.el.div(
            rx.cond(
                key.archived,
                button(t("Offer it again"), on_click=Keys.restore(key.id)),
                rx.fragment(
                    button(t("Edit"), on_click=Keys.ask("edit", key.id)),
                    button(t("Archive"), on_click=Keys.archive(key.id)),
                ),
            ),
            class_name="flex gap-2.5",
        ),
        rx.fragment(),
    )
    basis = rx.cond(
        key.stored,
        rx.cond(
            key.basis != "",
            rx.el.p(key.basis),
            rx.el.p(
                t("Not said yet on which clause or criteria it rests."),
                " ",
                article_tag("3.85 §1"),
                class_name="text-attention",
            ),
        ),
        rx.el.p(
            t("The key that counts when no other is named. It follows the lots and cannot be edited here."),
            " ",
            link(t("Lots and owners"), Keys.base + "/lots"),
            class_name="text-muted",
        ),
    )
    begins = rx.cond(key.begins != "", rx.el.p(key.begins, class_name="text-13 text-muted mt-1"), rx.fragment())
    return card(basis, begins, title=key.name, aside=buttons)


def _weights() -> rx.Component:
    total = rx.el.div(badge(t("Σ {total}", total=Keys.key.total), "done"), class_name="ms-auto", role="status")
    hint = rx.el.span(
        t("Type a weight for each lot, or paste a column from a spreadsheet. 0: it does not pay."),
        class_name="text-13 text-muted",
    )
    empty = t("No lot yet. Import the lots first.")
    edited = grid(
        t("Weights of the lots"),
        COLUMNS,
        rows=Keys.rows,
        outcomes=Keys.outcomes,
        on_save=Keys.save_cells,
        on_action=Keys.act,
        empty=empty,
        head=filter_bar(hint, total),
    )
    columns = [
        Column(t("Lot"), lambda one: one.lot, primary=True),
        Column(t("Kind"), lambda one: one.kind),
        Column(t("Weight"), lambda one: one.weight, kind="number"),
    ]
    dated = [*columns, Column(t("Valid"), lambda one: one.since)]

    def read(shown: list[Column]) -> rx.Component:
        return table(t("Weights of the lots"), shown, Keys.weights, empty=empty, head=filter_bar(total))

    # The shares themselves are for as long as the deed: no day stands beside them.
    return rx.cond(Keys.editable, edited, rx.cond(Keys.key.stored, read(dated), read(columns)))


def _past() -> rx.Component:
    def one(past: rx.Var[PastWeight]) -> rx.Component:
        return rx.el.li(
            rx.el.span(t("{name}: {value}", name=t("Lot {number}", number=past.lot), value=past.weight)),
            rx.el.span(past.period, class_name="text-muted"),
            class_name="flex flex-wrap justify-between gap-x-4 py-1.5 border-b border-line-soft last:border-0",
        )

    shown = card(rx.el.ul(rx.foreach(Keys.past, one)), title=t("Earlier weights"))
    return rx.cond(Keys.past.length() > 0, shown, rx.fragment())


def _basis(**props: object) -> rx.Component:
    return text_area(
        "basis",
        t("What it rests on"),
        errors=Keys.errors,
        rows=3,
        hint=t("Clause of the deed or reasoned criteria, as the law asks"),
        **props,  # type: ignore[arg-type]
    )


def _actions(label: rx.Var[str]) -> rx.Component:
    return form_actions(button(label, kind="primary", type="submit"), button(t("Cancel"), on_click=Keys.close))


def _new() -> rx.Component:
    kinds = [("utility", t("By utility: who can use it pays")), ("value", t("By value of the lots"))]
    return dialog(
        Keys,
        "new",
        t("Add a key"),
        form(
            form_error(Keys.errors),
            text_field(
                "name", t("Name"), errors=Keys.errors, required=True, hint=t("For instance: Lift"), auto_complete="off"
            ),
            select_field("kind", t("Kind"), kinds, errors=Keys.errors, required=True),
            date_field(
                "starts_on",
                t("First day"),
                errors=Keys.errors,
                required=True,
                default_value=Keys.proposed,
                hint=t("Costs before this day cannot be divided by the key."),
            ),
            _basis(),
            _actions(t("Add the key")),
            on_submit=Keys.create,
        ),
    )


def _edit() -> rx.Component:
    return dialog(
        Keys,
        "edit",
        t("Edit the key"),
        form(
            form_error(Keys.errors),
            text_field(
                "name", t("Name"), errors=Keys.errors, required=True, default_value=Keys.key.name, auto_complete="off"
            ),
            date_field(
                "starts_on",
                t("First day"),
                errors=Keys.errors,
                required=True,
                default_value=Keys.key.starts_on,
                hint=t("Costs before this day cannot be divided by the key."),
            ),
            _basis(default_value=Keys.key.basis),
            _actions(t("Save")),
            on_submit=Keys.save,
        ),
    )


def _decision() -> rx.Component:
    def one(change: rx.Var[NewWeight]) -> rx.Component:
        text = t("Lot {lot}: {before} → {after}", lot=change.number, before=change.before, after=change.after)
        return rx.el.li(
            rx.el.span(text),
            button(
                t("Leave out"),
                kind="link",
                on_click=Keys.leave_out(change.lot),
                aria_label=t("Leave out lot {lot}", lot=change.number),
            ),
            class_name="flex justify-between gap-4 py-1.5 border-b border-line-soft last:border-0",
        )

    return dialog(
        Keys,
        "decide",
        t("Change weights by decision"),
        rx.el.p(
            t("Other weights divide the charges otherwise: the assembly decides it with four fifths of the votes."),
            " ",
            article_tag("3.88 §1 2° a"),
            class_name="text-muted mb-3",
        ),
        rx.el.ul(rx.foreach(Keys.pending, one), class_name="mb-4 max-h-60 overflow-auto"),
        form(
            form_error(Keys.errors),
            decision_fields(Keys.errors),
            date_field("since", t("Valid from"), errors=Keys.errors, required=True, default_value=Keys.today),
            _actions(t("Change the weights")),
            on_submit=Keys.decide,
        ),
    )
