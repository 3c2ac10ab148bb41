"""Opened books for the tests of budgets."""

import pytest

from tests.ledger.books import Books


@pytest.fixture
def books(opened_books: Books) -> Books:
    """The accounts of `tilia`, open since 1 January 2026."""
    return opened_books
