"""The gallery of the kit, built and served once, and pages that tolerate no console error."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import LAUNCH, Watch, served
from tests.filled import GALLERY, build_gallery

GALLERY_APP = "tests.interface.gallery.gallery:app"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return LAUNCH


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    # Named here too: what the plugin remembers is the address of whichever tests ran first in this process.
    return {
        **browser_context_args, "locale": "fr-BE", "base_url": base_url, "viewport": {"width": 1440, "height": 900},
    }  # fmt: skip


@pytest.fixture(scope="session")
def gallery() -> None:
    """The gallery of the kit, built."""
    build_gallery()


@pytest.fixture(scope="session")
def base_url(gallery: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(GALLERY_APP, tmp_path_factory.mktemp("gallery") / "log", GALLERY) as url:
        yield url


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    watch = Watch(page)
    yield watch
    watch.check()
