"""What calls are called on their pages."""

from collections.abc import Iterable
from typing import Final

from koprogo_app.calls.model.calls import CallKind, CallStatus
from koprogo_app.calls.service.paying import FUND_NAMES
from koprogo_app.foundation.i18n import N_, tr

STATES: Final[dict[str, tuple[str, str]]] = {
    CallStatus.DRAFT: (N_("draft"), "attention"),
    CallStatus.POSTED: (N_("posted"), "information"),
    CallStatus.CANCELLED: (N_("taken back"), "neutral"),
}
PLAN_STATES: Final[dict[str, tuple[str, str]]] = {
    "kept": (N_("kept"), "done"),
    "late": (N_("late"), "refused"),
    "done": (N_("paid"), "done"),
    "ended": (N_("ended"), "neutral"),
}


def funds(kinds: Iterable[str], lang: str) -> str:
    """The funds of a call: "Fonds de réserve, Fonds de roulement"."""
    return ", ".join(tr(lang, FUND_NAMES[CallKind(kind)]) for kind in kinds)


def paid_state(status: str, cents: int, paid: int, due: int, lang: str) -> tuple[str, str]:
    """A call's state in words with its mark: what is paid decides once it is posted."""
    if status != CallStatus.POSTED:
        text, kind = STATES[status]
        return tr(lang, text), kind
    if paid >= cents:
        return tr(lang, "paid"), "done"
    return (tr(lang, "late"), "refused") if due > 0 else (tr(lang, "posted"), "information")
