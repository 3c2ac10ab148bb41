"""One lot: the editor of its ownership, its voter, its history, and what can be done with it."""

import reflex as rx

from koprogo_app.estate.page.lot_dialogs import dialogs, people_found
from koprogo_app.estate.page.parts import LANGUAGE_OPTIONS, RIGHT_OPTIONS
from koprogo_app.estate.state.lot import Line, LotPage, Mend, Past
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import date_field, form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, button, callout, card, facts, link, page_header
from koprogo_app.interface.slot import slot
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import row_of, trail


@page("/buildings/[building_id]/lots/[lot_id]", title=N_("Lot"), on_load=LotPage.load)
def lot() -> rx.Component:
    """The lot's page."""
    sides = rx.el.div(
        rx.el.div(_ownership(), slot("lot"), _history(), class_name="grid grid-cols-1 gap-3.5 content-start min-w-0"),
        rx.el.div(_facts(), _voting(), class_name="grid grid-cols-1 gap-3.5 content-start min-w-0"),
        class_name="grid grid-cols-1 gap-3.5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]",
    )
    return shown(LotPage, rx.fragment(_header(), _gone(), sides, _choose(), _delete(), dialogs()))


def _header() -> rx.Component:
    held = LotPage.lot
    actions = rx.cond(
        held.write,
        rx.fragment(
            rx.cond(
                held.complete,
                rx.fragment(
                    button(t("Split"), on_click=LotPage.ask_split(held.id)),
                    button(t("Merge"), on_click=LotPage.ask_merge(held.id)),
                    button(t("Transfer"), kind="primary", on_click=LotPage.ask_transfer(held.id)),
                ),
                button(t("Delete this draft"), kind="danger", on_click=LotPage.ask("delete", held.id)),
            ),
        ),
        rx.fragment(),
    )
    over = trail(link(held.building, LotPage.base), "·", link(t("Lots and owners"), LotPage.base + "/lots"))
    return page_header(t("Lot {number}", number=held.number), actions, over=over)


def _gone() -> rx.Component:
    text = t("This lot was split or merged on {day}. What is below is its history.", day=LotPage.lot.gone)
    return rx.cond(LotPage.lot.gone != "", rx.el.div(callout("information", text), class_name="mb-3.5"), rx.fragment())


def _facts() -> rx.Component:
    held = LotPage.lot
    state = rx.cond(
        held.complete,
        badge(t("complete since {day}", day=held.since), "done"),
        badge(t("draft: ownership incomplete"), "attention"),
    )
    return card(
        facts(
            (t("Kind"), held.kind),
            (t("Floor"), rx.cond(held.floor != "", held.floor, "–")),
            (t("Area"), rx.cond(held.area != "", held.area, "–")),
            (rx.fragment(t("Shares"), " ", article_tag("3.85 §1")), held.share),
            (t("State"), state),
        ),
        title=t("The lot"),
    )


def _voting() -> rx.Component:
    held = LotPage.lot
    name = button(t("Name a mandatary"), on_click=LotPage.ask_mandatary(held.id))
    end = button(t("End the mandate"), on_click=LotPage.ask_end(held.id))
    buttons = rx.cond(
        held.write & held.several,
        rx.el.div(name, rx.cond(held.mandate != "", end, rx.fragment()), class_name="flex flex-wrap gap-2.5 mt-3"),
        rx.fragment(),
    )
    suspended = callout(
        "attention",
        t("The vote is suspended until the holders name one mandatary, in writing."),
        title=rx.fragment(t("Vote suspended"), " ", article_tag(held.article)),
    )
    draft = rx.el.p(t("A draft neither votes nor pays: complete its ownership first."), class_name="text-muted")
    votes = rx.fragment(
        rx.el.p(held.voter, class_name="text-15 font-semibold"),
        rx.cond(
            held.mandate != "",
            rx.el.p(held.mandate, " ", article_tag(held.article), class_name="text-13 text-muted"),
            rx.fragment(),
        ),
    )
    return card(rx.match(held.voting, ("suspended", suspended), ("draft", draft), votes), buttons, title=t("Who votes"))


# The editor


def _ownership() -> rx.Component:
    held = LotPage.lot
    lines = rx.el.ul(
        rx.foreach(LotPage.lines, lambda line: rx.cond(held.write, _edit_line(line), _read_line(line))),
        aria_label=t("Owners of the lot"),
    )
    nobody = rx.el.p(
        t("Nobody holds this lot yet. Add its owners: their parts must make the whole."), class_name="text-muted py-3"
    )
    add = rx.cond(held.write, button(t("Add a holder"), on_click=LotPage.ask_holder(LotPage.lot.id)), rx.fragment())
    return card(
        rx.cond(
            LotPage.lines.length() > 0, rx.fragment(rx.cond(held.write, _headings(), rx.fragment()), lines), nobody
        ),
        _balance(),
        rx.cond(held.write & LotPage.touched, _save(), rx.fragment()),
        title=t("Ownership"),
        aside=add,
    )


# Name, right, part, contact, out; on a phone name and right have a line of their own.
_EDIT = (
    "grid items-center gap-2 grid-cols-[minmax(0,1fr)_auto_2.75rem] "
    "sm:grid-cols-[minmax(0,1fr)_11rem_7rem_4.5rem_2.25rem]"
)


def _headings() -> rx.Component:
    labels = (t(P_("right on a lot", "Holder")), t("Right"), t("Part"), t("Contact"))
    look = f"{_EDIT} max-sm:hidden text-13 font-semibold text-muted border-b border-line pb-1.5"
    cells = [rx.el.span(text, class_name="text-end" if i == 2 else "") for i, text in enumerate(labels)]
    return rx.el.div(*cells, aria_hidden="true", class_name=look)


def _who(line: rx.Var[Line]) -> rx.Component:
    name = rx.cond(LotPage.lot.cards, link(line.name, "/owners/" + line.owner), rx.el.span(line.name))
    return rx.el.div(
        name,
        rx.el.p(line.address, class_name="text-13 text-muted"),
        class_name="font-semibold [&_p]:font-normal min-w-0 max-sm:col-span-3",
    )


def _read_line(line: rx.Var[Line]) -> rx.Component:
    return rx.el.li(
        _who(line),
        rx.el.p(
            line.right_name,
            " · ",
            line.share,
            rx.cond(line.primary, rx.fragment(" · ", t("main contact")), rx.fragment()),
            class_name="text-end",
        ),
        key=line.id,
        class_name="flex flex-wrap justify-between gap-x-4 py-2 border-b border-line-soft last:border-0",
    )


def _edit_line(line: rx.Var[Line]) -> rx.Component:
    right = rx.el.select(
        *[rx.el.option(label, value=value) for value, label in RIGHT_OPTIONS],
        default_value=line.right,
        on_change=lambda value: LotPage.choose_right(line.id, value),
        class_name="kit-input max-sm:col-span-3",
        aria_label=t("Right of {name}", name=line.name),
        key=line.id + ":r" + line.rev.to_string(),
    )
    share = rx.el.input(
        default_value=line.share,
        on_change=lambda value: LotPage.type_share(line.id, value),
        auto_complete="off",
        class_name="kit-input text-end",
        aria_label=t("Part of {name}", name=line.name),
        spell_check=False,
        aria_invalid=rx.cond(line.wrong != "", "true", "false"),
        key=line.id + ":s" + line.rev.to_string(),
        aria_describedby=rx.cond(line.wrong != "", "why-" + line.id, ""),
    )
    why = rx.el.p(
        line.wrong, id="why-" + line.id, role="alert", class_name="text-13 text-refused col-span-full text-end"
    )
    contact = rx.el.label(
        rx.el.input(
            type="radio",
            name="contact",
            checked=line.primary,
            on_change=LotPage.choose_contact(line.id),
            aria_label=t("{name} is the contact of the lot", name=line.name),
        ),
        # On a phone no heading stands above the columns.
        rx.el.span(t("Contact"), aria_hidden="true", class_name="sm:hidden text-13"),
        class_name="flex justify-center items-center gap-2 px-1 min-h-9 max-sm:min-h-touch",
    )
    out = button(
        "×",
        kind="link",
        class_name="kit-close !no-underline max-sm:!h-touch",
        on_click=LotPage.take_out(line.id),
        aria_label=t("Take out {name}", name=line.name),
    )
    return rx.el.li(
        _who(line),
        right,
        share,
        contact,
        out,
        rx.cond(line.wrong != "", why, rx.fragment()),
        key=line.id,
        class_name=f"{_EDIT} py-2 border-b border-line-soft",
    )


def _balance() -> rx.Component:
    """The live totals of both sides, what is missing, and the mends."""
    check = LotPage.check
    kind = rx.cond(check.complete, "done", "attention")
    one = badge(t("Total {total}", total=check.ownership), kind)
    two = rx.fragment(
        badge(t("Full and bare: {total}", total=check.ownership), kind),
        " ",
        badge(t("Full and usufruct: {total}", total=check.enjoyment), kind),
    )
    mends = rx.foreach(check.mends, _mend)
    return rx.cond(
        LotPage.lines.length() > 0,
        rx.el.div(
            rx.el.div(
                rx.cond(check.divided, two, one),
                rx.cond(
                    check.complete, rx.el.span(t(P_("ownership", "complete")), class_name="text-done"), rx.fragment()
                ),
                class_name="flex flex-wrap items-center gap-2",
            ),
            rx.foreach(check.problems, lambda text: rx.el.p(text, class_name="text-refused mt-2")),
            rx.cond(
                LotPage.lot.write & (check.mends.length() > 0),
                rx.el.div(mends, class_name="flex flex-wrap gap-x-4 gap-y-2 mt-2"),
                rx.fragment(),
            ),
            role="status",
            aria_live="polite",
            class_name="mt-3",
            id="ownership-total",
        ),
        rx.fragment(),
    )


def _mend(mend: rx.Var[Mend]) -> rx.Component:
    return button(mend.text, kind="link", on_click=LotPage.mend(mend.at))


def _save() -> rx.Component:
    modes = [
        ("from", t("It changes from a day on; what was stays in the history")),
        ("correct", t("It was typed wrongly: mend the parts without history")),
    ]
    when = rx.el.div(
        select_field("mode", t("What this is"), modes, errors=LotPage.errors, required=True),
        date_field("on", t("From"), errors=LotPage.errors, default_value=LotPage.today, required=True),
        class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[minmax(0,1fr)_11rem] items-start",
    )
    return form(
        rx.cond(LotPage.lot.complete, when, rx.fragment()),
        form_error(LotPage.errors),
        form_actions(
            button(t("Save the ownership"), kind="primary", type="submit"),
            button(t(P_("what was typed", "Undo")), on_click=LotPage.undo),
        ),
        on_submit=LotPage.save,
        class_name="grid grid-cols-1 gap-3.5 mt-4 pt-4 border-t border-line-soft",
    )


# History and dialogs


def _history() -> rx.Component:
    return rx.cond(
        LotPage.history.length() > 0,
        card(rx.el.ol(rx.foreach(LotPage.history, _past)), title=t("History")),
        rx.fragment(),
    )


def _past(past: rx.Var[Past]) -> rx.Component:
    mark = rx.el.span(
        aria_hidden="true",
        class_name=rx.cond(
            past.current,
            "mt-1.5 size-2 rounded-full bg-accent flex-none",
            "mt-1.5 size-2 rounded-full border border-line-field flex-none",
        ),
    )
    return rx.el.li(
        mark,
        rx.el.div(
            rx.el.p(
                rx.el.span(past.name, class_name="font-semibold"), rx.el.span(" · ", past.right, " · ", past.share)
            ),
            rx.el.p(past.period, class_name="text-13 text-muted"),
            class_name="min-w-0",
        ),
        class_name="flex gap-3 py-2 border-b border-line-soft last:border-0",
    )


def _choose() -> rx.Component:
    new = form(
        form_error(LotPage.errors),
        row_of(
            select_field(
                "kind", t("Person or company"), [("person", t("Person")), ("company", t("Company"))], required=True
            ),
            select_field("lang", t("Language"), LANGUAGE_OPTIONS, errors=LotPage.errors, required=True),
            text_field("name", t("Family name or company"), errors=LotPage.errors, required=True),
            text_field("first_name", t("First name"), errors=LotPage.errors),
            text_field("email", t("E-mail"), errors=LotPage.errors, type="email"),
        ),
        form_actions(
            button(t("Add"), kind="primary", type="submit"),
            button(t("Search instead"), on_click=LotPage.ask_holder(LotPage.lot.id)),
        ),
        on_submit=LotPage.create_holder,
    )
    search = rx.fragment(
        people_found(LotPage.found, LotPage.look, LotPage.pick),
        rx.el.div(button(t("New person or company"), on_click=LotPage.make), class_name="mt-4"),
    )
    return dialog(LotPage, "holder", t("Add a holder"), rx.cond(LotPage.making, new, search))


def _delete() -> rx.Component:
    return ask(
        LotPage, "delete", t("Delete this draft"),
        rx.el.p(t("The lot and what was entered about it go away. Its shares no longer count.")),
        act=t("Delete the lot"), on_submit=LotPage.delete, kind="danger", back=t("Keep it"),
    )  # fmt: skip
