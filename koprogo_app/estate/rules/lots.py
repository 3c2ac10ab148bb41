"""Splitting and merging lots: what the law and the figures allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from koprogo_app.estate.rules.holding import Shares
from koprogo_app.law.lots import Division, division_refusal, parts_refusal
from koprogo_app.law.refusal import Refusal
from koprogo_app.law.shares import Right


@dataclass(frozen=True, slots=True)
class LotState:
    """A lot as it is: its integer shares over the deed total, and who holds it."""

    share: int
    held: Shares


def split_refusal(share: int, parts: Sequence[int], decision: str | None) -> Refusal | None:
    """Refuse to split a lot of `share` into `parts` without a decision (art. 3.88 §3), or when they do not add up."""
    return division_refusal(Division.SPLIT, decision) or parts_refusal(share, parts)


def merge_refusal(lots: Sequence[LotState], share: int, decision: str | None) -> Refusal | None:
    """Refuse to merge `lots` into one of `share` without a decision (art. 3.88 §3), or when owners or totals differ."""
    if refusal := division_refusal(Division.MERGE, decision) or parts_refusal(share, [lot.share for lot in lots]):
        return refusal
    if any(_without_zero(lot.held) != _without_zero(lots[0].held) for lot in lots):
        return Refusal("Lots can only be merged when the same owners hold them in the same shares.", field="lots")
    return None


def _without_zero(held: Shares) -> dict[tuple[UUID, Right], Fraction]:
    return {key: share for key, share in held.items() if share}
