"""Opened books for the tests of the ledger."""

import pytest

from tests.ledger.books import Books, open_books
from tests.world import World


@pytest.fixture
async def books(world: World) -> Books:
    """The accounts of `tilia`, open since 1 January 2026."""
    return await open_books(world)
