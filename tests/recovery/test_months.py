"""The figures of a building's months stay cheap right after a great load, when the database knows nothing of it yet."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.postgres.access import libpq_url
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import entries
from koprogo_app.recovery.queries import names
from tests.recovery.arrears import DUE, Late, later

LINES = 400
_FORGET = """
select pg_clear_relation_stats('public', c.relname::text), (select count(pg_clear_attribute_stats('public',
       c.relname::text, a.attname::text, false)) from pg_attribute a where a.attrelid = c.oid and attnum > 0
          and not attisdropped)
  from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"""


async def many_debts(late: Late) -> None:
    """One owner's debts on as many lines, and one payment that settles them all."""
    lines = [DraftLine("4101", 100 + n, owner_id=late.owner()) for n in range(LINES)]
    total = sum(line.cents for line in lines)
    async with late.at_work(DUE) as w:
        await entries.post(w, late.building, Draft("APP", DUE, "AF", [*lines, DraftLine("701", -total)]))
    await late.pays(total, on=later(40))


def rows_touched(node: dict[str, Any]) -> int:
    """What a plan and all below it gave or threw away, over all its loops."""
    own = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter"))
    return round(own * node.get("Actual Loops", 1)) + sum(rows_touched(child) for child in node.get("Plans", ()))


@pytest.mark.parametrize("sql", [names._MONTHS, names._RECOVERED])
async def test_the_work_grows_with_the_lines_and_not_with_their_square(
    late: Late, pg: Server, database_name: str, sql: str
) -> None:
    await many_debts(late)
    with psycopg.connect(libpq_url(pg.url(database_name, "koprogo_owner")), autocommit=True) as c:
        c.execute(_FORGET)
    values = {"b": late.building, "days": [later(n * 5) for n in range(12)], "since": DUE, "today": later(60)}
    async with work(SYSTEM) as w:
        (plan,) = await w.value(f"explain (analyze, format json) {sql}", **values)
    assert rows_touched(plan["Plan"]) < 60 * LINES


async def test_the_months_of_many_lines(late: Late) -> None:
    await many_debts(late)
    async with late.at_work(later(60)) as w:
        ends = await names.month_ends(w, late.building, [later(0), later(1), later(39), later(40)])
        went = await names.recovered(w, late.building, DUE - timedelta(days=1), later(60))
    total = sum(100 + n for n in range(LINES))
    assert [end.late_cents for end in ends] == [0, total, total, 0]
    assert (went.called_cents, went.open_cents, went.reminded_cents) == (total, 0, 0)
