"""The owners of a building."""

import reflex as rx

from koprogo_app.estate.page.parts import LANGUAGE_OPTIONS
from koprogo_app.estate.state.owners import PROBLEMS, OwnerLine, Owners
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import form, form_actions, form_error, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, button, link, page_header
from koprogo_app.interface.table import Column, filter_bar, filter_select, pager, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import chosen, row_of, trail


@page("/buildings/[building_id]/owners", title=N_("Owners"), on_load=Owners.load)
def owners() -> rx.Component:
    """The list."""
    add = rx.cond(
        Owners.write, button(t("Add an owner"), kind="primary", on_click=Owners.ask("add", "")), rx.fragment()
    )
    content = rx.fragment(
        page_header(t("Owners"), add, over=trail(link(Owners.building, Owners.base))),
        _table(),
        _new(),
    )
    return shown(Owners, content)


def _table() -> rx.Component:
    problems = [(name, t(label)) for name, label in PROBLEMS.items()]
    columns = [
        Column(t("Name"), _name, sort="name", primary=True),
        Column(
            t("Lots"), lambda o: rx.cond(o.lots != "", o.lots, rx.el.span("–", class_name="text-muted")), sort="lots"
        ),
        Column(t("E-mail and telephone"), _reach, sort="email", wide=True),
        Column(t("Language"), lambda o: o.lang, sort="lang", wide=True),
        Column(_by_mail(), _consent, sort="consent", wide=True),
        Column(t(P_("to sign in", "Account")), _account, wide=True),
    ]
    return table(
        t("Owners"),
        columns,
        Owners.rows,
        empty=t("No owner fits these filters. Owners come with the import, or from a lot's page."),
        key=lambda o: o.id,
        head=filter_bar(
            search_field(t("Search a name, an e-mail, a lot…")),
            filter_select(t("What is missing"), "show", chosen(problems, t("All owners"))),
            filter_select(t("Language"), "lang", chosen(LANGUAGE_OPTIONS, t("All languages"))),
        ),
        foot=pager(Owners.at["page"], Owners.at["pages"], Owners.at["total"], Owners.at["first"], Owners.at["last"]),
    )


def _by_mail() -> rx.Component:
    # The article below the words, or this heading would be the widest of all.
    return rx.el.span(
        t("Convocation by e-mail"), article_tag("3.87 §3"), class_name="inline-grid justify-items-start gap-0.5"
    )


def _name(row: rx.Var[OwnerLine]) -> rx.Component:
    return rx.el.div(
        link(row.name, row.href, class_name="kit-link font-semibold"),
        rx.el.p(row.address, class_name="text-13 text-muted font-normal"),
        # On a phone how to reach him stands below the name, and the rest waits on the card.
        rx.el.div(_reach(row), class_name="sm:hidden font-normal"),
        class_name="sm:min-w-40 xl:min-w-72",
    )


def _reach(row: rx.Var[OwnerLine]) -> rx.Component:
    email = rx.cond(
        row.email != "",
        rx.el.a(row.email, href="mailto:" + row.email, class_name="hover:underline"),
        badge(t("no e-mail"), "attention"),
    )
    return rx.el.div(
        email, rx.cond(row.phone != "", rx.el.p(row.phone, class_name="text-13 text-muted"), rx.fragment())
    )


def _consent(row: rx.Var[OwnerLine]) -> rx.Component:
    return rx.cond(row.consent != "", t("since {day}", day=row.consent), rx.el.span(t("no"), class_name="text-muted"))


def _account(row: rx.Var[OwnerLine]) -> rx.Component:
    return rx.cond(row.account, badge(t("has an account"), "done"), rx.el.span("–", class_name="text-muted"))


def _new() -> rx.Component:
    errors = Owners.errors
    return dialog(
        Owners,
        "add",
        t("Add an owner"),
        form(
            form_error(errors),
            row_of(
                select_field(
                    "kind", t("Person or company"), [("person", t("Person")), ("company", t("Company"))], required=True
                ),
                select_field("lang", t("Language"), LANGUAGE_OPTIONS, errors=errors, required=True),
                text_field("name", t("Family name or company"), errors=errors, required=True),
                text_field("first_name", t("First name"), errors=errors),
                text_field("email", t("E-mail"), errors=errors, type="email"),
                text_field("phone", t("Telephone"), errors=errors, type="tel"),
            ),
            form_actions(
                button(t("Make the card"), kind="primary", type="submit"), button(t("Cancel"), on_click=Owners.close)
            ),
            on_submit=Owners.create,
        ),
    )
