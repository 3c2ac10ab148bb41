"""Importing lots and owners from a spreadsheet."""

import reflex as rx

from koprogo_app.estate.state.imports import Count, ImportPage, Planned, Remark
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import date_field, form, form_actions, form_error
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    button,
    button_link,
    callout,
    card,
    link,
    page_header,
)
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/buildings/[building_id]/import", title=N_("Import lots and owners"), on_load=ImportPage.load)
def imports() -> rx.Component:
    """The stage the file is at."""
    stages = rx.match(ImportPage.stage, ("preview", _preview()), ("done", _done()), _file())
    header = page_header(
        t("Import lots and owners"),
        over=trail(
            link(ImportPage.building, ImportPage.base), "·", link(t("Lots and owners"), ImportPage.base + "/lots")
        ),
    )
    return shown(ImportPage, rx.fragment(header, stages))


def _file() -> rx.Component:
    wanted = [
        t("one line for each owner of each lot, with headings on top"),
        t("lot, kind, floor, area, shares, owner, part (1/3 or 33,33 %), right, e-mail, language, address"),
        t("headings in French, Dutch, German or English; comma, semicolon or tab; any usual encoding"),
        t("a lot or an owner that is known already is recognised, not doubled"),
    ]
    return rx.el.div(
        rx.el.div(
            form_error(ImportPage.errors),
            dropzone(
                t("Drop the table of lots and owners here"),
                endpoint="/api/v1" + ImportPage.base + "/import",
                accept=".csv,.xlsx,.txt",
                max_size=10_000_000,
                on_uploaded=ImportPage.look,
                hint=t("CSV or XLSX, at most 10 MB. Nothing is imported before you have seen what it does."),
            ),
            class_name="grid grid-cols-1 gap-3.5 content-start",
        ),
        card(
            rx.el.ul(*[rx.el.li(text, class_name="py-2 border-b border-line-soft last:border-0") for text in wanted]),
            title=t("What is read"),
        ),
        class_name="grid grid-cols-1 gap-3.5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]",
    )


def _preview() -> rx.Component:
    state = rx.cond(
        ImportPage.importable,
        rx.cond(
            ImportPage.nothing,
            callout("information", t("Everything in this file is already so: importing it changes nothing.")),
            callout("done", t("The file can be imported, all of it or nothing.")),
        ),
        callout(
            "refused",
            t("Nothing can be imported yet: mend the errors below in your file and send it again."),
            title=t(N_("{count} error", "{count} errors"), count=ImportPage.errors_found),
        ),
    )
    return rx.el.div(state, _summary(), _remarks(), _lots(), class_name="grid grid-cols-1 gap-3.5")


def _summary() -> rx.Component:
    def one(count: rx.Var[Count]) -> rx.Component:
        return rx.el.tr(
            rx.el.th(count.what, scope="row"),
            rx.el.td(count.new, class_name="kit-number"),
            rx.el.td(count.changed, class_name="kit-number"),
            rx.el.td(count.same, class_name="kit-number"),
        )

    heads = [rx.el.th(text, scope="col", class_name="kit-number") for text in (t("new"), t("changed"), t("unchanged"))]
    counts = rx.el.table(
        rx.el.thead(rx.el.tr(rx.el.td(), *heads)),
        rx.el.tbody(rx.foreach(ImportPage.counts, one)),
        aria_label=t("What the import does"),
    )
    apply = form(
        date_field(
            "since",
            t("Owners since"),
            errors=ImportPage.errors,
            default_value=ImportPage.since,
            required=True,
            hint=t("First day of the ownership of new lots, if you know no better: the accounting year"),
        ),
        form_error(ImportPage.errors),
        form_actions(
            button(
                t("Import it all"), kind="primary", type="submit", disabled=~ImportPage.importable | ImportPage.nothing
            ),
            button(t("Another file"), on_click=ImportPage.another),
        ),
        on_submit=ImportPage.apply,
    )
    return card(
        rx.el.p(ImportPage.source, class_name="text-13 text-muted"),
        rx.el.p(ImportPage.totals, class_name="mb-3"),
        rx.el.div(
            rx.el.div(counts, class_name="kit-scroll"),
            rx.cond(
                ImportPage.importable & ~ImportPage.nothing,
                apply,
                rx.el.div(button(t("Another file"), on_click=ImportPage.another)),
            ),
            class_name="grid grid-cols-1 gap-5 lg:grid-cols-2 items-start",
        ),
        title=ImportPage.file_name,
    )


def _remarks() -> rx.Component:
    def one(remark: rx.Var[Remark]) -> rx.Component:
        kind = rx.match(
            remark.kind,
            ("refused", badge(t("error"), "refused")),
            ("attention", badge(t("to check"), "attention")),
            badge(t(P_("remark", "note")), "information"),
        )
        return rx.el.li(
            rx.el.div(kind, class_name="w-24 flex-none"),
            rx.el.div(
                rx.el.p(remark.text), rx.el.p(remark.where, class_name="text-13 text-muted"), class_name="min-w-0"
            ),
            class_name="flex gap-3 py-2 border-b border-line-soft last:border-0",
        )

    more = rx.cond(
        ImportPage.more_remarks > 0,
        rx.el.p(t("and {count} more", count=ImportPage.more_remarks), class_name="text-muted pt-2"),
        rx.fragment(),
    )
    shown = card(rx.el.ul(rx.foreach(ImportPage.remarks, one)), more, title=t("What we noticed, line by line"))
    return rx.cond(ImportPage.remarks.length() > 0, shown, rx.fragment())


def _lots() -> rx.Component:
    def action(one: rx.Var[Planned]) -> rx.Component:
        kind = rx.match(one.action, ("new", "done"), ("changed", "attention"), "neutral")
        return badge(one.label, kind.to(str))

    columns = [
        Column(t("Lot"), lambda one: one.number, primary=True),
        Column(t("What happens"), action),
        Column(t("Kind"), lambda one: one.kind),
        Column(t("Shares"), lambda one: one.shares, kind="number"),
        Column(t("Owners"), lambda one: one.owners),
    ]
    foot = rx.cond(
        ImportPage.more_planned > 0, t("and {count} more", count=ImportPage.more_planned), t("That is all of them.")
    )
    shown = table(
        t("The lots of the file"),
        columns,
        ImportPage.planned,
        empty=t("No lot was found in this file."),
        key=lambda one: one.number,
        foot=rx.el.span(foot),
    )
    return rx.cond(ImportPage.planned.length() > 0, shown, rx.fragment())


def _done() -> rx.Component:
    def one(count: rx.Var[Count]) -> rx.Component:
        return rx.el.li(
            t(
                "{what}: {new} new, {changed} changed, {same} as before",
                what=count.what,
                new=count.new,
                changed=count.changed,
                same=count.same,
            )
        )

    return rx.el.div(
        callout(
            "done",
            rx.el.ul(rx.foreach(ImportPage.counts, one)),
            title=t("{file} is imported", file=ImportPage.file_name),
            role="status",
        ),
        rx.el.div(
            button_link(t("See the lots"), ImportPage.base + "/lots", kind="primary"),
            button_link(t("Lots to complete"), ImportPage.base + "/lots?show=draft"),
            button_link(t("Votes suspended"), ImportPage.base + "/lots?show=suspended"),
            button(t("Import another file"), on_click=ImportPage.another),
            class_name="flex flex-wrap gap-2.5",
        ),
        rx.el.p(
            t("Lots held by several persons wait for the mandatary these name."),
            " ",
            article_tag("3.87 §1"),
            class_name="text-muted",
        ),
        class_name="grid grid-cols-1 gap-3.5",
    )
