"""Opened books for the tests of charges."""

from tests.ledger.conftest import books, fresh_frames

__all__ = ["books", "fresh_frames"]
