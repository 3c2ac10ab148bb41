"""What the database refuses by itself of people, sessions and tokens: each constraint, by plain SQL."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from tests.refused import constraints, refused_by
from tests.world import World

TABLES = ("app_user", "recovery_code", "user_session", "refresh_token", "one_time_token", "oidc_identity")
NOBODY = "user_id = uuidv7()"
REFUSED: dict[str, str] = {
    "app_user_lang": "update app_user set lang = 'es'",
    "app_user_status": "update app_user set status = 'dead'",
    "app_user_email_once": "update app_user set email = 'SYNDIC_A@example.be' where email = 'syndic_b@example.be'",
    "recovery_code_user_id_fkey": f"update recovery_code set {NOBODY}",
    "user_session_kind": "update user_session set kind = 'fax'",
    "user_session_token_hash_key": "update user_session set token_hash = 'same'",
    "user_session_user_id_fkey": f"update user_session set {NOBODY}",
    "refresh_token_token_hash_key": "update refresh_token set token_hash = 'same'",
    "refresh_token_session_id_fkey": "update refresh_token set session_id = uuidv7()",
    "one_time_token_purpose": "update one_time_token set purpose = 'fun'",
    "one_time_token_token_hash_key": "update one_time_token set token_hash = 'same'",
    "one_time_token_user_id_fkey": f"update one_time_token set {NOBODY}",
    "oidc_identity_once": "update oidc_identity set subject = 'same'",
    "oidc_identity_user_id_fkey": f"update oidc_identity set {NOBODY}",
}
"""Constraint → statements that it alone refuses."""
PEOPLE = "from app_user where email in ('syndic_a@example.be', 'syndic_b@example.be')"
ROWS = (
    f"insert into recovery_code (user_id, code_hash) select id, email {PEOPLE}",
    "insert into user_session (user_id, kind, token_hash, active_role, ip, user_agent, expires_at, revoked_reason) "
    f"select id, 'api', email, '', '', '', now() + interval '1 day', '' {PEOPLE}",
    "insert into refresh_token (session_id, token_hash, expires_at) "
    "select id, token_hash, expires_at from user_session",
    "insert into one_time_token (user_id, purpose, token_hash, payload, expires_at) "
    f"select id, 'reset', email, '', now() {PEOPLE}",
    f"insert into oidc_identity (user_id, issuer, subject) select id, 'https://id.example.be', email {PEOPLE}",
)


@pytest.fixture
def sql(world: World, pg: Server, database_name: str) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the world, in which two people have one row of each kind."""
    with pg.connect(database_name, "postgres") as connection:
        for row in ROWS:
            connection.execute(row)
        yield connection


def test_every_constraint_has_its_case(pg: Server) -> None:
    assert constraints(pg, TABLES) == set(REFUSED)


def test_each_constraint_refuses(sql: psycopg.Connection[Any]) -> None:
    assert refused_by(sql, REFUSED) == {name: name for name in REFUSED}


def test_what_a_person_signs_in_with_goes_with_the_account(sql: psycopg.Connection[Any]) -> None:
    sql.execute("delete from app_user where email = 'syndic_a@example.be'")
    left = {t: sql.execute(f"select count(*) from {t}").fetchone() for t in TABLES[1:]}  # type: ignore[call-overload]
    assert left == dict.fromkeys(TABLES[1:], (1,))
