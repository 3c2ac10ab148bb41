"""A chart in a real browser: within the policy, in both themes, with its figures and its pictures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.interface.test_pages import serious

pytestmark = pytest.mark.usefixtures("watch")


def opened(page: Page) -> None:
    page.goto("/chart")
    expect(page.locator(".kit-plot .main-svg").first).to_be_visible()
    expect(page.locator(".kit-plot .bars .point")).to_have_count(6)
    expect(page.locator(".kit-plot .scatterlayer .trace")).to_have_count(2)


def test_a_chart_has_its_figures_beside_it_and_speaks_the_theme(page: Page) -> None:
    opened(page)
    table = page.get_by_role("table", name="Chiffres du graphique – Charges par nature")
    expect(table.get_by_role("row", name=re.compile("Entretien des ascenseurs"))).to_contain_text("1 234,56 €")
    expect(table.get_by_role("rowheader", name="Eau <b>")).to_be_visible()
    bar = page.locator(".kit-plot .bars .point path").first
    light = bar.evaluate("e => e.style.fill")
    assert not serious(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html.dark")).to_be_attached()
    page.wait_for_function(
        "before => document.querySelector('.kit-plot .bars .point path').style.fill !== before", arg=light
    )
    assert bar.evaluate("e => e.style.fill") == "rgb(92, 194, 169)"
    assert not serious(page)


def test_a_bar_and_its_name_in_the_table_can_be_pressed(page: Page) -> None:
    opened(page)
    box = page.locator(".kit-plot .barlayer .trace").nth(1).locator(".point path").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    expect(page.locator("#pressed")).to_have_text("Entretien des ascenseurs et des portes automatiques / 2025")
    page.get_by_role("button", name="Gaz").press("Enter")
    expect(page.locator("#pressed")).to_have_text("Gaz / 2026")


def test_the_picture_can_be_taken_along(page: Page, tmp_path: Path) -> None:
    opened(page)
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Image ({name})").first.click()
        file = tmp_path / name
        download.value.save_as(file)
        assert download.value.suggested_filename == f"charges-par-nature.{name.lower()}"
        assert file.read_bytes().startswith(start)
    svg = (tmp_path / "SVG").read_text()
    assert "Charges par nature" in svg
    assert "2025" in svg


@pytest.mark.parametrize("width", [320, 375, 1920])
def test_a_chart_fits_every_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    opened(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".kit-plot .main-svg").first.bounding_box()["width"] <= width  # type: ignore[index]
