"""The outbox: every mail of the installation."""

import reflex as rx

from koprogo_app.console.state.outbox import STATES, MailLine, Outbox, Paragraph
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import form_actions, form_error
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, button, callout, page_header
from koprogo_app.interface.table import Column, filter_bar, filter_select, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import dialog, shown
from koprogo_app.workspace.page.parts import places


@page("/admin/outbox", title=N_("Outbox"), on_load=Outbox.load)
def outbox() -> rx.Component:
    """The table and the mail that is read."""
    waits = callout("information", t("No mail server is set up: mails stay here, where you can read them."))
    return shown(
        Outbox,
        rx.fragment(
            page_header(t("Outbox")),
            rx.cond(Outbox.server, rx.fragment(), rx.el.div(waits, class_name="mb-3.5")),
            _table(),
            _mail(),
        ),
    )


def _table() -> rx.Component:
    columns = [
        Column(t("Subject"), _subject, primary=True),
        Column(t("To"), lambda m: rx.el.span(m.recipient, class_name="whitespace-nowrap")),
        Column(t("Written"), lambda m: rx.el.span(m.written, class_name="whitespace-nowrap")),
        Column(t("State"), lambda m: badge(m.status, m.kind)),
    ]
    return table(
        t("Outbox"),
        columns,
        Outbox.rows,
        empty=t("No mail here."),
        key=lambda m: m.id,
        head=filter_bar(
            search_field(t("Search a subject or an address")),
            filter_select(t("State"), "show", [("", t("All")), *[(s, t(label)) for s, label in STATES.items()]]),
        ),
        foot=places(Outbox.at),
    )


def _subject(row: rx.Var[MailLine]) -> rx.Component:
    return button(
        row.subject, kind="link", on_click=Outbox.read(row.id), class_name="font-semibold text-start min-w-44"
    )


def _mail() -> rx.Component:
    mail = Outbox.mail
    tried = rx.cond(
        mail.error != "",
        callout(
            "refused",
            t(
                N_("{count} attempt. Last answer: {error}", "{count} attempts. Last answer: {error}"),
                count=mail.tries,
                error=mail.error,
            ),
        ),
        rx.fragment(),
    )
    again = rx.cond(
        mail.sent, rx.fragment(), button(t("Send again now"), on_click=Outbox.try_again(Outbox.dialog.record))
    )
    return dialog(
        Outbox,
        "mail",
        mail.subject,
        rx.el.div(
            rx.el.div(
                rx.el.span(t("To {address}", address=mail.recipient), class_name="break-all"),
                badge(mail.status, mail.kind),
                rx.el.span(mail.written),
                class_name="flex flex-wrap items-center gap-x-3 gap-y-1 text-13 text-muted",
            ),
            tried,
            rx.el.div(
                rx.foreach(mail.paragraphs, _paragraph), class_name="grid gap-3 border-t border-line-soft pt-3.5"
            ),
            _files(),
            form_error(Outbox.errors),
            form_actions(rx.cond(Outbox.server, again, rx.fragment()), button(t("Close"), on_click=Outbox.close)),
            class_name="grid gap-3.5",
        ),
    )


def _files() -> rx.Component:
    names = rx.el.ul(
        rx.foreach(Outbox.mail.files, lambda name: rx.el.li(name, class_name="break-words")),
        class_name="grid gap-1",
    )
    return rx.cond(
        Outbox.mail.files.length() > 0,
        rx.el.div(
            rx.el.h3(t("Attached"), class_name="text-13 text-muted"), names,
            class_name="grid gap-1 border-t border-line-soft pt-3.5",
        ),
        rx.fragment(),
    )  # fmt: skip


def _paragraph(row: rx.Var[Paragraph]) -> rx.Component:
    # A new document: the link is for somebody else, who is not signed in here.
    here = rx.el.a(row.text, href=row.href, class_name="kit-link break-all")
    return rx.cond(row.href != "", rx.el.p(here), rx.el.p(row.text, class_name="whitespace-pre-line"))
