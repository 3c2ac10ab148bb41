"""Files waiting between preview and import: one a session, nobody else's, gone when used, garbage refused."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.estate.service import import_files
from koprogo_app.estate.upload_api import router
from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.rest.api import make_api
from koprogo_app.settings import settings
from tests.estate.conftest import ClientOf
from tests.world import World

ONE, OTHER = uuid4(), uuid4()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("KOPROGO_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path / "imports"
    settings.cache_clear()


def test_a_session_finds_its_file_and_no_other_session_does(folder: Path) -> None:
    file_id = import_files.keep(ONE, "lots\n2026.csv", b"Lot;Nom\nA1;DENIS")
    assert import_files.kept(ONE, file_id) == import_files.KeptFile("lots 2026.csv", b"Lot;Nom\nA1;DENIS")
    with pytest.raises(NotFound):
        import_files.kept(OTHER, file_id)
    path = next(folder.iterdir())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("file_id", ["", "../secret", "x" * 32, "0" * 31])
def test_an_id_that_is_none_finds_nothing(file_id: str) -> None:
    with pytest.raises(NotFound):
        import_files.kept(ONE, file_id)


def test_one_file_a_session_for_an_hour(folder: Path) -> None:
    first = import_files.keep(ONE, "a", b"a")
    old = import_files.keep(OTHER, "b", b"b")
    hours_ago = time.time() - 7200
    os.utime(folder / f"{OTHER}-{old}", (hours_ago, hours_ago))
    second = import_files.keep(ONE, "c", b"c")
    for session, gone in ((ONE, first), (OTHER, old)):
        with pytest.raises(NotFound):
            import_files.kept(session, gone)
    import_files.forget(ONE)
    with pytest.raises(NotFound):
        import_files.kept(ONE, second)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"%PDF-1.7 x",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"GIF89a\x00\x01",
        bytes(range(32)) * 40,
        bytes(range(1, 9)) * 99,
    ],
)
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        import_files.check_kind(data)


@pytest.mark.parametrize(
    "data", [b"Lot;Nom", "Étage;Propriété".encode("cp1252"), b"PK\x03\x04...", "Lot".encode("utf-16")]
)
def test_tables_are_let_through(data: bytes) -> None:
    import_files.check_kind(data)


@pytest.fixture
def api() -> FastAPI:
    """The application with the route of the import page."""
    return make_api([router])


async def test_only_who_may_write_lots_sends_a_file(world: World, client_of: ClientOf) -> None:
    address = f"/buildings/{world.buildings['tilia']}/import?name=lots.csv"
    answers = {
        who: await _put(await client_of(who), address) for who in ("syndic_a", "syndic_b", "owner_tilia", "board_tilia")
    }
    assert {who: answer.status_code for who, answer in answers.items()} == {
        "syndic_a": 201, "syndic_b": 404, "owner_tilia": 403, "board_tilia": 403,
    }  # fmt: skip
    assert len(answers["syndic_a"].json()["id"]) == 32
    assert "Tilia" not in answers["syndic_b"].text


async def test_nobody_and_a_file_too_large_are_turned_away(
    world: World, client_of: ClientOf, stranger: httpx.AsyncClient
) -> None:
    address = f"/buildings/{world.buildings['tilia']}/import"
    assert (await _put(stranger, address)).status_code == 401
    answer = await _put(await client_of("syndic_a"), address, b"x" * 10_000_001)
    assert answer.status_code == 422
    assert answer.json()["field"] == "file"


async def _put(client: httpx.AsyncClient, address: str, body: bytes = b"Lot;Nom\nA1;DENIS") -> httpx.Response:
    return await client.put(address, content=body)
