"""The frame and the parts of the kit, in a real browser: reachable, readable, within the policy, within the budget."""

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import Watch, barriers, served
from tests.interface.conftest import GALLERY, GALLERY_APP

PAGES = ("/", "/lots", "/form", "/login")
BUDGET = 350 * 1024

pytestmark = pytest.mark.usefixtures("watch")


def opened(page: Page, path: str) -> None:
    page.goto(path)
    path = urlsplit(path).path
    expect(page.locator("main")).to_be_visible()
    if path != "/login":
        expect(page.get_by_text("Lieve Maes").first).to_be_attached()
    if path == "/lots":
        expect(page.get_by_label("Quotités, A11")).to_have_value("111")


def serious(page: Page) -> list[str]:
    return barriers(page, "moderate", "serious", "critical")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, path: str) -> None:
    opened(page, path)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        expect(page.locator(f"html.{theme}")).to_be_attached()
        assert not serious(page)


def test_axe_finds_nothing_in_an_open_dialog_with_errors_and_notices(page: Page) -> None:
    opened(page, "/form")
    page.get_by_role("button", name="Refus").click()
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert not serious(page)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_screen(page: Page, path: str) -> None:
    opened(page, path)
    for width in (320, 375, 768, 1024, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_dialog_fits_a_small_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 560})
    opened(page, "/form")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    box = page.get_by_role("dialog").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320 and box["height"] <= 560
    page.get_by_role("button", name="Enregistrer").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Enregistrer")).to_be_in_viewport()


def test_touch_targets_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    opened(page, "/lots")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button:not(.kit-link), main input, main select, header button")]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert not small


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_allows_no_inline_code_and_no_eval(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer
    policy = answer.header_value("content-security-policy") or ""
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts and "unsafe" not in scripts[1] and "sha256-" in scripts[1]
    styles = re.search(r"style-src ([^;]*)", policy)
    assert styles and "unsafe" not in styles[1]


def test_first_load_stays_within_its_budget(page: Page) -> None:
    for path in PAGES:
        sizes: dict[str, int] = {}

        def note(answer: Response, sizes: dict[str, int] = sizes) -> None:
            if answer.request.resource_type in ("document", "script", "stylesheet") and answer.status == 200:
                sizes[answer.url] = len(gzip.compress(answer.body(), 6))

        page.on("response", note)
        page.goto(path, wait_until="networkidle")
        page.remove_listener("response", note)
        total = sum(sizes.values())
        print(f"first load of {path}: {total / 1024:.0f} KiB gzip in {len(sizes)} files")
        assert 50 * 1024 < total <= BUDGET


def test_the_language_changes_at_once_and_stays(page: Page) -> None:
    opened(page, "/form")
    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_visible()
    page.get_by_label("Langue : Français").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_role("navigation", name="Hoofdnavigatie")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page).to_have_title("Sluiten · KoproGo")
    page.reload()
    expect(page.get_by_role("navigation", name="Hoofdnavigatie")).to_be_visible()
    page.goto("/login")
    expect(page.get_by_label("Taal: Nederlands")).to_be_visible()


def test_the_browser_chooses_the_first_language(browser: Any, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, locale="de-BE")
    page = context.new_page()
    page.goto("/login")
    expect(page.get_by_label("Sprache: Deutsch")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    context.close()


def test_moving_to_a_page_puts_the_keyboard_at_its_content(page: Page) -> None:
    opened(page, "/")
    page.get_by_role("link", name="Fermer").click()
    expect(page).to_have_url(re.compile("/form$"))
    expect(page.locator("main")).to_be_focused()
    expect(page.get_by_role("link", name="Fermer")).to_have_attribute("aria-current", "page")
    expect(page).to_have_title("Fermer · KoproGo")


def test_the_first_tab_skips_the_navigation(page: Page) -> None:
    opened(page, "/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_drawer_of_a_phone_closes_when_one_has_gone_somewhere(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    opened(page, "/")
    page.get_by_role("button", name="Ouvrir le menu").click()
    drawer = page.get_by_role("dialog", name="Menu")
    expect(drawer).to_be_visible()
    drawer.get_by_role("link", name="Fermer").click()
    expect(page).to_have_url(re.compile("/form$"))
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Ouvrir le menu").click()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Ouvrir le menu")).to_be_focused()


def test_dark_colours_are_kept(page: Page) -> None:
    opened(page, "/form")
    page.get_by_role("button", name="Couleurs sombres").click()
    expect(page.locator("html.dark")).to_be_attached()
    page.reload()
    expect(page.locator("html.dark")).to_be_attached()
    expect(page.get_by_role("button", name="Couleurs claires")).to_be_visible()


def test_a_menu_closes_on_escape_and_elsewhere(page: Page) -> None:
    opened(page, "/")
    item = page.get_by_role("link", name="Le Parc")
    page.get_by_text("Résidence Les Tilleuls").first.click()
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    page.get_by_text("Résidence Les Tilleuls").first.click()
    page.locator("h1").click()
    expect(item).to_be_hidden()


def test_notices_stay_until_closed_or_the_next_page(page: Page) -> None:
    opened(page, "/form")
    page.get_by_role("button", name="Refus").click()
    notice = page.get_by_role("status").get_by_text("Veuillez vous connecter.").or_(page.get_by_text("Please sign in."))
    expect(notice.first).to_be_visible()
    expect(page.get_by_role("status").get_by_text("art. 3.89 §5")).to_be_visible()
    page.get_by_role("status").get_by_role("button", name="Fermer").click()
    expect(notice).to_have_count(0)
    page.get_by_role("button", name="Refus").click()
    expect(notice.first).to_be_visible()
    page.get_by_role("link", name="Pages").click()
    expect(page).to_have_url(re.compile("/lots$"))
    page.get_by_role("link", name="Fermer").click()
    expect(page).to_have_url(re.compile("/form$"))
    expect(notice).to_have_count(0)


def test_a_failure_of_the_server_is_said_with_a_number(page: Page) -> None:
    opened(page, "/form")
    page.get_by_role("button", name="Panne").click()
    expect(page.get_by_role("status").get_by_text(re.compile(r"mentionnez [0-9a-f]{8}"))).to_be_visible()


def test_a_lost_connection_is_said(page: Page, watch: Watch, base_url: str, tmp_path: Path) -> None:
    watch.allow("WebSocket connection", "ERR_CONNECTION_REFUSED")
    with served(GALLERY_APP, tmp_path / "log", GALLERY) as url:
        opened(page, url + "/form")
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("alert").get_by_text("Pas de connexion.")).to_be_visible()


def test_sorting_and_searching_a_table_to_read(page: Page) -> None:
    opened(page, "/")
    page.get_by_role("columnheader", name="Nature").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Nature")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("columnheader", name="Nature").get_by_role("link").click()
    expect(page.get_by_role("rowheader").first).to_have_text("Nettoyage")
    page.get_by_role("searchbox").fill("gaz")
    expect(page.get_by_role("rowheader")).to_have_text(["Chauffage, gaz"])
    assert urlsplit(page.url).query == "sort=-name&q=gaz"
    page.get_by_role("link", name="Suivant").click()
    expect(page).to_have_url(re.compile("page=2"))
    page.go_back()
    expect(page.get_by_role("rowheader")).to_have_text(["Chauffage, gaz"])


def test_reflexs_own_upload_route_is_closed(page: Page, watch: Watch) -> None:
    watch.allow("404")
    for path in ("/_upload", "/_upload/x"):
        assert page.request.post(path).status == 404
        assert page.request.get(path).status == 404
