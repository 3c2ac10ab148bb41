"""A building's policy, and the civil rates: those the program knows and those typed for later years."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.database import Work
from koprogo_app.law.interest import CIVIL, SOURCE
from koprogo_app.recovery.facts import DEFAULT_LEVELS, Level, Policy
from koprogo_app.recovery.model import RecoveryPolicy


async def policy_of(w: Work, building_id: UUID) -> Policy:
    """The policy of a building, or the default; the caller has authorised the building."""
    row = await w.session.get(RecoveryPolicy, building_id)
    if row is None:
        return Policy()
    levels = await w.rows(
        """select level, days, channel, costs_cents, automatic, react_days from recovery_level
            where building_id = %(b)s order by level""",
        Level,
        b=building_id,
    )
    return Policy(
        row.basis, row.clause_percent, row.clause_start, row.clause_reference, row.day_count, row.guard,
        row.bank_days, row.charges_first, row.version, tuple(levels) or DEFAULT_LEVELS,
    )  # fmt: skip


@answer()
@dataclass(frozen=True, slots=True)
class RateRow:
    """The civil rate of a year, where it is published; `known`: part of the program, and so not to be changed.

    `by` and `on`: who typed it, and when it was typed or last changed.
    """

    year: int
    percent: Decimal
    source: str
    known: Annotated[bool, Field(description="Part of the program, not to be changed")] = False
    by: Hidden[str] = ""
    on: Hidden[datetime | None] = None


_TYPED = """
select r.year, r.percent, r.source, false as known, coalesce(u.name, '') as by, r.created_at as on
  from civil_rate r left join identity.app_user u on u.id = r.user_id order by r.year desc"""


async def typed_rates(w: Work) -> list[RateRow]:
    """Civil rates of later years, as the superadmin typed them, newest first."""
    return await w.rows(_TYPED, RateRow)


async def later_rates(w: Work) -> dict[int, Decimal]:
    """The same by year, for working out interest."""
    found: dict[str, Any] | None = await w.value("select jsonb_object_agg(year, percent::text) from civil_rate")
    return {int(year): Decimal(percent) for year, percent in (found or {}).items()}


async def civil_rates(w: Work) -> list[RateRow]:
    """Every civil rate, newest first. Anybody may know them."""
    known = [RateRow(year, percent, SOURCE, True) for year, percent in sorted(CIVIL.items(), reverse=True)]
    return [row for row in await typed_rates(w) if row.year not in CIVIL] + known
