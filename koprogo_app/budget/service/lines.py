"""The lines of a draft: added, changed cell by cell, replaced as a whole, removed.

Raises Invalid on the field, Conflict when the budget is no draft or somebody else was faster, NotFound, Forbidden
(`budget.write`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from koprogo_app.budget.facts import Line, Place
from koprogo_app.budget.model import Budget, BudgetLine, Nature
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.rules.lines import default_nature, natures_of
from koprogo_app.budget.service.budgets import opened
from koprogo_app.estate.model import AllocationKey
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import parse_cents
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.posting import MAX_CENTS
from koprogo_app.workspace import fields

_MOST_LINES: Final = 500
_MONTHS: Final = 24


async def add_line(w: Work, budget_id: UUID, values: Mapping[str, Any]) -> Line:
    """A line more: `account_code`, and `nature`, `key_id`, `cents`, `comment`, `profile` when given."""
    budget = await opened(w, budget_id)
    clean = await _clean(w, budget, values, await _chart(w, budget))
    taken = await queries.lines_of(w, budget.id)
    if len(taken) >= _MOST_LINES:
        raise Invalid("lines", N_("At most {max} lines."), max=_MOST_LINES)
    if _place(clean) in {one.place for one in taken}:
        raise Invalid("key_id", ONCE, code=clean["account_code"])
    line = await _write(w, budget, clean, len(taken) + 1)
    await _audited(w, budget, "budget.line_added", line, after=snapshot(line))
    return _plain(line)


async def change_line(w: Work, line_id: UUID, version: int, changes: Mapping[str, Any]) -> Line:
    """Changes fields of a line that is still as the person saw it (`version`)."""
    line = await w.get(BudgetLine, line_id)
    budget = await opened(w, line.budget_id)
    await w.session.refresh(line)
    if line.version != version:
        raise Conflict(N_("Somebody else has changed this line meanwhile. Load the page again."))
    before = snapshot(line)
    given = {"account_code": line.account_code, **changes}
    if "nature" not in changes and line.nature in natures_of(str(given["account_code"])):
        given["nature"] = line.nature
    clean = await _clean(w, budget, given, await _chart(w, budget))
    if changes.keys() & {"account_code", "key_id"}:
        await _check_once(w, line, (clean["account_code"], clean.get("key_id", line.key_id)))
    for field in {*changes, "nature"}:
        setattr(line, field, clean[field])
    if snapshot(line) != before:
        line.version += 1
        w.session.add(line)
        await w.flush()
        await _audited(w, budget, "budget.line_updated", line, before=before, after=snapshot(line))
    return _plain(line)


async def remove_line(w: Work, line_id: UUID) -> None:
    """Takes a line out."""
    line = await w.get(BudgetLine, line_id)
    budget = await opened(w, line.budget_id)
    await w.execute("delete from budget_line where id = %(l)s", l=line_id)
    await _audited(w, budget, "budget.line_removed", line, before=snapshot(line))


async def replace_lines(w: Work, budget_id: UUID, given: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Puts these lines in the place of all that the draft has; errors name the line (`lines.0.cents`)."""
    budget = await opened(w, budget_id)
    if len(given) > _MOST_LINES:
        raise Invalid("lines", N_("At most {max} lines."), max=_MOST_LINES)
    chart = await _chart(w, budget)
    seen: set[Place] = set()
    await w.execute("delete from budget_line where budget_id = %(b)s", b=budget_id)
    for index, values in enumerate(given):
        try:
            clean = await _clean(w, budget, values, chart)
            if _place(clean) in seen:
                raise Invalid("key_id", ONCE, code=clean["account_code"])
        except Invalid as error:
            params: dict[str, Any] = dict(error.params)
            raise Invalid(f"lines.{index}.{error.field}", error.message, **params) from None
        seen.add(_place(clean))
        await _write(w, budget, clean, index + 1)
    await audit(
        w,
        "budget.lines_replaced",
        "budget",
        budget.id,
        organization_id=budget.organization_id,
        building_id=budget.building_id,
        after={"lines": len(given)},
    )
    return await queries.lines_of(w, budget_id)


ONCE: Final = N_("Account {code} has a line with this allocation key already: choose another key, or change that line.")


def _place(clean: Mapping[str, Any]) -> Place:
    return clean["account_code"], clean.get("key_id")


async def _check_once(w: Work, line: BudgetLine, place: Place) -> None:
    """That no other line of the budget has this account and key."""
    if place in [one.place for one in await queries.lines_of(w, line.budget_id) if one.id != line.id]:
        raise Invalid("key_id", ONCE, code=place[0])


async def _chart(w: Work, budget: Budget) -> set[str]:
    return {row.code for row in await books.accounts(w, budget.building_id) if not row.archived}


async def _write(w: Work, budget: Budget, clean: Mapping[str, Any], position: int) -> BudgetLine:
    return await w.add(
        BudgetLine(
            organization_id=budget.organization_id,
            building_id=budget.building_id,
            budget_id=budget.id,
            position=position,
            **clean,
        )
    )


async def _clean(w: Work, budget: Budget, values: Mapping[str, Any], chart: set[str]) -> dict[str, Any]:
    """The fields of a line, read; those that are not given stay away, but for the nature that the account implies."""
    lang = w.principal.lang
    code = str(values.get("account_code") or "").strip().replace(".", "").replace(" ", "")
    if code not in chart or not code.startswith(("6", "70")):
        raise Invalid("account_code", N_("Choose an account of costs (6) or of calls for the reserve fund (700)."))
    nature = str(values.get("nature") or default_nature(code))
    if nature not in natures_of(code):
        raise Invalid("nature", N_("Only an account of calls (70) feeds the reserve fund, and it does nothing else."))
    clean: dict[str, Any] = {"account_code": code, "nature": Nature(nature).value}
    if "key_id" in values:
        clean["key_id"] = await read_key(w, budget.building_id, values["key_id"])
    if "cents" in values:
        clean["cents"] = read_cents(values["cents"], lang, least=0 if budget.number == 0 else -MAX_CENTS)
    if "comment" in values:
        clean["comment"] = fields.text(longest=500)(values["comment"], "comment", lang)
    if "profile" in values:
        clean["profile"] = _profile(values["profile"])
    for name in values:
        if name not in ("account_code", "nature", "key_id", "cents", "comment", "profile"):
            raise Invalid(name, N_("This field cannot be changed."))
    return clean


def read_cents(value: Any, lang: str, *, least: int, field: str = "cents") -> int:
    """An amount: whole cents, or a text as a person types euros."""
    cents = parse_cents(value, lang, field) if isinstance(value, str) else value
    if isinstance(cents, bool) or not isinstance(cents, int) or (least > 0 and cents < least):
        raise Invalid(field, N_("Type an amount."))
    if cents < least:
        raise Invalid(field, N_("An amount in the budget cannot be negative."))
    if abs(cents) > MAX_CENTS:
        raise Invalid(field, N_("This amount is too large."))
    return cents


async def read_key(w: Work, building_id: UUID, value: Any) -> UUID | None:
    """A key of the building by its id; None for the shares, which nothing or `shares` names."""
    if value in (None, "", "shares"):
        return None
    try:
        key = await w.get(AllocationKey, UUID(str(value)))
    except (ValueError, NotFound):
        raise Invalid("key_id", N_("Choose one.")) from None
    if key.building_id != building_id:
        raise Invalid("key_id", N_("Choose one."))
    return key.id


def _profile(value: Any) -> list[int]:
    """Weights of the months; all alike is the same as none."""
    weights = list(value or ())
    if len(weights) > _MONTHS or any(isinstance(x, bool) or not isinstance(x, int) for x in weights):
        raise Invalid("profile", N_("Give a weight for each month, 0 or more."))
    if any(not 0 <= x < 2**31 for x in weights) or (weights and not any(weights)):
        raise Invalid("profile", N_("Give a weight for each month, 0 or more."))
    return [] if len(set(weights)) <= 1 else weights


def _plain(line: BudgetLine) -> Line:
    return Line(
        line.id, line.budget_id, line.position, line.account_code, line.nature, line.key_id, line.cents, line.comment,
        list(line.profile), line.version,
    )  # fmt: skip


async def _audited(
    w: Work, budget: Budget, action: str, line: BudgetLine, *, before: Any = None, after: Any = None
) -> None:
    await audit(
        w,
        action,
        "budget_line",
        line.id,
        organization_id=budget.organization_id,
        building_id=budget.building_id,
        before=before,
        after=after,
        personal=frozenset(),
    )
