"""What the database refuses by itself, whoever writes: cases in plain SQL, and the walk over the catalogue that finds a
constraint without its case."""

from collections.abc import Collection
from typing import Any

import psycopg

from koprogo_app.foundation.postgres import Server


def constraints(pg: Server, tables: Collection[str]) -> set[str]:
    """The checks, exclusions, references and unique indexes of these tables, without the primary keys and the keys
    `…_tenant`, which references are made to and which hold an id that is unique by itself already."""
    with pg.connect("koprogo", "postgres") as c:
        found = c.execute(
            "select conname from pg_constraint where conrelid::regclass::text = any(%s) "
            "and contype in ('c', 'x', 'u', 'f') union select indexname from pg_indexes where tablename = any(%s) "
            "and indexdef like 'CREATE UNIQUE%%' and indexname not like '%%\\_pkey'",
            [list(tables), list(tables)],
        ).fetchall()
    return {row[0] for row in found} - {f"{table}_tenant" for table in tables}


def refusal(sql: psycopg.Connection[Any], statements: str) -> psycopg.Error | None:
    """What the database says to these statements, with everything it would only say at the end; all undone."""
    try:
        with sql.transaction(force_rollback=True):
            for statement in [*statements.split("; "), "set constraints all immediate"]:
                sql.execute(statement)
    except psycopg.Error as error:
        return error
    return None


def refused_by(sql: psycopg.Connection[Any], cases: dict[str, str]) -> dict[str, str | None]:
    """Constraint that was named → constraint that really refused; equal when each does its work alone."""
    answers = {name: refusal(sql, statements) for name, statements in cases.items()}
    return {name: error and error.diag.constraint_name for name, error in answers.items()}
