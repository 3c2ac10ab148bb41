"""What the database refuses by itself, whoever writes: each constraint and trigger of the estate, by plain SQL."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from tests.refused import constraints, refusal, refused_by
from tests.world import World

TABLES = (
    "organization", "building", "lot", "owner", "ownership", "mandatary", "allocation_key", "key_weight",
    "share_decision", "role_grant",
)  # fmt: skip
LOT = "(select id from lot where number = '{}')"
OWNER = "(select id from owner where name = '{}')"
ORGANIZATION = "(select organization_id from lot where number = 'T1')"
MANDATARY = (
    "insert into mandatary (organization_id, lot_id, owner_id, reference, period) "
    f"values ({ORGANIZATION}, {LOT.format('T1')}, {OWNER.format('TILIA1')}, '', '{{}}')"
)
WEIGHT = (
    "insert into key_weight (organization_id, key_id, lot_id, weight, period) "
    f"values ({ORGANIZATION}, (select id from allocation_key where name = 'Lift'), {LOT.format('T1')}, {{}}, '{{}}')"
)
HOLD = (
    'insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact, '
    f"period) values ({ORGANIZATION}, {LOT.format('T1')}, {OWNER.format('{}')}, 'full', 1, 1, false, '{{}}')"
)
GRANT = (
    "insert into role_grant (user_id, role, organization_id, building_id, period) "
    "select id, '{}', {}, {}, '{}' from app_user where email = 'syndic_a@example.be'"
)
TILIA = "(select id from building where name = 'Tilia')"

REFUSED: dict[str, str] = {
    "organization_kind": "update organization set kind = 'king'",
    "building_deed_total": "update building set deed_total = 0",
    "building_fiscal_start": "update building set fiscal_month = 13",
    "building_assembly_period": "update building set assembly_month = 3",
    "building_name_once": "update building set name = 'Tilia' where name = 'Fagus'",
    "building_organization_id_fkey": "delete from organization where name = 'Syndic A'",
    "lot_share": "update lot set share = -1",
    "lot_area": "update lot set area = 0",
    "lot_number": "update lot set number = '' where number = 'T1'",
    "lot_number_once": "update lot set number = 't2' where number = 'T1'",
    "lot_kind": "update lot set kind = 'castle'",
    "lot_status": (
        "insert into lot (organization_id, building_id, number, position, kind, share, status, version) "
        f"values ({ORGANIZATION}, {TILIA}, 'X', 1, 'shop', 1, 'half', 1)"
    ),
    "lot_complete_from": (
        "insert into lot (organization_id, building_id, number, position, kind, share, status, version) "
        f"values ({ORGANIZATION}, {TILIA}, 'X', 1, 'shop', 1, 'complete', 1)"
    ),
    "lot_building_fkey": (
        "insert into lot (organization_id, building_id, number, position, kind, share, status, version) "
        f"select id, {TILIA}, 'X', 1, 'shop', 1, 'draft', 1 from organization where name = 'Syndic B'"
    ),
    "owner_kind": "update owner set kind = 'dog'",
    "owner_name": "update owner set name = ''",
    "owner_lang": "update owner set lang = 'es'",
    "owner_consent": "update owner set email = '', email_consent_on = '2024-01-01'",
    "owner_organization_id_fkey": ("update owner set organization_id = uuidv7() where name = 'FREE'"),
    "owner_user_id_fkey": "update owner set user_id = uuidv7()",
    "ownership_fraction": "update ownership set numerator = 2",
    "ownership_period": "update ownership set period = '(,2024-01-01)'",
    "ownership_right": "update ownership set \"right\" = 'dream'",
    "ownership_no_overlap": HOLD.format("TILIA1", "[2024-01-01,)"),
    "ownership_lot_fkey": f"update ownership set lot_id = {LOT.format('Q1')} where lot_id = {LOT.format('T1')}",
    "ownership_owner_fkey": HOLD.format("QUERCUS1", "[2019-01-01,2019-02-01)"),
    "mandatary_period": MANDATARY.format("(,2024-01-01)"),
    "mandatary_no_overlap": f"{MANDATARY.format('[2024-01-01,)')}; {MANDATARY.format('[2025-01-01,2025-02-01)')}",
    "mandatary_lot_fkey": f"{MANDATARY.format('[2024-01-01,)')}; update mandatary set lot_id = {LOT.format('Q1')}",
    "mandatary_owner_fkey": f"{MANDATARY.format('[2024-01-01,)')}; "
    f"update mandatary set owner_id = {OWNER.format('QUERCUS1')}",
    "allocation_key_kind": "update allocation_key set kind = 'mood'",
    "allocation_key_building_fkey": (
        "update allocation_key set building_id = (select id from building where name = 'Quercus')"
    ),
    "allocation_key_name_once": (
        "insert into allocation_key (organization_id, building_id, name, kind, basis) "
        "select organization_id, building_id, 'LIFT', kind, '' from allocation_key"
    ),
    "key_weight_weight": WEIGHT.format(-1, "[2024-01-01,)"),
    "key_weight_period": WEIGHT.format(1, "empty"),
    "key_weight_no_overlap": f"{WEIGHT.format(1, '[2024-01-01,)')}; {WEIGHT.format(1, '[2025-01-01,)')}",
    "key_weight_lot_fkey": f"{WEIGHT.format(1, '[2024-01-01,)')}; update key_weight set lot_id = {LOT.format('Q1')}",
    "key_weight_key_fkey": f"{WEIGHT.format(1, '[2024-01-01,)')}; update key_weight set key_id = uuidv7()",
    "share_decision_kind": "update share_decision set kind = 'wish'",
    "share_decision_reference": "update share_decision set reference = ''",
    "share_decision_building_fkey": (
        "update share_decision set building_id = (select id from building where name = 'Quercus')"
    ),
    "role_grant_scope": GRANT.format("syndic", "null", "null", "[2024-01-01,)"),
    "role_grant_building": GRANT.format("superadmin", "null", TILIA, "[2024-01-01,)"),
    "role_grant_period": GRANT.format("board", ORGANIZATION, "null", "empty"),
    "role_grant_role": GRANT.format("emperor", ORGANIZATION, "null", "[2024-01-01,)"),
    "role_grant_no_overlap": GRANT.format("syndic", ORGANIZATION, "null", "[2024-01-01,)"),
    "role_grant_building_fkey": GRANT.format(
        "board", ORGANIZATION, "(select id from building where name = 'Quercus')", "[2024-01-01,)"
    ),
    "role_grant_organization_fkey": GRANT.format("board", "uuidv7()", "null", "[2024-01-01,)"),
    "role_grant_user_id_fkey": f"{GRANT.format('board', ORGANIZATION, 'null', '[2024-01-01,)')}; "
    "update role_grant set user_id = uuidv7()",
}
"""Constraint → statements that it alone refuses."""


@pytest.fixture
def sql(world: World, pg: Server, database_name: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the world: nothing but the constraints and triggers stands in its way."""
    with pg.connect(database_name, "postgres") as connection:
        connection.execute(
            "insert into allocation_key (organization_id, building_id, name, kind, basis) "
            "select organization_id, id, 'Lift', 'utility', '' from building where name = 'Tilia'"
        )
        connection.execute(
            "insert into share_decision (organization_id, building_id, kind, decided_on, reference) "
            "select organization_id, id, 'change', '2024-01-01', 'AG' from building where name = 'Tilia'"
        )
        connection.execute(
            "insert into owner (organization_id, kind, name, first_name, lang, email, phone, street, postal_code, "
            "city, country, email_consent_ref, version) select organization_id, kind, 'FREE', '', lang, "
            "'', '', '', '', '', 'BE', '', 1 from owner where name = 'TILIA1'"
        )
        yield connection


def test_every_constraint_has_its_case(pg: Server) -> None:
    assert constraints(pg, TABLES) == set(REFUSED)


def test_each_constraint_refuses(sql: psycopg.Connection[Any]) -> None:
    assert refused_by(sql, REFUSED) == {name: name for name in REFUSED}


TRIGGERED: dict[str, tuple[str, str]] = {
    "less than the whole": ("KG003", "update ownership set denominator = 2"),
    "more than the whole": ("KG003", HOLD.format("TILIA2", "[2024-01-01,)")),
    "one day without an owner": (
        "KG003",
        f"update ownership set period = '[2020-01-01,2024-01-01)' where lot_id = {LOT.format('T1')}; "
        + HOLD.format("TILIA2", "[2024-01-02,)"),
    ),
    "no owner at all": ("KG003", "delete from ownership"),
    "the right of use missing": ("KG003", "update ownership set \"right\" = 'bare'"),
    "a share that moves to another lot": (
        "KG003",
        f"update ownership set lot_id = {LOT.format('T2')} where lot_id = {LOT.format('T1')}",
    ),
    "complete from a day before there was an owner": (
        "KG003",
        "insert into lot (organization_id, building_id, number, position, kind, share, status, complete_from, version) "
        f"values ({ORGANIZATION}, {TILIA}, 'X', 9, 'shop', 1, 'complete', '2024-01-01', 1)",
    ),
    "back to life without owners": (
        "KG003",
        f"update ownership set period = '[2020-01-01,2024-01-01)' where lot_id = {LOT.format('T1')}; "
        "update lot set retired_on = '2024-01-01' where number = 'T1'; "
        "set constraints all immediate; update lot set retired_on = null where number = 'T1'",
    ),
    "a draft again": ("KG002", "update lot set status = 'draft', complete_from = null"),
    "complete from another day": ("KG002", "update lot set complete_from = '2021-01-01'"),
    "a complete lot deleted": ("KG002", "delete from lot"),
    "a lot moved to another building": (
        "KG002",
        "update lot set building_id = (select id from building where name = 'Fagus') where number = 'T1'",
    ),
}


def test_each_trigger_refuses(sql: psycopg.Connection[Any]) -> None:
    refusals = {case: refusal(sql, statements) for case, (_, statements) in TRIGGERED.items()}
    assert {case: error and error.sqlstate for case, error in refusals.items()} == {
        case: state for case, (state, _) in TRIGGERED.items()
    }


ALLOWED: dict[str, str] = {
    "a transfer passes through a moment without an owner": (
        f"update ownership set period = '[2020-01-01,2024-01-01)' where lot_id = {LOT.format('T1')}; "
        + HOLD.format("TILIA2", "[2024-01-01,)")
    ),
    "a typed percentage within the tolerance": "update ownership set numerator = 9999, denominator = 10000",
    "bare ownership with usufruct": (
        "update ownership set \"right\" = 'bare'; "
        'insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact, '
        "period) select organization_id, lot_id, owner_id, 'usufruct', 1, 1, false, period from ownership"
    ),
    "a split lot has no owner any more": (
        f"update ownership set period = '[2020-01-01,2024-01-01)' where lot_id = {LOT.format('T1')}; "
        "update lot set retired_on = '2024-01-01' where number = 'T1'"
    ),
    "a number is free again after a merge": (
        f"update ownership set period = '[2020-01-01,2024-01-01)' where lot_id = {LOT.format('T1')}; "
        "update lot set retired_on = '2024-01-01' where number = 'T1'; "
        "update lot set number = 'T1' where number = 'T2'"
    ),
}


def test_the_database_lets_pass_what_is_right(sql: psycopg.Connection[Any]) -> None:
    assert {case: refusal(sql, statements) for case, statements in ALLOWED.items()} == dict.fromkeys(ALLOWED)


def test_a_deleted_account_leaves_its_owner(sql: psycopg.Connection[Any]) -> None:
    sql.execute("delete from app_user where email = 'owner_tilia@example.be'")
    found = sql.execute("select user_id from owner where name = 'TILIA1'").fetchone()
    assert found == (None,)
