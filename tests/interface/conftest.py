"""The gallery of the kit, built and served once, and pages that tolerate no console error."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import LAUNCH, Watch, served

GALLERY = {"REFLEX_APP_MODULE_IMPORT": "tests.interface.gallery.gallery", "REFLEX_WEB_WORKDIR": ".web-gallery"}


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
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from koprogo_app.interface.build import build

    before = {name: os.environ.get(name) for name in GALLERY}
    os.environ.update(GALLERY)
    try:
        build()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    with served(GALLERY_APP, tmp_path_factory.mktemp("gallery") / "log", GALLERY) as url:
        yield url


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    watch = Watch(page)
    yield watch
    watch.check()
