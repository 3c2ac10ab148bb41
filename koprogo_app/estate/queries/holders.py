"""Who bears what a lot owes on a day: `lot_holders(w, lot_id, on) -> HeldOn`."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from koprogo_app.foundation.database import Work


@dataclass(frozen=True, slots=True)
class HeldOn:
    """Those who enjoy a lot, each with his part (together 1), and the mandatary named for it, if any.

    A bare owner is not among them: between the parties the running costs are for who enjoys the lot (art. 3.150), and
    towards the association all are liable together (art. 3.86 §3).
    """

    parts: dict[UUID, Fraction]
    mandatary: UUID | None


@dataclass(frozen=True, slots=True)
class _Part:
    owner_id: UUID
    numerator: int
    denominator: int


async def lot_holders(w: Work, lot_id: UUID, on: date) -> HeldOn:
    """Of one lot on a day; the caller has authorised its building."""
    rows = await w.rows(
        """select owner_id, numerator, denominator from ownership
            where lot_id = %(lot)s and "right" <> 'bare' and period @> %(on)s::date
            order by primary_contact desc, id""",
        _Part, lot=lot_id, on=on,
    )  # fmt: skip
    parts: dict[UUID, Fraction] = {}
    for row in rows:
        parts[row.owner_id] = parts.get(row.owner_id, Fraction(0)) + Fraction(row.numerator, row.denominator)
    mandatary: UUID | None = await w.value(
        "select owner_id from mandatary where lot_id = %(lot)s and period @> %(on)s::date", lot=lot_id, on=on
    )
    return HeldOn(parts, mandatary)
