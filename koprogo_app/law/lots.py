"""Changing the division of the shares: splitting, merging, moving shares between lots (art. 3.88 §3)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from koprogo_app.law.articles import UNANIMITY
from koprogo_app.law.refusal import N_, Refusal


class Division(StrEnum):
    """What is done to the division of the shares."""

    SPLIT = "split"
    MERGE = "merge"
    CHANGE = "change"


_REASONS = {
    Division.SPLIT: N_(
        "Splitting a lot changes the division of the shares: all co-owners must agree. Give the decision."
    ),
    Division.MERGE: N_("Merging lots changes the division of the shares: all co-owners must agree. Give the decision."),
    Division.CHANGE: N_("All co-owners must agree to a change in the division of the shares. Give the decision."),
}


def division_refusal(division: Division, decision: str | None) -> Refusal | None:
    """Refuse a new division of the shares unless `decision` refers to the act that allows it.

    All co-owners must agree, absent ones too. The assembly may decide at a lower majority when the new division is
    needed by works or by an acquisition or disposal it decides: that decision is then the reference.
    """
    if decision and decision.strip():
        return None
    return Refusal(_REASONS[division], UNANIMITY, field="decision")


def parts_refusal(whole: int, parts: Sequence[int]) -> Refusal | None:
    """Refuse a split (or, read the other way, a merge) whose parts do not add up to the shares of the whole.

    `whole` and `parts` are integer shares over the building's deed total. The other lots must not gain or lose by it.
    """
    if len(parts) < 2:
        return Refusal("There must be at least two parts.", field="parts")
    if any(part <= 0 for part in parts):
        return Refusal("Each part must have at least one share.", field="parts")
    if (total := sum(parts)) != whole:
        return Refusal(
            "The parts have {total} shares together, the whole has {whole}: the other lots would gain or lose.",
            UNANIMITY,
            {"total": total, "whole": whole},
            "parts",
        )
    return None
