"""A building with opened books, and files in a folder of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from koprogo_app.foundation import storage
from koprogo_app.foundation.storage.store import local_store
from tests.foundation.test_mail import postman, server
from tests.ledger.books import Books
from tests.recovery.arrears import Late

__all__ = ["postman", "server"]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path) -> Iterator[None]:
    """A file store of this test."""
    storage.use(local_store(tmp_path / "files"))
    yield
    storage.use(None)


@pytest.fixture
def late(opened_books: Books) -> Late:
    """`tilia`, its books open since 1 January 2026."""
    return Late(opened_books)
