"""What the database refuses of budgets, with plain SQL that goes around the services."""

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from tests.budget.plans import draft, in_force
from tests.ledger.books import Books
from tests.ledger.test_refused import plain, refusal

VOTED = "What the assembly has voted never changes: have a supplementary budget voted."
LINES = "The lines of a budget change in a draft only."


def says(pg: Server, database_name: str, role: str, sql: str) -> str:
    """What a statement is refused with."""
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name, role) as c:
        c.execute(sql)
    return refusal(error)


@pytest.mark.parametrize("role", ["koprogo_app", "postgres"])
async def test_a_voted_budget_and_its_lines_never_change(
    books: Books, pg: Server, database_name: str, role: str
) -> None:
    await in_force(books)
    for change in (
        "frequency = 'monthly'",
        "voted_on = '2026-02-02'",
        "decision = 'x'",
        "label = 'x'",
        "reserve_reason = 'x'",
    ):
        assert says(pg, database_name, role, f"update budget set {change}") == VOTED
    with plain(pg, database_name, role) as c:  # a waiver that the assembly decides later is added, once
        c.execute("update budget set waiver = 'x', waived_on = '2026-03-01'")
    assert says(pg, database_name, role, "update budget set waiver = 'y'") == VOTED
    assert says(pg, database_name, role, "update budget set waiver = '', waived_on = null") == VOTED
    for sql in (
        "update budget_line set cents = cents + 1",
        "update budget_line set comment = 'x'",
        "delete from budget_line",
        "insert into budget_line (organization_id, building_id, budget_id, position, account_code, nature)"
        " select organization_id, building_id, id, 9, '6100', 'ordinary' from budget",
    ):
        assert says(pg, database_name, role, sql) == LINES
    assert says(pg, database_name, role, "delete from budget") == "Only a draft can be deleted."
    order = "A budget is put to the vote, voted, in force and closed, in this order."
    assert says(pg, database_name, role, "update budget set status = 'draft', rejection = 'x'") == order
    assert says(pg, database_name, role, "update budget set status = 'voted'") == order
    with plain(pg, database_name, role) as c:  # that it is over is no change of it
        c.execute("update budget set status = 'closed', closed_at = now()")


async def test_one_main_budget_a_year_and_none_that_overlaps(books: Books, pg: Server, database_name: str) -> None:
    await draft(books)
    copy = (
        "insert into budget (organization_id, building_id, year, period, number)"
        " select organization_id, building_id, {year}, {period}, 0 from budget"
    )
    for year, period in (("year", "period"), ("year + 1", "daterange('2026-12-31', '2027-12-31')")):
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
            c.execute(copy.format(year=year, period=period))
        assert error.value.diag.constraint_name in ("budget_once", "budget_no_overlap")
    with plain(pg, database_name) as c:
        c.execute(copy.format(year="year + 1", period="daterange('2027-01-01', '2028-01-01')"))


async def test_a_budget_goes_its_way_and_no_other(books: Books, pg: Server, database_name: str) -> None:
    await draft(books)
    role = "koprogo_app"
    begins = "A budget begins as a draft."
    insert = (
        "insert into budget (organization_id, building_id, year, period, number, status, voted_on, decision)"
        " select organization_id, building_id, year, period, 1, 'voted', '2026-01-01', 'x' from budget"
    )
    assert says(pg, database_name, role, insert) == begins
    order = "A budget is put to the vote, voted, in force and closed, in this order."
    vote = "update budget set status = '{}', voted_on = '2026-03-01', decision = 'x'"
    assert says(pg, database_name, role, vote.format("voted")) == order
    assert says(pg, database_name, role, "update budget set year = 2027") == "The year of a budget does not change."
    with plain(pg, database_name) as c:
        c.execute("update budget set status = 'submitted'")
    assert "budget_vote" in says(pg, database_name, role, "update budget set status = 'voted'")  # without its day
    assert says(pg, database_name, role, "update budget set status = 'draft'") == "Say why the budget comes back."
    assert says(pg, database_name, role, "update budget_line set cents = 1") == LINES
    with plain(pg, database_name) as c:
        c.execute("update budget set status = 'draft', rejection = 'too dear'")
        c.execute("delete from budget_line")
    empty = "A budget without an amount cannot be voted."
    assert says(pg, database_name, role, "update budget set status = 'submitted'") == empty


async def test_what_a_line_must_be(books: Books, pg: Server, database_name: str) -> None:
    await draft(books)
    role = "koprogo_app"
    negative = "An amount in the budget cannot be negative."
    assert says(pg, database_name, role, "update budget_line set cents = -1") == negative
    for change, constraint in (
        ("nature = 'reserve' where account_code = '61210'", "budget_line_account"),
        ("nature = 'ordinary' where account_code = '700'", "budget_line_account"),
        ("account_code = '4101' where account_code = '61210'", "budget_line_account"),
        ("account_code = '6199' where account_code = '61210'", "budget_line_account_fkey"),
        ("account_code = '614' where account_code = '61210'", "budget_line_once"),
        ("profile = '{0,0}'", "budget_line_profile"),
        ("profile = '{1,-1}'", "budget_line_profile"),
    ):
        with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
            c.execute(f"update budget_line set {change}")
        assert error.value.diag.constraint_name == constraint


async def test_an_alert_is_said_once_a_month(books: Books, pg: Server, database_name: str) -> None:
    row = await draft(books)
    insert = (
        "insert into budget_alert (organization_id, building_id, year, account_code, month, budget_cents, actual_cents)"
        f" values ('{row.organization_id}', '{row.building_id}', 2026, '61210', '2026-03-01', 100, 120)"
    )
    with plain(pg, database_name) as c:
        c.execute(insert)
    with pytest.raises(psycopg.Error) as error, plain(pg, database_name) as c:
        c.execute(insert)
    assert error.value.diag.constraint_name == "budget_alert_once"
    with pytest.raises(psycopg.Error), plain(pg, database_name) as c:
        c.execute("update budget_alert set actual_cents = 0")
