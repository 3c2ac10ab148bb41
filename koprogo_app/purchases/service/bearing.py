"""Lines of an invoice that nobody would bear, because no lot weighs in their key on the day the invoice is posted."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from koprogo_app.estate.queries.bearing import key_gaps
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.refusal import Refusal
from koprogo_app.law.values import Cents
from koprogo_app.purchases.queries.invoices import LineRow

_LATER = N_(
    "Line {number}: nobody bears {amount} on {day}, as the key “{key}” only begins on {since}. "
    "Correct its first day among the allocation keys, or choose another key."
)
_NEVER = N_(
    "Line {number}: nobody bears {amount} on {day}, as no lot has a weight in the key “{key}” then. "
    "Give the lots their weights, or choose another key."
)


async def unborne_lines(w: Work, building_id: UUID, lines: Sequence[LineRow], on: date) -> list[Refusal]:
    """What is wrong with these lines when they are posted on a day; the caller has authorised the building."""
    divided = [(number, line) for number, line in enumerate(lines, 1) if line.key_id and line.gross_cents]
    gaps = await key_gaps(w, building_id, {(line.key_id, on) for _, line in divided if line.key_id})
    found = []
    for number, line in divided:
        if line.key_id and (gap := gaps.get((line.key_id, on))):
            said = {"number": number, "amount": Cents(line.gross_cents), "day": on, "key": gap.key}
            later = gap.since is not None and gap.since > on
            found.append(
                Refusal(_LATER if later else _NEVER, None, said | ({"since": gap.since} if later else {}), "lines")
            )
    return found
