"""The REST API of the estate in front of the real database, and clients that are signed in."""

import pytest
from fastapi import FastAPI

from koprogo_app.estate.api import router
from koprogo_app.foundation.rest.api import make_api
from tests.clients import ClientOf, client_of, fresh, stranger, token_of

__all__ = ["ClientOf", "client_of", "fresh", "stranger", "token_of"]


@pytest.fixture
def api() -> FastAPI:
    """The application with the estate's routes."""
    return make_api([router])
