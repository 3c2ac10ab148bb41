"""Which database this installation works on: the embedded one, or any PostgreSQL 18 or newer the operator names.

Two addresses matter. The *owner's* migrates. The *program's* is used for everything else, as a role that owns nothing,
so that row-level security holds it. On an external server the operator may give both, or only the owner's: then each
session takes the role ``koprogo_app`` from its first moment. Both is better: who can inject SQL into a session that
signed in as somebody stronger can go back to that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from koprogo_app.foundation.postgres import Server, ensure_server
from koprogo_app.foundation.postgres.cluster import APP, MAJOR
from koprogo_app.foundation.postgres.home import PostgresError


@dataclass(frozen=True)
class Access:
    """How to reach the database. `app_role` is the role to take in each transaction, '' to stay as signed in."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)
    app_role: str
    server: Server | None
    """The embedded server, which its last user stops with ``release()``; None for an external one."""

    @property
    def embedded(self) -> bool:
        """Whether KoproGo runs the server itself."""
        return self.server is not None

    def release(self) -> None:
        """Stop the embedded server if nobody else uses it."""
        if self.server:
            self.server.release()


def open_access(data_dir: Path, owner_url: str = "", given_app_url: str = "") -> Access:
    """The database of this installation, running and new enough; starts the embedded one when no URL is given.

    Raises PostgresError, which says what is wrong and how to mend it. Changes nothing on an external server:
    `prepare_app_role` does, before migrating.
    """
    if not owner_url:
        server = ensure_server(data_dir)
        return Access(server.owner_url, server.app_url, "", server)
    check_version(owner_url)
    return Access(sqlalchemy_url(owner_url), app_url(owner_url, given_app_url), "" if given_app_url else APP, None)


def libpq_url(url: str) -> str:
    """`url` without SQLAlchemy's driver name, as psycopg wants it."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest


def sqlalchemy_url(url: str) -> str:
    """`url` with the driver name SQLAlchemy needs, whichever of the usual spellings the operator used."""
    _, _, rest = url.partition("://")
    return "postgresql+psycopg://" + rest


def app_url(owner_url: str, given: str = "") -> str:
    """The address the program works with on an external server.

    `given` (KOPROGO_APP_DATABASE_URL) when the operator made a second login. Otherwise the owner's own address with
    the session's role set to ``koprogo_app`` from its first moment.
    """
    if given:
        return sqlalchemy_url(given)
    glue = "&" if "?" in owner_url else "?"
    return f"{sqlalchemy_url(owner_url)}{glue}options=-c%20role%3D{APP}"


def check_version(url: str) -> str:
    """The server's version, such as "18.6"; PostgresError when it cannot be reached or is older than 18."""
    try:
        with psycopg.connect(libpq_url(url), connect_timeout=10) as connection:
            number = connection.info.server_version
            version = connection.info.parameter_status("server_version") or str(number)
    except psycopg.OperationalError as error:
        raise PostgresError(f"The database server cannot be reached: {str(error).strip()}") from error
    if number < MAJOR * 10_000:
        raise PostgresError(
            f"The database server is PostgreSQL {version}; KoproGo needs {MAJOR} or newer. "
            "Upgrade it, or unset KOPROGO_DATABASE_URL to use the embedded one."
        )
    return version.split()[0]


def prepare_app_role(owner_url: str, given_app_url: str = "") -> None:
    """On an external server, before migrating: make sure that role ``koprogo_app`` exists and is as weak as it must be.

    Creates it when the owner's login may; otherwise raises PostgresError with the statements an administrator must
    run. With `given_app_url` the login named there must be ``koprogo_app`` or a member of it; without, the owner's
    login must be allowed to become it.
    """
    with psycopg.connect(libpq_url(owner_url), autocommit=True, connect_timeout=10) as connection:
        login = connection.info.user
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            _create_external_role(connection, login)
        if not given_app_url and not _may_become_app(connection):
            try:
                connection.execute(
                    sql.SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE").format(sql.Identifier(APP))
                )
            except psycopg.errors.InsufficientPrivilege:
                raise PostgresError(_role_help(login)) from None
    refuse_strong_role(app_url(owner_url, given_app_url))


def _create_external_role(connection: psycopg.Connection[tuple[Any, ...]], login: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOCREATEDB NOCREATEROLE").format(sql.Identifier(APP)))
    except psycopg.errors.InsufficientPrivilege:
        raise PostgresError(_role_help(login)) from None


def _may_become_app(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'SET')", [APP]).fetchone()
    return bool(row and row[0])


def _role_help(login: str) -> str:
    return (
        f"The login {login} may not set up the role {APP}. Ask the server's administrator to run:\n"
        f"  CREATE ROLE {APP} NOLOGIN NOSUPERUSER NOBYPASSRLS;   -- unless it exists\n"
        f'  GRANT {APP} TO "{login}" WITH SET TRUE, INHERIT FALSE;'
    )


def refuse_strong_role(url: str) -> None:
    """PostgresError when the program would work as a role that row-level security does not hold."""
    try:
        with psycopg.connect(libpq_url(url), connect_timeout=10) as connection:
            role = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, pg_has_role(oid, %s, 'USAGE'),"
                " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)"
                " FROM pg_roles WHERE rolname = current_user",
                [APP],
            ).fetchone()
    except psycopg.OperationalError as error:
        raise PostgresError(f"The program's own database login does not work: {str(error).strip()}") from error
    assert role is not None  # noqa: S101 (a connected role is in the catalogue)
    name, superuser, bypasses, member, owns = role
    if superuser or bypasses or owns:
        raise PostgresError(
            f"The program would work as {name}, which is a superuser, bypasses row-level security or owns tables: "
            f"nothing would keep one organisation's rows from another. Use a login that is only a member of {APP}."
        )
    if not member:
        raise PostgresError(
            f'The login {name} has no rights on the tables. Run: GRANT {APP} TO "{name}" WITH INHERIT TRUE;'
        )


def refresh_statistics(owner_url: str) -> None:
    """Tells the planner what the tables hold now: after a great load its picture of them is a minute old, or empty."""
    with psycopg.connect(libpq_url(owner_url), autocommit=True) as connection:
        connection.execute("analyze")
