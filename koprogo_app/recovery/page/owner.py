"""One owner's recovery: debts, interest, letters, pauses."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import (
    date_field,
    select_field,
    text_area,
    text_field,
)
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    Text,
    badge,
    blocks,
    button,
    callout,
    card,
    download,
    facts,
    figure,
    link,
    page_header,
)
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.recovery.page.parts import debts_table, interest_block, pdf_link
from koprogo_app.recovery.state.lines import LetterLine
from koprogo_app.recovery.state.owner import LateOwner, PauseLine
from koprogo_app.recovery.words import PAUSES
from koprogo_app.workspace.page.kit import ask, shown
from koprogo_app.workspace.page.parts import trail


@page("/buildings/[building_id]/arrears/[owner_id]", title=N_("Recovery"), on_load=LateOwner.load)
def late_owner() -> rx.Component:
    """Everything about one owner who is late."""
    s = LateOwner
    over = trail(link(s.building, s.base), "/", link(t("Arrears"), s.base + "/arrears"))
    acts = rx.cond(
        s.write & s.sums.owes,
        rx.el.div(
            button(t("Pause…"), on_click=s.ask("pause", "")),
            button(t("File for the lawyer"), on_click=s.make_file, busy=s.bundle.status == "waiting"),
            class_name="flex flex-wrap gap-2.5",
        ),
        rx.fragment(),
    )
    content = rx.fragment(
        page_header(s.owner, acts, over=over),
        blocks(
            _bundle(),
            _paused(),
            _claim(),
            debts_table(s.debts, t("Nothing is open.")),
            _letters(),
            _waived(),
            _interest(),
            _past_pauses(),
        ),
        _cancel(),
        _prove(),
        _charge(),
        _take_back(),
        _waive(),
        _pause(),
    )
    return shown(s, content)


def _bundle() -> rx.Component:
    b = LateOwner.bundle
    ready = callout(
        "done",
        t("The statement, the calls, the minutes that voted them, the letters and their proofs, in one zip."),
        title=t("The file is ready"),
        actions=[download(t("Download the file"), b.href)],
        role="status",
    )
    going = callout("information", t("The file is being put together; you may leave this page."), role="status")
    failed = callout("refused", t("The file could not be made. Try again."), role="alert")
    return rx.match(b.status, ("done", ready), ("waiting", going), ("failed", failed), rx.fragment())


def _paused() -> rx.Component:
    return rx.foreach(LateOwner.pauses, _pause_line)


def _pause_line(row: rx.Var[PauseLine]) -> rx.Component:
    end = rx.cond(LateOwner.write, button(t("End the pause"), on_click=LateOwner.end(row.id)), rx.fragment())
    by = rx.cond(row.by != "", rx.fragment(" · ", row.by), rx.fragment())
    return rx.el.div(
        callout(
            "information", row.reason, " (", row.days, ")", by,
            title=rx.fragment(t("Recovery is paused"), ": ", row.kind), actions=[end],
        )
    )  # fmt: skip


_REASON = "text-13 text-muted font-normal mt-0.5"


def _head(text: Text) -> rx.Component:
    return filter_bar(rx.el.h2(text, class_name="font-strong"))


def _past_pauses() -> rx.Component:
    """The pauses that are over: why, from when to when, who began them."""
    columns = [
        Column(t("Because of"), lambda r: rx.fragment(r.kind, rx.el.p(r.reason, class_name=_REASON)),
               primary=True),
        Column(t("From"), lambda r: r.since),
        Column(t("Up to and including"), lambda r: r.until),
        Column(t("Paused by"), lambda r: r.by),
    ]  # fmt: skip
    shown = table(
        t("Earlier pauses"),
        columns,
        LateOwner.ended,
        empty=t("None yet"),
        key=lambda r: r.id,
        head=_head(t("Earlier pauses")),
    )
    return rx.cond(LateOwner.ended.length() > 0, shown, rx.fragment())


def _waived() -> rx.Component:
    """The costs that were waived: of which letter, when, by whom, why."""
    columns = [
        Column(t("Letter"), lambda r: rx.fragment(r.letter, rx.el.p(r.reason, class_name=_REASON)),
               primary=True),
        Column(t("Amount"), lambda r: r.amount, kind="money"),
        Column(t("Waived on"), lambda r: r.on),
        Column(t("Waived by"), lambda r: r.by),
    ]  # fmt: skip
    shown = table(
        t("Waived costs"),
        columns,
        LateOwner.waived,
        empty=t("None yet"),
        key=lambda r: r.letter,
        head=_head(t("Waived costs")),
    )
    return rx.cond(LateOwner.waived.length() > 0, shown, rx.fragment())


def _claim() -> rx.Component:
    s = LateOwner.sums
    plan = rx.foreach(
        LateOwner.plans,
        lambda p: rx.el.p(
            t("Instalment plan of {day}", day=p.on), " ",
            rx.cond(p.ended, badge(t(P_("payment plan", "ended")), "neutral"),
                    rx.cond(p.kept, badge(t(P_("payment plan", "kept")), "done"),
                            badge(t(P_("payment plan", "not kept")), "refused"))),
            class_name="mt-2",
        ),
    )  # fmt: skip
    return card(
        rx.el.div(
            figure(t("To pay now"), s.pay, t("of which {amount} is past due", amount=s.late)),
            rx.el.div(
                facts(
                    (t("Charges"), s.charges),
                    (t("Interest to date"), s.interest),
                    (t("Costs of the letters"), s.costs),
                    (t("Asked later by a plan"), rx.cond(s.later != "", s.later, "–")),
                    (t("Owed in all"), s.total),
                    (t("Privileged part of the charges"), s.privileged),
                ),
                class_name="w-full sm:w-96",
            ),
            class_name="flex flex-wrap gap-6 justify-between",
        ),
        plan,
        rx.el.p(link(t("The owner’s card"), LateOwner.card), class_name="mt-3 text-13"),
    )


def _letters() -> rx.Component:
    columns = [
        Column(t("Letter"), lambda r: badge(r.level, r.level_kind.to(str)), primary=True),
        Column(t("State"), _state),
        Column(t("Date"), lambda r: r.on),
        Column(t("Asked"), lambda r: r.total, kind="money"),
        Column(t("React by"), lambda r: r.react_by),
        Column("", _acts),
    ]
    return table(t("Letters"), columns, LateOwner.letters, empty=t("No reminder yet."), key=lambda r: r.id)


def _state(row: rx.Var[LetterLine]) -> rx.Component:
    notes = [
        row.channel,
        rx.cond(row.mail != "", rx.fragment(" · ", row.mail), rx.fragment()),
        rx.cond(row.tracking != "", rx.fragment(" · ", row.tracking), rx.fragment()),
        rx.cond(row.reason != "", rx.fragment(" · ", row.reason), rx.fragment()),
        rx.cond(row.waived != "", rx.fragment(" · ", row.waived), rx.fragment()),
    ]
    return rx.el.div(
        badge(row.status, row.status_kind.to(str)), rx.el.p(*notes, class_name="text-13 text-muted mt-0.5")
    )


def _acts(row: rx.Var[LetterLine]) -> rx.Component:
    s = LateOwner
    proof = rx.cond(row.proof != "", pdf_link(t("Proof of posting"), row.proof), rx.fragment())
    letter = rx.cond(row.pdf != "", pdf_link(t("Letter (PDF)"), row.pdf), rx.fragment())
    acts = rx.fragment(
        rx.cond(
            row.is_prepared,
            rx.fragment(
                button(t("Send"), on_click=s.send(row.id)), button(t("Cancel…"), on_click=s.ask("cancel", row.id))
            ),
            rx.fragment(),
        ),
        rx.cond(row.registered, button(t("Registered post…"), on_click=s.ask_prove(row.id)), rx.fragment()),
        rx.cond(row.may_charge, button(t("Charge to the account…"), on_click=s.ask_charge(row.id)), rx.fragment()),
        rx.cond(row.entry != "", button(t("Take back…"), on_click=s.ask("take_back", row.id)), rx.fragment()),
        rx.cond(row.may_waive, button(t("Waive the costs…"), on_click=s.ask("waive", row.id)), rx.fragment()),
    )
    entry = rx.cond(row.entry != "", link(t("On the account"), row.entry), rx.fragment())
    return rx.el.div(
        letter, proof, entry, rx.cond(s.write, acts, rx.fragment()),
        class_name="flex flex-wrap items-center justify-end gap-x-3 gap-y-1",
    )  # fmt: skip


def _interest() -> rx.Component:
    return card(interest_block(LateOwner.slices, LateOwner.days, LateOwner.known), title=t("Interest"))


def _cancel() -> rx.Component:
    errors = LateOwner.errors
    return ask(
        LateOwner, "cancel",
        t("Cancel the reminder"),
        rx.el.p(t("It is not sent. The same charges reach the next level in their time."), class_name="text-muted"),
        text_area("reason", t("Reason"), errors=errors, required=True, rows=2),
        act=t("Cancel the reminder"), on_submit=LateOwner.cancel, back=t("Back"),
    )  # fmt: skip


def _prove() -> rx.Component:
    errors = LateOwner.errors
    return ask(
        LateOwner, "prove",
        t("Registered post"),
        text_field("tracking", t("Number on the receipt"), errors=errors, required=True, auto_complete="off",
                   hint=t("For instance RR123456789BE")),
        select_field("document_id", t("Document that proves it"), LateOwner.papers, errors=errors,
                     hint=t("File the receipt of the post among the building’s documents first")),
        act=t("Save"), on_submit=LateOwner.prove,
    )  # fmt: skip


def _charge() -> rx.Component:
    c = LateOwner.charging
    return ask(
        LateOwner, "charge",
        t("Charge to the account"),
        rx.el.p(
            t("An entry of today puts on the owner’s account what this letter asks beside the charges, as far as "
              "it is not there yet. The letter is its document. It bears no interest itself; a payment meets it "
              "before the charges."),
            class_name="text-muted",
        ),
        facts(
            (t("Debit {account}, the owner", account=c.debit), c.total),
            (t("Credit {account}, interest", account=c.interest_account), c.interest),
            (t("Credit {account}, costs of the letter", account=c.costs_account), c.costs),
        ),
        act=t("Charge to the account"), on_submit=LateOwner.charge,
    )  # fmt: skip


def _take_back() -> rx.Component:
    errors = LateOwner.errors
    return ask(
        LateOwner, "take_back",
        t("Take interest and costs back"),
        rx.el.p(t("A reversing entry takes them off the owner’s account. The letter stays as it was sent."),
                class_name="text-muted"),
        text_area("reason", t("Reason"), errors=errors, required=True, rows=2),
        act=t("Take back"), on_submit=LateOwner.take_back,
    )  # fmt: skip


def _waive() -> rx.Component:
    errors = LateOwner.errors
    return ask(
        LateOwner, "waive",
        t("Waive the costs"),
        rx.el.p(
            t("The costs of this letter are not asked any more: not in the claim, not on the owner’s page, not in "
              "later letters. The letter stays as it was sent; its interest runs on. This is for good."),
            class_name="text-muted",
        ),
        text_area("reason", t("Reason"), errors=errors, required=True, rows=2),
        act=t("Waive the costs"), on_submit=LateOwner.waive,
    )  # fmt: skip


def _pause() -> rx.Component:
    errors = LateOwner.errors
    return ask(
        LateOwner, "pause",
        t("Pause recovery"),
        rx.el.p(t("Nothing is prepared or sent to this owner until the pause is over."), class_name="text-muted"),
        select_field("kind", t("Because of"), [(kind, t(label)) for kind, label in PAUSES.items()], errors=errors,
                     required=True),
        text_area("reason", t("Reason"), errors=errors, required=True, rows=2),
        date_field("until", t("Until"), errors=errors),
        act=t("Pause"), on_submit=LateOwner.pause,
    )  # fmt: skip
