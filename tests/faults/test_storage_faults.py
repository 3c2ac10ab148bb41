"""The disk is full, the S3 server goes away: clear words, no row without its file, and the next try works."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.documents.service.removing import sweep
from koprogo_app.foundation import storage
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage.store import local_store, open_store
from tests.clients import ClientOf, client_of, fresh  # noqa: F401
from tests.documents import files
from tests.documents.conftest import api  # noqa: F401
from tests.s3 import S3Server
from tests.world import World


async def rows() -> int:
    async with work(SYSTEM) as w:
        return int(await w.value("select (select count(*) from document) + (select count(*) from document_version)"))


async def send(client: httpx.AsyncClient, world: World, content: bytes | AsyncIterator[bytes]) -> httpx.Response:
    query = {"name": "a.pdf", "building_id": str(world.buildings["tilia"])}
    return await client.put(
        "http://test/api/documents", params=query, content=content, headers={"accept-language": "en"}
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True)
    if made.returncode:
        pytest.skip("this account may not mount a small disk")
    yield folder
    storage.use(None)
    subprocess.run(["umount", folder], check=True)


async def test_a_full_disk_is_said_and_leaves_nothing(
    world: World,
    small_disk: Path,
    client_of: ClientOf,  # noqa: F811
) -> None:
    store = local_store(small_disk / "files")
    storage.use(store)
    syndic = await client_of("syndic_a")
    big = files.pdf()[:-6] + os.urandom(4_000_000) + b"\n%%EOF\n"
    answer = await send(syndic, world, big)
    assert answer.status_code == 507, answer.text
    assert "No room is left" in answer.json()["detail"]
    assert await rows() == 0
    assert not list(store.spools.iterdir())
    assert (await send(syndic, world, files.pdf())).status_code == 201
    assert (await sweep(store)).clean
    (small_disk / "filler").write_bytes(b"x" * 1_000_000)
    with pytest.raises(OSError, match="No space"):
        (small_disk / "filler2").write_bytes(b"x" * 4_000_000)
    with pytest.raises(storage.StorageFull):
        await store.check()


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    server = S3Server(tmp_path / "s3")
    server.start()
    server.make_bucket()
    yield server
    storage.use(None)
    server.stop()


async def test_s3_gone_during_an_upload_is_said_and_the_next_try_works(
    world: World,
    s3: S3Server,
    tmp_path: Path,
    client_of: ClientOf,  # noqa: F811
) -> None:
    store = open_store(s3.settings(tmp_path / "data"))
    storage.use(store)
    syndic = await client_of("syndic_a")
    data = files.pdf()[:-6] + os.urandom(8_000_000) + b"\n%%EOF\n"

    async def body() -> AsyncIterator[bytes]:
        yield data[:4_000_000]
        s3.stop()
        yield data[4_000_000:]

    answer = await send(syndic, world, body())
    assert answer.status_code == 503, answer.text
    assert "does not answer" in answer.json()["detail"]
    assert await rows() == 0
    with pytest.raises(storage.StorageUnavailable):
        await store.check()
    s3.start()
    again = await send(syndic, world, data)
    assert again.status_code == 201, again.text
    assert (await sweep(store)).clean
    s3.stop()
    read = await syndic.get(f"/documents/{again.json()['id']}")
    assert read.status_code == 503
    s3.start()
    assert (await syndic.get(f"/documents/{again.json()['id']}")).content == data


async def test_a_sender_who_goes_away_leaves_nothing(
    world: World,
    tmp_path: Path,
    client_of: ClientOf,  # noqa: F811
    api: FastAPI,  # noqa: F811
) -> None:
    store = local_store(tmp_path / "files")
    storage.use(store)
    syndic = await client_of("syndic_a")
    incoming = [
        {"type": "http.request", "body": b"%PDF-1.7" + b"x" * 2_000_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[int] = []

    async def receive() -> dict[str, object]:
        return incoming.pop(0)

    async def respond(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            answered.append(int(str(message["status"])))

    scope = {
        "type": "http", "method": "PUT", "path": "/api/documents", "raw_path": b"/api/documents", "headers":
        [(b"authorization", syndic.headers["authorization"].encode())], "client": ("192.0.2.1", 1),
        "query_string": f"name=a.pdf&building_id={world.buildings['tilia']}".encode(), "scheme": "http",
        "server": ("test", 80), "http_version": "1.1",
    }  # fmt: skip
    await api(scope, receive, respond)  # type: ignore[arg-type]
    assert answered == [400]
    assert await rows() == 0
    assert not list(store.spools.iterdir())
    storage.use(None)
