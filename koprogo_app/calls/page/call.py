"""One call."""

import reflex as rx

from koprogo_app.calls.page.call_parts import bar
from koprogo_app.calls.page.new_call import asked_table
from koprogo_app.calls.state.call import CallPage, DebtLine, InstalmentLine
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    badge,
    blocks,
    button,
    button_link,
    callout,
    card,
    cards,
    download,
    facts,
    figure,
    link,
    page_header,
)
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import ask, dialog, shown
from koprogo_app.workspace.page.parts import progress, trail

SHOWN = CallPage.shown
_DRAFT = SHOWN.status == "draft"
_POSTED = SHOWN.status == "posted"


@page("/buildings/[building_id]/calls/[call_id]", title=N_("Call for funds"), on_load=[CallPage.load, CallPage.follow])
def call() -> rx.Component:
    """The call with all that hangs on it."""
    over = trail(
        link(SHOWN.building, CallPage.base), "/", link(t("Calls for funds"), CallPage.base + "/calls")
    )  # fmt: skip
    title = rx.fragment(SHOWN.label, " ", badge(SHOWN.state, SHOWN.kind))
    content = rx.fragment(
        page_header(title, rx.cond(CallPage.write, _acts(), rx.fragment()), over=over),
        blocks(
            _told(),
            rx.cond(_DRAFT, rx.fragment(), _figures()),
            _run(),
            rx.el.div(
                _data(), _instalments(), class_name="grid grid-cols-1 gap-3.5 items-start xl:grid-cols-[2fr_3fr]"
            ),
            rx.cond(_DRAFT, asked_table(CallPage.asked, None), _lines()),
            rx.cond(CallPage.letters.length() > 0, _letters(), rx.fragment()),
        ),
        _ask_post(),
        _ask_cancel(),
        _ask_delete(),
    )
    return shown(CallPage, content)


def _acts() -> rx.Component:
    draft = rx.fragment(
        button(t("Post the call…"), kind="primary", on_click=CallPage.ask("post", "")),
        button_link(t(P_("button", "Change")), CallPage.base + "/new-call?call=" + SHOWN.id),
        button(t("Delete…"), on_click=CallPage.ask("delete", "")),
    )
    posted = button(t("Take the call back…"), on_click=CallPage.ask("cancel", ""))
    return rx.cond(_DRAFT, draft, rx.cond(_POSTED, posted, rx.fragment()))


def _told() -> rx.Component:
    draft = callout("attention", t("A draft: nothing is in the books and nobody was told."))
    back = callout("information", SHOWN.reason, title=t("This call was taken back"))
    return rx.cond(_DRAFT, draft, rx.cond(_POSTED, rx.fragment(), back))


def _figures() -> rx.Component:
    return cards(
        card(figure(t("Called"), SHOWN.total)),
        card(figure(t("Paid"), SHOWN.paid, rx.fragment(SHOWN.part, " %")), bar(SHOWN.part, t("Paid share"))),
        card(figure(t("Still open"), SHOWN.open)),
        card(figure(t("Of which late"), SHOWN.late)),
        columns=4,
    )


def _data() -> rx.Component:
    none = rx.el.span("–", class_name="text-muted")
    parts = rx.el.ul(
        rx.foreach(
            CallPage.parts,
            lambda p: rx.el.li(
                rx.el.span(p.fund, rx.el.span(" · ", p.key, class_name="text-muted")),
                rx.el.strong(p.amount, class_name="tabular-nums"),
                class_name="flex justify-between gap-4 py-2 border-b border-line-soft",
            ),
        )
    )
    return card(
        parts,
        facts(
            (t("Decision"), rx.cond(SHOWN.decision != "", SHOWN.decision, none)),
            (t("Decided on"), rx.cond(SHOWN.decided != "", SHOWN.decided, none)),
            (t("Posted"), rx.cond(SHOWN.posted != "", SHOWN.posted, none)),
        ),
        title=t("What is called"),
    )


def _instalments() -> rx.Component:
    columns = [
        Column(t("Due on"), lambda i: i.due, primary=True),
        Column(t("Called on"), lambda i: i.called),
        Column(t("Entry"), lambda i: rx.cond(i.entry != "", link(i.entry, i.entry_href), "–")),
        Column(t("Called"), lambda i: i.amount, kind="money"),
        Column(t("Paid"), lambda i: i.paid, kind="money"),
        Column(t("Notices"), _notices),
    ]
    return table(t("Instalments"), columns, CallPage.instalments, empty="", key=lambda i: i.id)


def _notices(row: rx.Var[InstalmentLine]) -> rx.Component:
    busy = (CallPage.running.status == "waiting") | (CallPage.running.status == "running")
    make = button(
        rx.cond(row.notices == "", t("Make and send the notices"), t("Send to the others")),
        kind="link",
        disabled=busy, on_click=CallPage.make_notices(row.id),
    )  # fmt: skip
    return rx.el.div(
        rx.cond(row.notices != "", rx.el.p(row.notices), rx.fragment()),
        rx.cond(_POSTED & CallPage.write & ~row.told, make, rx.fragment()),
    )


def _run() -> rx.Component:
    run = CallPage.running
    going = progress(t("Making the notices"), run.told, run.value, run.of)
    failed = callout("refused", run.text, title=t("The notices were not made"), role="alert")
    to_print = callout(
        "information",
        t("Some owners have no e-mail address, or were not reached by mail: print their letters."),
        actions=[download(t("Letters to print (PDF)"), run.print)],
        title=t("The notices are made"),
    )
    done = callout("done", t("All went out by mail."), title=t("The notices are made"), role="status")
    return rx.cond(
        run.status != "",
        rx.match(
            run.status,
            ("failed", failed),
            ("done", rx.cond(run.print != "", to_print, done)),
            going,
        ),
        rx.fragment(),
    )


def _lines() -> rx.Component:
    columns = [
        Column(t("Lot"), lambda x: x.lot, primary=True),
        Column(t("Co-owner"), lambda x: link(x.owner, x.owner_href)),
        Column(t("Fund"), lambda x: x.fund),
        Column(t("How it comes about"), _why),
        Column(t("Called"), lambda x: x.amount, kind="money"),
        Column(t("Still open"), lambda x: x.open, kind="money"),
        Column(t("State"), lambda x: badge(x.state, x.kind)),
    ]
    proof = rx.cond(CallPage.proof != "", badge(CallPage.proof, "done"), rx.fragment())
    return table(t("Who pays what"), columns, CallPage.lines, empty="", key=lambda x: x.id, foot=proof)


def _why(row: rx.Var[DebtLine]) -> rx.Component:
    when = rx.cond(row.due != "", rx.el.span(row.due, " · ", class_name="text-muted"), rx.fragment())
    return rx.el.span(when, row.why, class_name="text-13 tabular-nums whitespace-nowrap")


def _letters() -> rx.Component:
    columns = [
        Column(t("Co-owner"), lambda n: n.owner, primary=True),
        Column(t("Language"), lambda n: n.lang),
        Column(t("Due on"), lambda n: n.due),
        Column(t("How it went out"), lambda n: badge(n.state, n.kind)),
        Column(t("Letter"), lambda n: rx.el.a(t("PDF"), href=n.href, target="_blank", class_name="kit-link")),
    ]
    return table(t("Notices"), columns, CallPage.letters, empty="", key=lambda n: n.id)


def _ask_post() -> rx.Component:
    return dialog(
        CallPage, "post", t("Post this call?"),
        rx.el.p(t("Each owner then owes his part. A posted call is not changed any more; it can be taken back whole.")),
        form_error(CallPage.errors),
        form_actions(
            button(t("Post the call"), kind="primary", on_click=CallPage.post),
            button(t("Cancel"), on_click=CallPage.close),
        ),
        narrow=True,
    )  # fmt: skip


def _ask_cancel() -> rx.Component:
    return ask(
        CallPage, "cancel", t("Take this call back"),
        rx.el.p(t("Its entries are reversed. What was paid on it stays as credit of each owner."),
                class_name="text-muted"),
        text_field("reason", t("Reason"), errors=CallPage.errors, required=True, auto_complete="off"),
        act=t("Take back"), on_submit=CallPage.cancel, kind="danger",
    )  # fmt: skip


def _ask_delete() -> rx.Component:
    return dialog(
        CallPage, "delete", t("Delete this draft?"),
        form_error(CallPage.errors),
        form_actions(
            button(t("Delete"), kind="danger", on_click=CallPage.delete), button(t("Cancel"), on_click=CallPage.close)
        ),
        narrow=True,
    )  # fmt: skip
