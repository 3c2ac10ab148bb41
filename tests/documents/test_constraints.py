"""What the database refuses by itself of documents: each constraint, trigger and policy, by plain SQL."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.storage import Store
from tests.documents.conftest import put
from tests.refused import constraints, refusal, refused_by
from tests.world import World

TABLES = ("document", "document_version")
OTHERS = "(select id from {} where name = '{}')"
REFUSED: dict[str, str] = {
    "document_building_fkey": (
        "insert into document (organization_id, building_id, kind, title, dated, lang, visibility, entity, body, "
        "version, delete_reason) select organization_id, uuidv7(), kind, title, dated, lang, visibility, '', '', 1, '' "
        "from document"
    ),
    # A lot that another building has is refused by the guard before; one that no building has, too.
    "document_owner_fkey": f"update document set owner_id = {OTHERS.format('owner', 'QUERCUS1')}",
    "document_reader_id_fkey": "update document set reader_id = uuidv7()",
    "document_entity": "update document set entity = 'invoice'",
    "document_notary": "update document set visibility = 'notary'",
    "document_owner": "update document set visibility = 'owner'",
    "document_kind": "update document set kind = 'poem'",
    "document_lang": "update document set lang = 'es'",
    "document_title": "update document set title = ''",
    "document_visibility": "update document set visibility = 'world'",
    "document_deleted": "update document set deleted_by = uuidv7()",
    "document_version_file_name": "insert into document_version {} '../x', 'new' from document_version",
    "document_version_sha256": "insert into document_version {} 'x', 'new' from document_version",
    "document_version_state": "update document_version set state = 'lost'",
    "document_version_preview": "update document_version set preview_size = 1",
    "document_version_number": "insert into document_version {} 'x', 'new' from document_version",
    "document_version_size": "insert into document_version {} 'x', 'new' from document_version",
    "document_version_document_fkey": "insert into document_version {} 'x', 'new' from document_version",
    "document_version_once": "insert into document_version {} 'x', 'new' from document_version",
}
"""Constraint → statements that it alone refuses."""

_COLUMNS = "(organization_id, document_id, number, sha256, size, media_type, file_name, state)"
_ODD = {
    "document_version_file_name": "document_id, 2, sha256, 1",
    "document_version_sha256": "document_id, 2, 'ABC', 1",
    "document_version_number": "document_id, 0, sha256, 1",
    "document_version_size": "document_id, 2, sha256, 0",
    "document_version_document_fkey": "uuidv7(), 1, sha256, 1",
    "document_version_once": "document_id, 1, sha256, 1",
}
for _name, _values in _ODD.items():
    _start = f"{_COLUMNS} select organization_id, {_values}, media_type,"
    REFUSED[_name] = REFUSED[_name].format(_start)

GUARDED: dict[str, tuple[str, str]] = {
    "a document taken away": ("KG002", "delete from document"),
    "a document moved to another building": (
        "KG002", f"update document set building_id = {OTHERS.format('building', 'Fagus')}",
    ),
    "a document said to be somebody else's": ("KG002", "update document set created_by = uuidv7()"),
    "a lot of another building": (
        "KG003", "update document set lot_id = (select id from lot where number = 'F1')",
    ),
    "an earlier destruction": ("KG003", "update document set destroy_on = destroy_on - 1"),
    "deleted before its time without a reason": (
        "KG001", "update document set deleted_at = now(), deleted_by = uuidv7(), delete_reason = 'oops'",
    ),
    "changed after it was deleted": (
        "KG002",
        "update document set deleted_at = now(), deleted_by = uuidv7(), delete_reason = 'Filed by mistake'; "
        "update document set title = 'x'",
    ),
    "other bytes under the same version": ("KG002", "update document_version set sha256 = repeat('a', 64)"),
    "a version taken away": ("KG002", "delete from document_version"),
    "bytes that come back": (
        "KG002", "update document_version set removed_at = now(); update document_version set removed_at = null",
    ),
}  # fmt: skip


@pytest.fixture
async def sql(world: World, kept: Store, pg: Server, database_name: str) -> AsyncIterator[psycopg.Connection[Any]]:
    """A superuser's connection to the world, in which an invoice of 2026 is filed."""
    await put(world.people["syndic_a"], building_id=str(world.buildings["tilia"]), kind="invoice", dated="2026-06-18")
    with pg.connect(database_name, "postgres") as connection:
        yield connection


def test_every_constraint_has_its_case(pg: Server) -> None:
    assert constraints(pg, TABLES) - {"document_lot_fkey"} == set(REFUSED)


async def test_each_constraint_refuses(sql: psycopg.Connection[Any]) -> None:
    assert refused_by(sql, REFUSED) == {name: name for name in REFUSED}


async def test_each_guard_refuses(sql: psycopg.Connection[Any]) -> None:
    answers = {case: refusal(sql, statements) for case, (_, statements) in GUARDED.items()}
    assert {case: error and error.sqlstate for case, error in answers.items()} == {
        case: state for case, (state, _) in GUARDED.items()
    }


async def test_the_program_cannot_take_a_document_away_even_by_itself(sql: psycopg.Connection[Any]) -> None:
    sql.execute("set role koprogo_app")
    sql.execute("set koprogo.organizations = '*'")
    for statement in ("delete from document", "delete from document_version", "truncate document cascade"):
        error = refusal(sql, statement)
        assert isinstance(error, psycopg.errors.InsufficientPrivilege), statement
    sql.execute("set koprogo.organizations = ''")
    assert sql.execute("select count(*) from document").fetchone() == (0,)
