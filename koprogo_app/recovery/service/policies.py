"""A building's policy, and the civil rates of years to come: written, checked, audited."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import parse_cents, parse_number
from koprogo_app.identity.access import require
from koprogo_app.law.interest import CIVIL, DayCount
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import Level, Policy
from koprogo_app.recovery.model import Basis, Channel, CivilRate, RecoveryPolicy, Start
from koprogo_app.recovery.queries.policy import civil_rates, policy_of
from koprogo_app.recovery.rules.arrears import check_policy


async def set_policy(w: Work, building_id: UUID, values: Mapping[str, Any], *, version: int | None = None) -> Policy:
    """Changes a building's policy (`recovery.write`): the fields given, the others stay.

    Fields: basis, clause_percent, clause_start, clause_reference, day_count, guard, bank_days, charges_first; of each
    level n: days_n, channel_n, costs_n (an amount), automatic_n, react_days_n. Raises Invalid or AgainstTheLaw on the
    field, Conflict when somebody else changed it meanwhile.
    """
    book = await books.book(w, building_id, "recovery.write")
    old = await policy_of(w, building_id)
    if version is not None and version != old.version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    new = read(old, values, w.principal.lang)
    check_policy(new)
    row = await w.session.get(RecoveryPolicy, building_id) or RecoveryPolicy(
        building_id=building_id, organization_id=book.organization_id, version=0
    )
    before = snapshot(row) if row.version else {}
    for name in (
        "basis",
        "clause_percent",
        "clause_start",
        "clause_reference",
        "day_count",
        "guard",
        "bank_days",
        "charges_first",
    ):
        setattr(row, name, getattr(new, name))
    row.version += 1
    await w.add(row)
    for step in new.levels:
        await w.execute(_LEVEL, b=building_id, o=book.organization_id, **_columns(step))
    await audit(
        w, "recovery_policy.set", "recovery_policy", building_id, organization_id=book.organization_id,
        building_id=building_id, before=before | {f"level_{s.level}": _columns(s) for s in old.levels},
        after=snapshot(row) | {f"level_{s.level}": _columns(s) for s in new.levels},
    )  # fmt: skip
    return replace(new, version=row.version)


_LEVEL = """
insert into recovery_level (building_id, organization_id, level, days, channel, costs_cents, automatic, react_days)
values (%(b)s, %(o)s, %(level)s, %(days)s, %(channel)s, %(costs_cents)s, %(automatic)s, %(react_days)s)
on conflict (building_id, level) do update set days = excluded.days, channel = excluded.channel,
  costs_cents = excluded.costs_cents, automatic = excluded.automatic, react_days = excluded.react_days"""


def _columns(step: Level) -> dict[str, Any]:
    return {
        "level": step.level, "days": step.days, "channel": str(step.channel), "costs_cents": step.costs_cents,
        "automatic": step.automatic, "react_days": step.react_days,
    }  # fmt: skip


def read(old: Policy, values: Mapping[str, Any], lang: str) -> Policy:
    """The policy with the given fields read as a person of that language types them. Raises Invalid on the field."""
    new = replace(
        old,
        basis=_choice(values, "basis", Basis, old.basis),
        clause_percent=_percent(values, "clause_percent", old.clause_percent, lang),
        clause_start=_choice(values, "clause_start", Start, old.clause_start),
        clause_reference=str(values.get("clause_reference", old.clause_reference) or "").strip()[:300],
        day_count=_choice(values, "day_count", DayCount, old.day_count),
        guard=_yes(values.get("guard", old.guard)),
        charges_first=_yes(values.get("charges_first", old.charges_first)),
        bank_days=_whole(values, "bank_days", old.bank_days, lang, 0, 30),
    )
    return replace(new, levels=tuple(_level(step, values, lang) for step in old.levels))


def _level(old: Level, values: Mapping[str, Any], lang: str) -> Level:
    n = old.level
    costs = values.get(f"costs_{n}")
    return Level(
        n,
        _whole(values, f"days_{n}", old.days, lang, 1, 365),
        _choice(values, f"channel_{n}", Channel, old.channel),
        old.costs_cents if costs is None else _cents(costs, f"costs_{n}", lang),
        _yes(values.get(f"automatic_{n}", old.automatic)),
        _whole(values, f"react_days_{n}", old.react_days, lang, 1, 90),
    )


def _cents(value: Any, field: str, lang: str) -> int:
    cents = value if isinstance(value, int) else parse_cents(str(value) or "0", lang, field)
    if not 0 <= cents <= 100_000:
        raise Invalid(field, N_("Costs are between 0 and 1,000 euros."))
    return cents


def _yes(value: Any) -> bool:
    return value in (True, "true", "on")


def _choice(values: Mapping[str, Any], field: str, kinds: Any, old: str) -> str:
    value = values.get(field, old)
    if value not in {str(kind) for kind in kinds}:
        raise Invalid(field, N_("Choose one."))
    return str(value)


def _whole(values: Mapping[str, Any], field: str, old: int, lang: str, least: int, most: int) -> int:
    value = values.get(field, old)
    number = value if isinstance(value, int) else int(_number(str(value), lang, field))
    if not least <= number <= most:
        raise Invalid(field, N_("Type a number of days from {least} to {most}."), least=least, most=most)
    return number


def _number(text: str, lang: str, field: str) -> Decimal:
    value = parse_number(text, lang, field)
    if value != value.to_integral_value() or abs(value) > 10_000:
        raise Invalid(field, N_("Type a whole number."))
    return value


def _percent(values: Mapping[str, Any], field: str, old: Decimal | None, lang: str) -> Decimal | None:
    value = values.get(field, old)
    if value is None or str(value).strip() == "":
        return None
    percent = value if isinstance(value, Decimal) else parse_number(str(value).replace("%", ""), lang, field)
    if not 0 <= percent <= 100 or percent != round(percent, 2):
        raise Invalid(field, N_("Type a rate from 0 to 100 % with at most two decimals."))
    return percent


def _latest(w: Work) -> int:
    """The last year whose rate may be typed: it is published in January of its year, and known a little before."""
    return w.today.year + 1


async def year_to_type(w: Work) -> int:
    """The first year without a rate; the last that may be typed when all have theirs."""
    known = {row.year for row in await civil_rates(w)}
    return next((year for year in range(max(CIVIL) + 1, _latest(w) + 1) if year not in known), _latest(w))


async def set_rate(w: Work, year: int, percent: Any, source: str) -> None:
    """Types the civil rate of a year to come (`rates.write`, for the whole installation).

    Raises Invalid, and Conflict for a year whose rate is part of the program.
    """
    require(w, "rates.write")
    if year in CIVIL:
        raise Conflict(N_("The rate of {year} is known and does not change."), field="year", year=year)
    if not max(CIVIL) < year <= _latest(w):
        raise Invalid("year", N_("A rate is published in January of its year: type a year up to {year}."),
                      year=_latest(w))  # fmt: skip
    rate = _percent({"percent": percent}, "percent", None, w.principal.lang)
    if rate is None:
        raise Invalid("percent", N_("Type the rate in percent."))
    if rate > 25:
        raise Invalid("percent", N_("A rate above 25 % is taken for a mistake."))
    if not source.strip():
        raise Invalid("source", N_("Say where it was published."))
    row = await w.session.get(CivilRate, year)
    before = snapshot(row) if row else None
    row = row or CivilRate(year=year, percent=rate, source=source)
    row.percent, row.source, row.user_id = rate, source.strip()[:300], w.principal.user_id
    row.created_at = w.now  # typed anew; what stood there before is in the audit
    await w.add(row)
    await audit(w, "civil_rate.set", "civil_rate", None, organization_id=None, before=before, after=snapshot(row))
