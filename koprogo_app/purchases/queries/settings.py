"""How a building handles invoices and calls."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.rest.answers import answer


@answer()
@dataclass(frozen=True, slots=True)
class Rules:
    """`four_eyes`: whoever wrote an invoice may not approve it; `call_days`: days to pay a call for funds."""

    four_eyes: Annotated[bool, Field(description="Whoever wrote an invoice may not approve it")] = False
    call_days: Annotated[int, Field(description="Days to pay a call for funds")] = 30


async def charge_rules(w: Work, building_id: UUID) -> Rules:
    """The building's rules, or the defaults; the caller has authorised the building."""
    rows = await w.rows(
        "select four_eyes, call_days from charge_settings where building_id = %(b)s", Rules, b=building_id
    )
    return rows[0] if rows else Rules()
