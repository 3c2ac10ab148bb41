"""A co-owner's home."""

import reflex as rx

from koprogo_app.estate.page.parts import LANGUAGE_OPTIONS
from koprogo_app.estate.state.home import CoOwner, Home, MyBuilding, MyCard, MyLot
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.chrome import QueryLink
from koprogo_app.interface.form import select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    button,
    callout,
    card,
    cards,
    empty_state,
    facts,
    link,
    page_header,
)
from koprogo_app.interface.shell import ACTIONS
from koprogo_app.interface.slot import slot
from koprogo_app.interface.table import Column, filter_bar, pager, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import law_tag


@page("/home", title=N_("Home"), on_load=Home.load)
def home() -> rx.Component:
    """Her lots, her data, the others."""
    nothing = empty_state(
        t("No lot yet"),
        t("Your account is not linked to a lot. Ask your syndic to link it to your card."),
    )
    content = rx.fragment(
        page_header(t("Hello, {name}", name=Home.name)),
        rx.cond(
            Home.lots.length() > 0,
            rx.el.div(
                slot("home"),
                rx.el.div(
                    rx.el.div(cards(rx.foreach(Home.lots, _lot)), class_name="min-w-0"),
                    rx.el.div(rx.foreach(Home.cards, _card), class_name="min-w-0 grid gap-3.5"),
                    class_name="grid grid-cols-1 gap-3.5 items-start xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]",
                ),
                _others(),
                class_name="grid grid-cols-1 gap-3.5",
            ),
            nothing,
        ),
        _edit(),
    )
    return shown(Home, content)


def _lot(lot: rx.Var[MyLot]) -> rx.Component:
    shares = rx.el.p(
        rx.el.span(lot.share, class_name="text-34 font-strong"),
        rx.el.span(t("of {total} shares", total=lot.deed), class_name="text-muted ms-2"),
        class_name="mt-2",
    )
    with_whom = rx.cond(
        lot.others.length() > 0,
        rx.el.div(
            rx.el.p(t("Held with you by"), class_name="text-13 text-muted"),
            rx.el.ul(rx.foreach(lot.others, rx.el.li)),
            class_name="mt-3",
        ),
        rx.fragment(),
    )
    return card(
        rx.el.p(lot.about, " · ", lot.building, class_name="text-13 text-muted"),
        shares,
        rx.el.p(t("Your right: {right}", right=lot.part)),
        with_whom,
        rx.el.div(_voting(lot), class_name="mt-3"),
        title=lot.title,
    )


def _voting(lot: rx.Var[MyLot]) -> rx.Component:
    suspended = callout(
        "attention",
        t("Name one person, together and in writing, and tell your syndic: only that person votes for the lot."),
        title=rx.fragment(t("The vote of this lot is suspended"), " ", law_tag(lot.article)),
    )
    draft = rx.el.p(t("Your syndic is still completing the ownership of this lot."), class_name="text-muted")
    votes = rx.cond(
        lot.voter != "",
        rx.el.p(t("{name} votes for the lot, as its mandatary.", name=lot.voter), " ", law_tag(lot.article)),
        badge(t("You vote for this lot"), "done"),
    )
    return rx.match(lot.voting, ("suspended", suspended), ("draft", draft), votes)


def _card(mine: rx.Var[MyCard]) -> rx.Component:
    none = rx.el.span("–", class_name="text-muted")
    consent = rx.cond(
        mine.consent != "",
        t("yes, since {day}", day=mine.consent),
        t("no: by registered letter"),
    )
    return card(
        facts(
            (t("Name"), mine.name),
            (t("Postal address"), rx.cond(mine.address != "", mine.address, none)),
            (t("E-mail"), rx.cond(mine.email != "", mine.email, none)),
            (t("Telephone"), rx.cond(mine.phone != "", mine.phone, none)),
            (t("Language of your mail"), mine.lang_name),
            (rx.fragment(t("Convocation by e-mail"), " ", article_tag("3.87 §3")), consent),
        ),
        rx.el.p(
            t("Is your name, address or e-mail wrong? Tell your syndic."),
            " ",
            link(t("Language and password of your account"), ACTIONS.profile),
            class_name="text-13 text-muted mt-3",
        ),
        title=t("Your data at the syndic's"),
        aside=button(t("Edit"), on_click=Home.ask("edit", mine.id)),
    )


def _others() -> rx.Component:
    columns = [
        Column(t("Name"), _name, sort="name", primary=True),
        Column(t("Lot"), lambda p: p.lot, sort="number"),
        Column(t("Shares"), lambda p: p.share, kind="number", sort="share"),
        Column(t("Part of the lot"), lambda p: p.part, kind="number", wide=True),
        Column(t("Address"), lambda p: p.address, wide=True),
    ]
    shown = table(
        t("Co-owners"),
        columns,
        Home.people,
        empty=t("Nobody of that name."),
        head=filter_bar(search_field(t("Search a name or a lot…")), _buildings()),
        foot=pager(Home.at["page"], Home.at["pages"], Home.at["total"], Home.at["first"], Home.at["last"]),
    )
    return rx.el.section(
        rx.el.h2(t("Co-owners of {building}", building=Home.building.name), class_name="text-15 font-strong"),
        rx.el.p(
            t("Name, address, lot, shares: what the law gives every co-owner, for the needs of the co-ownership only."),
            " ",
            article_tag("3.89 §5 14°"),
            class_name="text-13 text-muted mb-2",
        ),
        shown,
        class_name="min-w-0",
    )


def _name(row: rx.Var[CoOwner]) -> rx.Component:
    # On a phone the part and the address stand below the name.
    return rx.el.div(
        row.name,
        rx.el.p(row.part, rx.el.br(), row.address, class_name="sm:hidden text-13 text-muted font-normal"),
    )


def _buildings() -> rx.Component:
    def one(choice: rx.Var[MyBuilding]) -> rx.Component:
        return QueryLink.create(
            choice.name,
            values={"building": choice.id, "page": "", "q": ""},
            current=choice.id == Home.building.id,
            class_name="kit-badge kit-neutral aria-[current=true]:bg-accent-soft aria-[current=true]:text-accent",
        )

    return rx.cond(Home.buildings.length() > 1, rx.foreach(Home.buildings, one), rx.fragment())


def _edit() -> rx.Component:
    def fields(mine: rx.Var[MyCard]) -> rx.Component:
        filled = rx.fragment(
            text_field("phone", t("Telephone"), errors=Home.errors, default_value=mine.phone, type="tel"),
            select_field(
                "lang",
                t("Language of your mail"),
                LANGUAGE_OPTIONS,
                errors=Home.errors,
                default_value=mine.lang,
                required=True,
            ),
        )
        return rx.cond(mine.id == Home.dialog.record, filled, rx.fragment())

    return ask(
        Home, "edit", t("Change your data"), rx.foreach(Home.cards, fields), act=t("Save"), on_submit=Home.save,
    )  # fmt: skip
