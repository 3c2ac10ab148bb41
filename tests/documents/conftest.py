"""Documents for the tests: a store of one's own, and short ways to put something in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from koprogo_app.documents.api import router
from koprogo_app.documents.service.receiving import Received, receive
from koprogo_app.foundation import storage
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.rest.api import make_api
from koprogo_app.foundation.storage import Store, spool
from koprogo_app.foundation.storage.store import local_store
from tests.clients import ClientOf, client_of, fresh, stranger, token_of
from tests.documents import files

__all__ = ["ClientOf", "client_of", "fresh", "stranger", "token_of"]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A local store of this test."""
    store = local_store(tmp_path / "files")
    storage.use(store)
    yield store
    storage.use(None)


async def put(who: Principal, data: bytes | None = None, name: str = "pv.pdf", **values: Any) -> Received:
    """Receives a file as that person."""
    data = files.pdf() if data is None else data
    async with spool(storage.store().spools, 50_000_000) as incoming:
        await incoming.write(data)
        await incoming.finish()
        return await receive(who, incoming, name, values)


@pytest.fixture
def api() -> FastAPI:
    """The application with the routes of documents."""
    return make_api([router])
