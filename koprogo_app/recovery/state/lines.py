"""Debts, letters and interest, ready to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from koprogo_app.foundation.i18n import N_, money, number, tr
from koprogo_app.law.interest import Interest, by_day
from koprogo_app.law.recovery import Prescription, prescribed_on, prescription
from koprogo_app.recovery.facts import Debt
from koprogo_app.recovery.queries.reminders import ReminderRow
from koprogo_app.recovery.service.writing import fund_label, slice_rows
from koprogo_app.recovery.words import CHANNELS, LEVELS, MAILS, STATUSES
from koprogo_app.workspace.state.common import shown_day
from koprogo_app.workspace.state.page import Told

_LEVEL_KINDS = {0: "neutral", 1: "information", 2: "attention", 3: "refused"}
_STATUS_KINDS = {"prepared": "attention", "sent": "done", "cancelled": "neutral"}
_DAYS_SHOWN = 400


def level_kind(level: int) -> str:
    """The kind of mark of a level."""
    return _LEVEL_KINDS[level]


@dataclass(frozen=True)
class DebtLine:
    """A debt that is open."""

    label: str = ""
    lot: str = ""
    due: str = ""
    late: str = ""
    called: str = ""
    open: str = ""
    level: str = ""
    level_kind: str = "neutral"
    note: str = ""


def debt_line(debt: Debt, today: date, lang: str) -> DebtLine:
    """A debt as tables show it; `note` warns when it can soon no longer be claimed."""
    days = debt.days_late(today)
    return DebtLine(
        fund_label(debt, lang), debt.lot, shown_day(debt.due_on, lang), number(days, lang) if days > 0 else "",
        money(debt.cents, lang), money(debt.open_cents, lang), tr(lang, LEVELS[debt.level]) if debt.level else "",
        level_kind(debt.level), _prescribed(debt.due_on, today, lang),
    )  # fmt: skip


def _prescribed(due_on: date, today: date, lang: str) -> str:
    state, on = prescription(due_on, today), shown_day(prescribed_on(due_on), lang)
    if state is Prescription.NEAR:
        return tr(lang, "prescribed on {day}", day=on)
    return tr(lang, "prescribed since {day}, unless interrupted", day=on) if state is Prescription.PAST else ""


@dataclass(frozen=True)
class LetterLine:
    """A reminder."""

    id: str = ""
    level: str = ""
    level_kind: str = "neutral"
    status: str = ""
    status_kind: str = "neutral"
    is_prepared: bool = False
    is_sent: bool = False
    registered: bool = False
    on: str = ""
    channel: str = ""
    total: str = ""
    react_by: str = ""
    pdf: str = ""
    proof: str = ""
    tracking: str = ""
    mail: str = ""
    reason: str = ""
    may_charge: bool = False
    entry: str = ""
    may_waive: bool = False
    waived: str = ""


def letter_line(row: ReminderRow, lang: str, *, base: str = "", to_charge: int = 0) -> LetterLine:
    """A reminder as tables show it; `to_charge`: interest and costs that are not on the account yet, in cents."""
    sent = row.status == "sent"
    reason = tr(lang, "paid before it was sent") if row.reason == "paid" else row.reason
    return LetterLine(
        str(row.id), tr(lang, LEVELS[row.level]), level_kind(row.level), tr(lang, STATUSES[row.status]),
        _STATUS_KINDS[row.status], row.status == "prepared", sent, sent and row.channel == "registered",
        shown_day(row.sent_on or row.prepared_on, lang), tr(lang, CHANNELS[row.channel]), money(row.total_cents, lang),
        shown_day(row.react_by, lang), "" if row.status == "cancelled" else f"/api/v1/reminders/{row.id}/pdf",
        f"/api/v1/documents/{row.proof_document_id}" if row.proof_document_id else "", row.tracking,
        tr(lang, MAILS[row.mail_status]) if row.mail_status else "", reason,
        sent and row.entry_id is None and to_charge > 0, f"{base}/entries/{row.entry_id}" if row.entry_id else "",
        sent and row.entry_id is None and row.costs_left_cents > 0, _waived(row, lang),
    )  # fmt: skip


def _waived(row: ReminderRow, lang: str) -> str:
    """That its costs are not asked any more, since when."""
    if row.waived_on is None:
        return ""
    cents = money(row.costs_cents, lang)
    return tr(lang, "costs of {amount} waived on {day}", amount=cents, day=shown_day(row.waived_on, lang))


def told(sent: bool) -> Told:
    """What came of sending a reminder."""
    if sent:
        return Told(N_("The reminder is sent and filed among the owner’s documents."))
    return Told(N_("All of it is paid: the reminder was not needed any more."), "information")


@dataclass(frozen=True)
class SliceLine:
    """A stretch of interest: from and to, principal, rate, days, exact amount."""

    start: str = ""
    last: str = ""
    principal: str = ""
    rate: str = ""
    days: str = ""
    daily: str = ""
    amount: str = ""


def slice_lines(found: Interest, lang: str) -> list[SliceLine]:
    """The stretches of an interest; a star marks a rate that is not published yet."""
    return [
        SliceLine(
            shown_day(row["start"], lang), shown_day(row["last"], lang), money(row["principal_cents"], lang),
            f"{number(row['rate'], lang, 2)} %{'' if row['known'] else ' *'}", number(row["days"], lang),
            number(row["euros"] / row["days"], lang, 4), number(row["euros"], lang, 4),
        )
        for row in slice_rows(found)
    ]  # fmt: skip


@dataclass(frozen=True)
class DayLine:
    """What interest has come to by the end of a day."""

    day: str = ""
    amount: str = ""


def day_lines(found: Interest, lang: str) -> list[DayLine]:
    """Interest day by day, the last days first."""
    days: Sequence[tuple[date, int]] = by_day(found)[-_DAYS_SHOWN:]
    return [DayLine(shown_day(day, lang), money(cents, lang)) for day, cents in reversed(days)]


def percent(part: int, whole: int, lang: str) -> str:
    """A part of a whole in percent; nothing without a whole."""
    return f"{number(Decimal(part) * 100 / whole, lang, 0)} %" if whole else ""
