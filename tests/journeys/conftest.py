"""The real program in a real browser: its built front end, its own database, one server for the whole run.

    def test_something(page: Page, site: Site) -> None:
        site.sign_in(page, "syndic")              # anybody of the demo: see WHO
        page.goto("/portfolio")
        expect(page.get_by_role("heading", name="Immeubles")).to_be_visible()

A test fails when the browser's console shows an error, a script fails or an answer is 400 or more; what a test means
to cause it names first: `watch.allow("404")`. `site.check(page)` looks for what axe finds serious and for sideways
scrolling.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psycopg
import pyotp
import pytest
from playwright.sync_api import Page, expect

from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.postgres.access import libpq_url
from tests.browser import LAUNCH, Watch, barriers, served
from tests.filled import started, surroundings

WHO: Final = {
    "admin": "admin@koprogo.example.be",
    "syndic": "syndic@koprogo.example.be",
    "accountant": "comptable@koprogo.example.be",
    "board": "conseil@koprogo.example.be",
    "auditor": "commissaire@koprogo.example.be",
    "owner": "u.hermans@example.be",
    "usufructuary": "f.collard@example.be",
    "half owner": "d.schmitz@example.be",
    "volunteer": "benevole@koprogo.example.be",
}
PASSWORD: Final = "Tilleuls-2026!"
# What is pressed by itself and lower than a thumb; a link within a sentence, and a box with its label, do not count.
_LOW: Final = """() => [...document.querySelectorAll("a, button, input, select, summary, textarea")].filter(e => {
  const box = e.getBoundingClientRect(), look = getComputedStyle(e);
  if (!box.width || !box.height || look.visibility === "hidden" || e.closest(".kit-unseen, .kit-skip")) return false;
  if (e.tagName === "A" && look.display === "inline") return false;
  if (e.tagName === "INPUT" && ["checkbox", "radio", "file", "hidden"].includes(e.type)) return false;
  return box.height < 43.5;
}).map(e => `${e.tagName} ${e.innerText || e.name || e.className} ${e.getBoundingClientRect().height}`)"""


@dataclass
class Site:
    """The running program. `sql` reads and writes its database as the owner of the tables; `environment` is what it
    was started with, for a second one beside it."""

    url: str
    server: Server
    environment: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.languages = dict(self.sql("select email, lang from app_user"))

    def sign_in(self, page: Page, who: str, *, password: str = PASSWORD) -> None:
        """Signs somebody of the demo in through the form, with the second step where one is due."""
        page.goto("/sign-in")
        page.locator("input[name=email]").fill(WHO.get(who, who))
        page.locator("input[name=password]").fill(password)
        page.locator("form[action='/api/auth/sign-in'] button[type=submit]").click()
        expect(page).not_to_have_url(f"{self.url}/sign-in")
        if page.url.startswith(f"{self.url}/sign-in/code"):
            self.type_code(page, who)
        self.arrive(page)
        if "totp=required" in page.url:
            self.set_up_totp(page, who)

    def arrive(self, page: Page) -> None:
        """Waits until the person's first page is there: what was sent is answered, no `goto` can cut it off."""
        page.wait_for_url(lambda url: urlsplit(url).path not in {"/", "/sign-in", "/sign-in/code", "/invitation"})
        expect(page.locator("#main")).to_be_visible()

    def type_code(self, page: Page, who: str) -> None:
        """Types the app's code of this moment; an earlier one of the same half minute counts as not used."""
        self.sql("update app_user set totp_last_step = null where email = %s", WHO.get(who, who))
        page.locator("input[name=code]").fill(pyotp.TOTP(self.secrets[who]).now())
        page.locator("form[action='/api/auth/totp'] button[type=submit]").click()

    def set_up_totp(self, page: Page, who: str) -> list[str]:
        """Goes through the set-up that opened; remembers the secret for later sign-ins. Returns the recovery codes."""
        dialog = page.get_by_role("dialog")
        self.secrets[who] = (dialog.locator("code").first.text_content() or "").replace(" ", "")
        dialog.locator("input[name=code]").fill(pyotp.TOTP(self.secrets[who]).now())
        dialog.locator("button[type=submit]").click()
        expect(dialog.locator("li code")).to_have_count(10)
        codes = dialog.locator("li code").all_text_contents()
        dialog.locator(".kit-primary").click()
        expect(dialog).to_have_count(0)
        return codes

    def sign_out(self, page: Page) -> None:
        """Signs out through the menu under the person's name."""
        menu = page.locator("details:has(form[action='/api/auth/sign-out'])").first
        menu.locator("summary").first.click()
        menu.locator("form[action='/api/auth/sign-out'] button").click()
        page.wait_for_url("**/sign-in")

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Runs a statement in the site's database; the rows, if it gives any."""
        with psycopg.connect(libpq_url(self.server.owner_url)) as c:
            c.execute("set koprogo.organizations = '*'")
            cursor = c.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def mail(self, recipient: str, purpose: str) -> str:
        """The link in somebody's newest mail of a purpose."""
        rows = self.sql(
            "select body_text from mail where recipient = %s and purpose = %s order by id desc limit 1",
            recipient, purpose,
        )  # fmt: skip
        return next(line for line in rows[0][0].splitlines() if line.startswith("http"))

    def check(self, page: Page, *widths: int) -> None:
        """Fails when axe finds something serious, or when the page scrolls sideways at one of the widths."""
        wrong = barriers(page, "serious", "critical")
        assert not wrong, "\n".join(wrong)
        before = page.viewport_size
        for width in widths or (320, 375, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{page.url} is {wide} px too wide at {width} px"
        if before:
            page.set_viewport_size(before)

    def check_thumbs(self, page: Page) -> None:
        """Fails when something to press is lower than 44 px on a phone."""
        before = page.viewport_size
        page.set_viewport_size({"width": 375, "height": 812})
        low = page.evaluate(_LOW)
        assert not low, f"{page.url}: {low}"
        if before:
            page.set_viewport_size(before)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return LAUNCH


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    return {
        **browser_context_args, "locale": "fr-BE", "base_url": base_url, "viewport": {"width": 1440, "height": 900},
    }  # fmt: skip


@pytest.fixture(scope="session")
def running(filled_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The front end built (only when its sources changed), a database of this process with the demo in it, and the
    server."""
    from koprogo_app.interface.build import build

    build()
    with started(filled_demo, "journeys") as server:
        log = tmp_path_factory.mktemp("site") / "log"
        environment = surroundings(server.data_dir)
        with served("koprogo_app.koprogo_app:app", log, environment) as url:
            yield Site(url, server, environment)


@pytest.fixture(scope="session")
def base_url(running: Site) -> str:
    return running.url


@pytest.fixture
def site(running: Site) -> Site:
    """The running program."""
    return running


@pytest.fixture
def watch(page: Page) -> Iterator[Watch]:
    """What goes wrong in the page; `watch.allow("404")` for what the test means to cause."""
    watch = Watch(page)
    yield watch
    watch.check()


@pytest.fixture(autouse=True)
def _own_languages(request: pytest.FixtureRequest) -> None:
    """Everybody of the demo reads the language that the demo gave; a test before this one may have picked another."""
    if "site" in request.fixturenames:
        site: Site = request.getfixturevalue("site")
        for email, language in site.languages.items():
            site.sql("update app_user set lang = %s where email = %s and lang <> %s", language, email, language)


@pytest.fixture(autouse=True)
def _watched(request: pytest.FixtureRequest) -> None:
    """Every page is watched, whether its test asks or not."""
    if "page" in request.fixturenames:
        request.getfixturevalue("watch")
