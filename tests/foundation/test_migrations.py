"""The migrations make exactly the tables that the models describe, and can be taken back."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.schema import migrations, target_metadata

# Foreign keys that run against the order of the areas: the migration draws them, the lower area's model cannot.
DRAWN_BY_MIGRATIONS = {"role_grant_organization_fkey", "role_grant_building_fkey"}


OF_THE_RELEASE_BEFORE = {"closing_run", "document_bundle", "notice_run"}
"""Tables that only the program of the release before still names; they are empty."""


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    if kind == "table":
        return not (name or "").startswith("procrastinate_") and name not in OF_THE_RELEASE_BEFORE
    return name not in DRAWN_BY_MIGRATIONS


def test_models_and_migrations_agree(pg: Server, database_name: str) -> None:
    engine = create_engine(pg.url(database_name, "koprogo_owner"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
        assert compare_metadata(context, target_metadata()) == []
    engine.dispose()


def test_one_linear_history() -> None:
    script = ScriptDirectory.from_config(migrations._config())
    assert len(script.get_heads()) == 1
    assert all(isinstance(r.down_revision, str | None) for r in script.walk_revisions())


def test_a_migrated_database_has_nothing_pending_and_an_empty_one_everything(pg: Server) -> None:
    assert migrations.pending(pg.owner_url) == []
    with pg.connect("postgres", "postgres") as c:
        c.execute("create database empty_one owner koprogo_owner")
    try:
        waiting = migrations.pending(pg.url("empty_one", "koprogo_owner"))
        assert waiting[0] == "0001" and waiting[-1] == migrations.head()
    finally:
        with pg.connect("postgres", "postgres") as c:
            c.execute("drop database empty_one")


def test_the_history_can_be_taken_back_and_applied_again(pg: Server, database_name: str) -> None:
    from alembic import command

    url = pg.url(database_name, "koprogo_owner")
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("set koprogo.organizations = '*'"))
        config = migrations._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()
        left = connection.execute(
            text(
                "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where nspname = 'public' and relkind = 'r'"
            )
        ).scalars()
        assert set(left) <= {"alembic_version"}
    engine.dispose()
    migrations.upgrade(url)
    assert migrations.pending(url) == []


@pytest.mark.parametrize("table", ["audit_entry", "lot", "ownership", "mail"])
def test_the_program_owns_no_table(pg: Server, table: str) -> None:
    with pg.connect("koprogo") as c:
        owner = c.execute("select tableowner from pg_tables where tablename = %s", [table]).fetchone()
        role = c.execute(
            "select rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = 'koprogo_app'"
        ).fetchone()
    assert owner == ("koprogo_owner",)
    assert role == (False, False, False)


def test_what_was_asked_for_before_is_taken_over(pg: Server, database_name: str) -> None:
    from alembic import command

    url = pg.url(database_name, "koprogo_owner")
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("set koprogo.organizations = '*'"))
        config = migrations._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0021")
        connection.execute(
            text(
                """with o as (insert into organization (name, kind, lang, street, postal_code, city, country, email,
                                                       phone)
                              values ('Office', 'professional', 'fr', '', '', '', 'BE', '', '') returning id),
                        u as (insert into app_user (email, name, lang, status, theme)
                              values ('x@y.be', 'X', 'fr', 'active', 'system') returning id)
                   insert into document_bundle (organization_id, user_id, document_ids, status, total, done, asked,
                                                file_name, sha256, size, expires_at)
                   select o.id, u.id, '{}', status, 3, done, asked, name, sha, size, now() + interval '1 day'
                     from o, u, (values ('ready', 3, 'report x', 'x.pdf', 'ab', 7), ('working', 1, '', '', null, null))
                          t(status, done, asked, name, sha, size)"""
            )
        )
        connection.commit()
    engine.dispose()
    migrations.upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("set koprogo.organizations = '*'"))
        runs = connection.execute(
            text("select task, status, done, file_name, size, subject <> '' from background_run order by task")
        ).all()
        left = connection.execute(text("select count(*) from document_bundle")).scalar()
    engine.dispose()
    assert [tuple(row) for row in runs] == [
        ("documents.bundle", "failed", 1, "", None, False), ("statements.draw_report", "done", 3, "x.pdf", 7, True),
    ]  # fmt: skip
    assert left == 0
