"""What calls are called on their pages."""

from collections.abc import Iterable
from typing import Final

from koprogo_app.calls.facts import FUND_NAMES
from koprogo_app.calls.model.calls import CallKind, CallStatus
from koprogo_app.foundation.i18n import N_, P_, tr

STATES: Final[dict[str, tuple[str, str]]] = {
    CallStatus.DRAFT: (P_("call", "draft"), "attention"),
    CallStatus.POSTED: (P_("call", "posted"), "information"),
    CallStatus.CANCELLED: (P_("call", "taken back"), "neutral"),
}
PLAN_STATES: Final[dict[str, tuple[str, str]]] = {
    "kept": (P_("payment plan", "kept"), "done"),
    "late": (P_("payment plan", "late"), "refused"),
    "done": (P_("payment plan", "paid"), "done"),
    "ended": (P_("payment plan", "ended"), "neutral"),
    "void": (P_("payment plan", "its debts were taken back"), "neutral"),
}

ADDED_UP: Final = N_(
    "{count} line added up = what is called, to the cent", "{count} lines added up = what is called, to the cent"
)


def funds(kinds: Iterable[str], lang: str) -> str:
    """The funds of a call: "Fonds de réserve, Fonds de roulement"."""
    return ", ".join(tr(lang, FUND_NAMES[CallKind(kind)]) for kind in kinds)


def paid_state(status: str, cents: int, paid: int, due: int, lang: str) -> tuple[str, str]:
    """A call's state in words with its mark: what is paid decides once it is posted."""
    if status != CallStatus.POSTED:
        text, kind = STATES[status]
        return tr(lang, text), kind
    if paid >= cents:
        return tr(lang, P_("call", "paid")), "done"
    return (tr(lang, P_("call", "late")), "refused") if due > 0 else (tr(lang, P_("call", "posted")), "information")
