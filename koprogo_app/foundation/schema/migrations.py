"""Bringing a database to the schema of this program, and telling whether it is there."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from alembic import command

ROOT = Path(__file__).resolve().parents[3]


def _config() -> Config:
    return Config(str(ROOT / "alembic.ini"))


def head() -> str:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _engine(owner_url: str) -> Engine:
    return create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1))


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Applies what is missing, as the owner of the tables; one migration at a time in the whole installation.

    A lock that is not had within 4 s, or a statement that runs over 60 s, gives up and leaves the schema as it was.
    """
    engine = _engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(7071)"))
            connection.execute(text("set lock_timeout = '4s'"))
            connection.execute(text("set statement_timeout = '60s'"))
            connection.execute(text("set koprogo.organizations = '*'"))
            connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
            connection.execute(text("select pg_advisory_unlock(7071)"))
            connection.commit()
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def pending(owner_url: str) -> list[str]:
    """Revisions still to apply, oldest first; empty when the database is up to date."""
    engine = _engine(owner_url)
    try:
        with engine.connect() as connection:
            current = _revision(connection)
    finally:
        engine.dispose()
    script = ScriptDirectory.from_config(_config())
    if current == (script.get_current_head() or ""):
        return []
    return [r.revision for r in reversed(list(script.iterate_revisions("head", current or "base")))]
