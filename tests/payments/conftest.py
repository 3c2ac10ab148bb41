"""Opened books and a store of files for the tests of payments."""

from tests.documents.conftest import kept
from tests.ledger.conftest import books

__all__ = ["books", "kept"]
