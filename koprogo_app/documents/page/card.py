"""One document in its dialog."""

import reflex as rx

from koprogo_app.documents.page.languages import LANGUAGE_OPTIONS
from koprogo_app.documents.state.card import Card, VersionLine
from koprogo_app.documents.state.sending import Sending
from koprogo_app.documents.words import KINDS
from koprogo_app.foundation.i18n import P_
from koprogo_app.interface.dialog import dialog
from koprogo_app.interface.form import (
    date_field,
    form,
    form_actions,
    form_error,
    select_field,
    text_area,
    text_field,
)
from koprogo_app.interface.parts import button, callout, download, facts
from koprogo_app.interface.text import pick, t
from koprogo_app.workspace.page.parts import law_tag, row_of

_OUTSIDE = "kit-button kit-primary"


def card_dialog() -> rx.Component:
    """One dialog with three faces: the document, the form to change it, the question before deleting it."""
    opened = Card.dialog
    inside = rx.match(opened.name, ("edit", _edit()), ("delete", _delete()), _look())
    why = callout("refused", pick(Card.failed.to(dict[str, str])), role="alert")
    content = rx.cond(Card.failed.en != "", why, inside)
    return dialog(Card.doc.title, content, open=opened.name != "", on_close=Card.close, record=opened.record)


def _look() -> rx.Component:
    doc = Card.doc
    picture = rx.cond(
        doc.preview != "",
        rx.el.a(
            rx.el.img(
                src=doc.preview, alt=t("First page of {title}", title=doc.title),
                class_name="w-full rounded-md border border-line bg-white",
            ),
            href=doc.href, target="_blank", rel="noopener", class_name="block",
        ),
        rx.el.p(doc.note, role="status", class_name="kit-card px-4 py-10 text-center text-muted"),
    )  # fmt: skip
    open_it = rx.el.a(
        t(P_("button", "Open")), rx.el.span(t("in a new tab"), class_name="kit-unseen"), href=doc.href, target="_blank",
        rel="noopener", class_name=_OUTSIDE,
    )  # fmt: skip
    actions = rx.el.div(
        rx.cond(doc.shown, open_it, rx.fragment()),
        download(t("Save"), doc.href + "?download=true"),
        rx.cond(
            Card.write,
            rx.fragment(
                button(t("Edit"), on_click=Card.ask("edit", doc.id)),
                button(t("Send a new version"), on_click=[Card.close, Sending.start_version(doc.id)]),
            ),
            rx.fragment(),
        ),
        rx.cond(Card.delete, button(t("Delete"), kind="danger", on_click=Card.ask("delete", doc.id)), rx.fragment()),
        class_name="flex flex-wrap gap-2.5",
    )
    return rx.el.div(
        rx.el.div(picture, class_name="min-w-0"),
        rx.el.div(_facts(), _versions(), actions, class_name="grid gap-3.5 content-start min-w-0"),
        class_name="grid grid-cols-1 gap-4 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)]",
    )


def _facts() -> rx.Component:
    doc = Card.doc
    law = rx.cond(doc.article != "", law_tag(doc.article), rx.fragment())
    kept = rx.el.span(rx.cond(doc.kept != "", doc.kept, t("without limit")), " ", law)
    return rx.el.div(
        facts(
            (t("Kind"), doc.kind),
            (t("Date"), doc.dated),
            (t("Belongs to"), doc.place),
            (t("Who may see it"), doc.who),
            (t("File"), rx.cond(doc.pages != "", t("{file}, {pages} p.", file=doc.file, pages=doc.pages), doc.file)),
            (t("Kept until"), kept),
        ),
        rx.cond(Card.write, rx.el.p(doc.why, class_name="text-13 text-muted mt-1"), rx.fragment()),
    )


def _versions() -> rx.Component:
    def one(version: rx.Var[VersionLine]) -> rx.Component:
        return rx.el.li(
            rx.el.a(
                t("Version {number}", number=version.number), href=version.href, target="_blank", rel="noopener",
                class_name="kit-link font-semibold",
            ),
            rx.el.span(version.text, class_name="text-13 text-muted"),
            class_name="flex flex-wrap justify-between gap-x-3 py-1.5",
        )  # fmt: skip

    return rx.cond(
        Card.doc.versions.length() > 1,
        rx.el.ul(rx.foreach(Card.doc.versions, one), aria_label=t("Versions")),
        rx.fragment(),
    )


def _back() -> rx.Component:
    return button(t("Cancel"), on_click=Card.ask("look", Card.dialog.record))


def _edit() -> rx.Component:
    doc, errors = Card.doc, Card.errors
    level = rx.cond(
        doc.fixed,
        rx.fragment(),
        select_field(
            "visibility", t("Who may see it"), Card.levels, errors=errors, required=True, default_value=doc.level
        ),
    )
    return form(
        form_error(errors),
        text_field("title", t("Title"), errors=errors, required=True, default_value=doc.title, max_length=200),
        row_of(
            select_field("kind", t("Kind"), [(k, t(v)) for k, v in KINDS.items()], errors=errors, required=True,
                         default_value=doc.kind_code, id="f-doc-kind"),
            date_field("dated", t("Date of the paper"), errors=errors, required=True, default_value=doc.dated_iso,
                       id="f-doc-dated"),
            level,
            select_field("lang", t("Language"), LANGUAGE_OPTIONS, errors=errors, required=True, default_value=doc.lang,
                         id="f-doc-lang"),
        ),
        form_actions(button(t("Save"), kind="primary", type="submit"), _back()),
        on_submit=Card.save,
    )  # fmt: skip


def _delete() -> rx.Component:
    doc = Card.doc
    always = t("It is kept as long as the association exists.")
    until = rx.cond(doc.kept != "", t("It is kept until {day}.", day=doc.kept), always)
    buttons = (
        button(t("Delete for good"), kind="danger", type="submit"),
        _back(),
    )
    return form(
        callout(
            "attention",
            rx.fragment(until, " ", t("Its file is destroyed; who deleted it, when and why stays in the journal.")),
            title=rx.fragment(doc.kind, " ", rx.cond(doc.article != "", law_tag(doc.article), "")),
        ),
        text_area("reason", t("Why must it go?"), errors=Card.errors, rows=3, max_length=500,
                  hint=t("Ten letters at least before its day of destruction; none needed after.")),
        form_error(Card.errors),
        form_actions(*buttons),
        on_submit=Card.do_delete,
    )  # fmt: skip
