"""The owners of a building."""

from typing import Any

import reflex as rx

from koprogo_app.estate.state.owners import Owners
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import article_tag, badge, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import trail
from koprogo_app.workspace.page.records import record_list


@page("/buildings/[building_id]/owners", title=N_("Owners"), on_load=Owners.load)
def owners() -> rx.Component:
    """The list."""
    return record_list(
        Owners,
        header=lambda add: page_header(t("Owners"), add, over=trail(link(Owners.building, Owners.base))),
        new=t("Add an owner"),
        submit=t("Make the card"),
        empty=t("No owner fits these filters. Owners come with the import, or from a lot's page."),
        search=t("Search a name, an e-mail, a lot…"),
        path="/owners",
        query="&building_id=" + Owners.of,
        headings={"email": t("E-mail and telephone"), "consent": _by_mail()},
        cells={"name": _name, "lots": _lots, "email": _reach, "consent": _consent, "user_id": _account},
    )


def _by_mail() -> rx.Component:
    # The article below the words, or this heading would be the widest of all.
    return rx.el.span(
        t("Convocation by e-mail"), article_tag("3.87 §3"), class_name="inline-grid justify-items-start gap-0.5"
    )


def _name(row: Any) -> rx.Component:
    return rx.el.div(
        link(row.cells["name"], row.links["name"], class_name="kit-link font-semibold"),
        rx.el.p(row.more["address"], class_name="text-13 text-muted font-normal"),
        # On a phone how to reach him stands below the name, and the rest waits on the card.
        rx.el.div(_reach(row), class_name="sm:hidden font-normal"),
        class_name="sm:min-w-40 xl:min-w-72",
    )


def _lots(row: Any) -> rx.Component:
    lots = row.cells["lots"]
    return rx.cond(lots != "", lots, rx.el.span("–", class_name="text-muted"))


def _reach(row: Any) -> rx.Component:
    address, phone = row.cells["email"], row.more["phone"]
    email = rx.cond(
        address != "",
        rx.el.a(address, href="mailto:" + address, class_name="hover:underline"),
        badge(t("no e-mail"), "attention"),
    )
    return rx.el.div(email, rx.cond(phone != "", rx.el.p(phone, class_name="text-13 text-muted"), rx.fragment()))


def _consent(row: Any) -> rx.Component:
    day = row.cells["consent"]
    return rx.cond(day != "", t("since {day}", day=day), rx.el.span(t("no"), class_name="text-muted"))


def _account(row: Any) -> rx.Component:
    has = row.cells["user_id"] != ""
    return rx.cond(has, badge(t("has an account"), "done"), rx.el.span("–", class_name="text-muted"))
