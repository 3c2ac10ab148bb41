"""What the size and the age of a building entail: council, chart of accounts, reserve fund, yearly assembly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from koprogo_app.law import articles
from koprogo_app.law.articles import Article
from koprogo_app.law.calendar import add_years
from koprogo_app.law.refusal import N_, Refusal

LARGE_BUILDING = 20
ASSEMBLY_PERIOD_DAYS = 15
RESERVE_FUND_YEARS = 5


class LotKind(StrEnum):
    """What a lot is used as."""

    APARTMENT = "apartment"
    HOUSE = "house"
    SHOP = "shop"
    OFFICE = "office"
    CELLAR = "cellar"
    GARAGE = "garage"
    PARKING = "parking"
    OTHER = "other"

    @property
    def is_main(self) -> bool:
        """Whether it counts for the threshold of twenty lots: cellars, garages and parkings do not (art. 3.90)."""
        return self not in (LotKind.CELLAR, LotKind.GARAGE, LotKind.PARKING)


def main_lots(kinds: Iterable[LotKind]) -> int:
    """The number of lots without cellars, garages and parkings (art. 3.90)."""
    return sum(kind.is_main for kind in kinds)


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing a building's size entails: a stable code, whether the law requires it, a sentence and its article."""

    code: str
    required: bool
    message: str
    article: Article


def consequences(main: int) -> tuple[Consequence, ...]:
    """What `main` main lots entail: from 20 on a council and the full chart of accounts; an auditor always."""
    large = main >= LARGE_BUILDING
    council = (
        N_("A council is mandatory: the building has 20 main lots or more.")
        if large
        else N_("A council is optional: the building has fewer than 20 main lots.")
    )
    chart = (
        N_("Double-entry accounts with the full chart are mandatory: the building has 20 main lots or more.")
        if large
        else N_("Simplified accounts are allowed: the building has fewer than 20 main lots.")
    )
    return (
        Consequence("council", large, council, articles.COUNCIL),
        Consequence("full_chart", large, chart, articles.CHART_DECREE),
        Consequence("auditor", True, N_("The assembly appoints an auditor every year."), articles.AUDITOR),
    )


@dataclass(frozen=True, slots=True)
class DeedGap:
    """The lots do not add up to the deed: `difference` is lots minus deed, in shares. Charges use the actual sum."""

    lots_total: int
    deed_total: int
    warning: Refusal

    @property
    def difference(self) -> int:
        return self.lots_total - self.deed_total


def deed_gap(shares: Iterable[int], deed_total: int) -> DeedGap | None:
    """Compare the lots' integer shares with the total in the deed (art. 3.85 §1); never scaled, only said."""
    total = sum(shares)
    if total == deed_total:
        return None
    message = (
        N_("The lots have {total} shares together, the deed {deed}: {difference} missing.")
        if total < deed_total
        else N_("The lots have {total} shares together, the deed {deed}: {difference} too many.")
    )
    params = {"total": total, "deed": deed_total, "difference": abs(total - deed_total)}
    return DeedGap(total, deed_total, Refusal(message, articles.SHARES_IN_DEED, params))


def ordinary_period(month: int, day: int, year: int) -> tuple[date, date]:
    """First and last day of the fifteen days in which that year's ordinary assembly is held (art. 3.87 §2).

    `month` and `day` are the start fixed in the rules of internal order; 29 February falls back to the 28th.
    """
    first = add_years(date(2000, month, day), year - 2000)
    return first, first + timedelta(days=ASSEMBLY_PERIOD_DAYS - 1)


def next_ordinary_period(month: int, day: int, today: date) -> tuple[date, date]:
    """The first ordinary-assembly period that is not over on `today`."""
    for year in (today.year - 1, today.year):
        period = ordinary_period(month, day, year)
        if period[1] >= today:
            return period
    return ordinary_period(month, day, today.year + 1)


class ReserveStatus(StrEnum):
    """Whether the reserve fund must exist."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True)
class ReserveFund:
    """Status of the reserve fund on a day; `due` is the last day to create it, None when the age is unknown."""

    status: ReserveStatus
    due: date | None
    article: Article = articles.FUNDS


def reserve_fund(provisional_acceptance: date | None, today: date) -> ReserveFund:
    """Reserve fund: mandatory at the latest five years after provisional acceptance of the common parts (art. 3.86 §3).

    Without the date of acceptance the answer is unknown, never exempt.
    """
    if provisional_acceptance is None:
        return ReserveFund(ReserveStatus.UNKNOWN, None)
    due = add_years(provisional_acceptance, RESERVE_FUND_YEARS)
    return ReserveFund(ReserveStatus.MANDATORY if today >= due else ReserveStatus.NOT_YET, due)
