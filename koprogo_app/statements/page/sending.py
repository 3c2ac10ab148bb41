"""Beside the statements of all co-owners: sending them, once the year is closed."""

import reflex as rx

from koprogo_app.interface.form import checkbox_field
from koprogo_app.interface.parts import button, button_link, callout, download
from koprogo_app.interface.text import t
from koprogo_app.statements.state.sending import Sending
from koprogo_app.workspace.page.kit import ask, page_part
from koprogo_app.workspace.page.parts import progress


def sending() -> rx.Component:
    """What can be sent, what is on its way, what went out; nothing for who may not send."""
    open_year = callout(
        "information",
        t("When the financial year is closed, each co-owner is sent a statement from here."),
        actions=[button_link(t("To the financial years"), Sending.years_page)],
    )
    going = progress(t("Sending the statements"), Sending.told, Sending.value, Sending.of)
    failed = callout(
        "refused", t("Not all statements went out. Send again: what went out is not sent twice."), role="alert",
        actions=[button(t("Send the statements…"), on_click=Sending.ask("send", Sending.year))],
    )  # fmt: skip
    offered = rx.match(
        Sending.stage, ("open", open_year), ("going", going), ("failed", failed), ("closed", _closed()), rx.fragment()
    )
    return page_part(Sending, rx.fragment(offered, _question()))


def _closed() -> rx.Component:
    offer = callout(
        "information",
        rx.cond(
            Sending.booked,
            t("The balances are booked: the statements can go to the co-owners, with what is to be paid."),
            t(
                "The year is closed. Book the balances, and the statements go out with what is to be paid; sent before "
                "that, they say that nothing is booked yet."
            ),
        ),
        actions=[
            rx.cond(Sending.booked, rx.fragment(), button_link(t("Settle the year"), Sending.settlement)),
            button(t("Send the statements…"), on_click=Sending.ask("send", Sending.year)),
        ],
    )
    made = rx.cond(
        Sending.printing,
        download(t("Save what is to print (PDF)"), Sending.paper),
        download(t("Save all statements (PDF)"), Sending.paper),
    )
    # The file is kept for a day; asked again, it is made again, and nothing is sent twice.
    again = button(t("Make the PDF to print"), on_click=Sending.again(Sending.year))
    after = callout(
        "done", rx.el.p(Sending.sent),
        actions=[
            rx.cond(Sending.booked, rx.fragment(), button_link(t("Settle the year"), Sending.settlement)),
            rx.cond(Sending.paper != "", made, again),
        ],
        role="status",
    )  # fmt: skip
    return rx.cond(Sending.sent != "", after, offer)


def _question() -> rx.Component:
    return ask(
        Sending, "send", t("Send the statements of {year}", year=Sending.year),
        rx.el.p(
            t("Each co-owner gets the own statement, in the own language, filed among the documents. "
              "Who has one already gets none again."),
            class_name="text-muted",
        ),
        checkbox_field("mail", t("By mail to who has an address; the others to print"), errors=Sending.errors,
                       default_checked=True),
        act=t("Send"),
        on_submit=Sending.send,
    )  # fmt: skip
