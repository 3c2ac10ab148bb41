"""Opened books for the tests of budgets."""

import pytest

from koprogo_app.ledger.queries import frames
from tests.ledger.books import Books, open_books
from tests.world import World


@pytest.fixture(autouse=True)
def fresh_frames() -> None:
    """No frame of another test's database."""
    frames.forget()


@pytest.fixture
async def books(world: World) -> Books:
    """The accounts of `tilia`, open since 1 January 2026."""
    return await open_books(world)
