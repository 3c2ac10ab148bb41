"""A text with a plural, chosen by the browser."""

import json

import pytest
from playwright.sync_api import Page

from koprogo_app.foundation.i18n import LANGS, N_, tr
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.text import counting

SHARES = N_("{count} share", "{count} shares")


@pytest.mark.parametrize("lang", LANGS)
def test_the_browser_writes_a_count_as_the_server_does(page: Page, lang: str) -> None:
    write = str(counting(SHARES)).replace(str(Locale.lang), json.dumps(lang))
    counts = [0, 1, 2, 999, 1234, 1_234_567]
    assert page.evaluate(f"{json.dumps(counts)}.map({write})") == [tr(lang, SHARES, count=n) for n in counts]
