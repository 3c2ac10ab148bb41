"""The ground of the roles: made once in a test process, a copy of it for each test."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from koprogo_app.foundation import storage
from koprogo_app.foundation.database import Database
from koprogo_app.foundation.storage.store import local_store
from tests.clients import fresh
from tests.conftest import Templates
from tests.roles.ground import Ground

__all__ = ["fresh"]


@pytest.fixture
def roles_ground(db: Database, templates: Templates, template_files: Path) -> Iterator[Ground]:
    """Two buildings of one organisation with a row of everything in each, and people of all roles."""
    storage.use(local_store(template_files))
    yield deepcopy(templates.written["with_roles"])
    storage.use(None)
