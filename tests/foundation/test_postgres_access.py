"""External servers, played by an embedded one under other logins: version, roles, and what an operator is told."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server, access, ensure_server
from koprogo_app.foundation.postgres.cluster import APP, SUPERUSER
from koprogo_app.foundation.postgres.home import PostgresError


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="koprogo-test-"))
    with ensure_server(folder, throwaway=True) as running:
        yield running
    shutil.rmtree(folder)


@pytest.fixture
def without_app_role(server: Server) -> Iterator[psycopg.Connection]:
    """A superuser's connection to a server on which the program's role was never made."""
    with server.connect(role=SUPERUSER) as connection:
        connection.execute(f"DROP OWNED BY {APP}")
        connection.execute(f"DROP ROLE {APP}")
        yield connection
        connection.execute(f"DROP ROLE IF EXISTS {APP}")
        connection.execute(f"CREATE ROLE {APP} LOGIN")


def login(connection: psycopg.Connection, server: Server, name: str, rights: str) -> str:
    """Make a login with `rights` and give its address."""
    connection.execute(f"DROP ROLE IF EXISTS {name}")
    connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x' {rights}")
    connection.execute(f"GRANT CONNECT, CREATE ON DATABASE koprogo TO {name}")
    return f"postgresql://{name}:x@/koprogo?host={quote(str(server.socket_dir))}"


def forget(connection: psycopg.Connection, name: str) -> None:
    connection.execute(f"DROP OWNED BY {name}")
    connection.execute(f"DROP ROLE {name}")


def test_the_version_is_told(server: Server) -> None:
    assert access.check_version(server.app_url).startswith("18.")


def test_an_older_server_is_refused_by_name(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MAJOR", 99)
    with pytest.raises(PostgresError, match=r"PostgreSQL 18\.\S+; KoproGo needs 99 or newer"):
        access.check_version(server.owner_url)


def test_an_unreachable_server_is_said_to_be() -> None:
    with pytest.raises(PostgresError, match="cannot be reached"):
        access.check_version("postgresql://nobody@/nothing?host=/nonexistent")


def test_the_role_is_made_when_the_login_may(server: Server, without_app_role: psycopg.Connection) -> None:
    url = login(without_app_role, server, "maker", "CREATEROLE")
    try:
        access.prepare_app_role(url)
        access.prepare_app_role(url)  # a second start changes nothing
        with psycopg.connect(access.libpq_url(access.app_url(url))) as connection:
            assert connection.execute("SELECT current_user, session_user").fetchone() == (APP, "maker")
            connection.execute("RESET ROLE")
            assert connection.execute("SELECT current_user").fetchone() == (APP,)
    finally:
        without_app_role.execute(f"DROP ROLE {APP}")
        forget(without_app_role, "maker")


def test_otherwise_the_statements_are_told_and_suffice(server: Server, without_app_role: psycopg.Connection) -> None:
    url = login(without_app_role, server, "plain", "")
    try:
        with pytest.raises(PostgresError) as refusal:
            access.prepare_app_role(url)
        without_app_role.execute("\n".join(str(refusal.value).splitlines()[1:]))
        access.prepare_app_role(url)
    finally:
        forget(without_app_role, "plain")


@pytest.mark.parametrize("rights", ["SUPERUSER", "BYPASSRLS"])
def test_a_login_that_row_level_security_does_not_hold_is_refused(server: Server, rights: str) -> None:
    with server.connect(role=SUPERUSER) as connection:
        url = login(connection, server, "strong", rights)
        try:
            with pytest.raises(PostgresError, match="bypasses row-level security"):
                access.prepare_app_role(server.owner_url, url)
        finally:
            forget(connection, "strong")


def test_a_login_that_owns_tables_is_refused(server: Server) -> None:
    with server.connect() as connection:
        connection.execute("CREATE TABLE owned (id int)")
        try:
            with pytest.raises(PostgresError, match="owns tables"):
                access.prepare_app_role(server.owner_url, server.owner_url)
        finally:
            connection.execute("DROP TABLE owned")


def test_a_second_login_must_be_a_member(server: Server) -> None:
    with server.connect(role=SUPERUSER) as connection:
        url = login(connection, server, "second", "")
        try:
            with pytest.raises(PostgresError) as refusal:
                access.prepare_app_role(server.owner_url, url)
            connection.execute(str(refusal.value).partition("Run: ")[2])
            access.prepare_app_role(server.owner_url, url)
        finally:
            forget(connection, "second")


def test_open_access_says_which_role_to_take(server: Server) -> None:
    one = access.open_access(Path("/nowhere"), access.libpq_url(server.owner_url))
    assert (one.owner_url, one.app_role, one.embedded) == (server.owner_url, APP, False)
    two = access.open_access(Path("/nowhere"), server.owner_url, access.libpq_url(server.app_url))
    assert (two.app_url, two.app_role) == (server.app_url, "")
    with access.open_access(server.data_dir).server as embedded:  # type: ignore[union-attr]
        assert embedded == server
    assert server.passwords[APP] not in repr(two) + repr(server)
