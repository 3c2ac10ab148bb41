"""What an owner is asked and how it is paid, as pages show it: the claim, a code for the banking app for each account,
what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from koprogo_app.calls.facts import Claim, Coming, FundDue, Transfer
from koprogo_app.calls.state.words import funds
from koprogo_app.foundation.i18n import N_, P_, money, tr
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper.epc import qr_image
from koprogo_app.workspace.state.common import shown_day

_DATES_SHOWN: Final = 6


@dataclass(frozen=True)
class WayLine:
    """A transfer to make; `qr` is a picture as a data address."""

    qr: str = ""
    amount: str = ""
    holder: str = ""
    iban: str = ""
    message: str = ""
    funds: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the sum to pay now, or an amount to come: what it is, and how much."""

    label: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Asking:
    """A claim, ready to show. `late` is empty when nothing is; `parts` when the sum is charges alone."""

    pay: str = ""
    owes: bool = False
    late: str = ""
    state: str = ""
    kind: str = "neutral"
    credit: str = ""
    message: str = ""
    next: str = ""
    parts: tuple[Part, ...] = ()
    ways: tuple[WayLine, ...] = ()
    notes: tuple[str, ...] = ()
    coming: tuple[Part, ...] = ()


NOT_ASKED: Final = Asking()


def asking(found: Claim, lang: str) -> Asking:
    """A claim as pages show it."""
    state, kind = tr(lang, "nothing to pay"), "done"
    if found.pay_cents > 0:
        # Translators: money that is owed
        state, kind = (tr(lang, "late"), "refused") if found.late_cents else (tr(lang, "to pay"), "attention")
    return Asking(
        money(found.pay_cents, lang), found.pay_cents > 0, money(found.late_cents, lang) if found.late_cents else "",
        state, kind, money(found.credit_cents, lang) if found.credit_cents else "",
        show_communication(found.communication) if found.communication else "", _next(found.coming, lang),
        _parts(found, lang), way_lines(found.transfers, lang, apart=bool(found.unpayable)), _notes(found, lang),
        _coming(found.coming, lang),
    )  # fmt: skip


def way_lines(ways: Sequence[Transfer], lang: str, *, apart: bool = False) -> tuple[WayLine, ...]:
    """The transfers to make; their funds are named when there are several, or (`apart`) when not all can be paid."""
    named = apart or len(ways) > 1
    return tuple(
        WayLine(qr_image(one.payload), money(one.cents, lang), one.holder, show_iban(one.iban),
                show_communication(one.communication), funds(one.kinds, lang) if named else "")
        for one in ways
    )  # fmt: skip


def _parts(found: Claim, lang: str) -> tuple[Part, ...]:
    amounts = (
        (N_("Charges"), found.charges_cents), (N_("Payment of the instalment plan"), found.plan_cents),
        (N_("Interest to date"), found.interest_cents), (N_("Costs of the letters"), found.costs_cents),
    )  # fmt: skip
    if found.charges_cents == found.pay_cents:
        return ()
    return tuple(Part(tr(lang, label), money(cents, lang)) for label, cents in amounts if cents)


def missing_text(one: FundDue, lang: str) -> str:
    """Says that a fund has no bank account to pay on."""
    text = N_(
        "{amount} is for this fund: {fund}. The association has not told of a bank account of it yet. Do not pay it on "
        "another account; ask the syndic."
    )
    return tr(lang, text, amount=money(one.cents, lang), fund=funds([one.kind], lang))


def _notes(found: Claim, lang: str) -> tuple[str, ...]:
    notes = [missing_text(one, lang) for one in found.unpayable]
    if found.later_cents:
        text = N_("{amount} more is owed; the instalment plan asks it later.")
        notes.append(tr(lang, text, amount=money(found.later_cents, lang)))
    for plan in found.plans:
        if not plan.kept:
            text = N_("The instalment plan of {day} is not kept: all that it covers is due.")
            notes.append(tr(lang, text, day=shown_day(plan.agreed_on, lang)))
    if found.paused:
        day = shown_day(found.paused_until, lang) if found.paused_until else ""
        notes.append(
            tr(lang, N_("No reminders are sent up to {day}: recovery is paused."), day=day)
            if day
            else tr(lang, N_("No reminders are sent: recovery is paused."))
        )
    return tuple(notes)


def _by_day(coming: Sequence[Coming]) -> dict[date, int]:
    sums: dict[date, int] = {}
    for one in coming:
        sums[one.due_on] = sums.get(one.due_on, 0) + one.cents
    return sums


def _next(coming: Sequence[Coming], lang: str) -> str:
    found = _by_day(coming)
    if not found:
        return ""
    day = min(found)
    return tr(lang, "{amount} due on {day}", day=shown_day(day, lang), amount=money(found[day], lang))


def _coming(coming: Sequence[Coming], lang: str) -> tuple[Part, ...]:
    lines = []
    for one in coming[:_DATES_SHOWN]:
        what = tr(lang, P_("what comes", "instalment plan")) if one.plan else funds([one.kind], lang)
        lines.append(Part(f"{shown_day(one.due_on, lang)} · {what}", money(one.cents, lang)))
    return tuple(lines)
