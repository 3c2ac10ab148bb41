"""Opened books and a store of files for the tests of charges."""

from tests.documents.conftest import kept
from tests.ledger.conftest import books, fresh_frames

__all__ = ["books", "fresh_frames", "kept"]
