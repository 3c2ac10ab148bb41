"""Dialogs and forms, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("watch")


@pytest.fixture
def form(page: Page) -> Page:
    page.goto("/form")
    page.get_by_role("button", name="Ouvrir").click()
    expect(page.get_by_role("dialog", name="Nouveau lot")).to_be_visible()
    return page


def test_focus_goes_in_stays_in_and_comes_back(form: Page) -> None:
    expect(form.get_by_label("Nom")).to_be_focused()
    for _ in range(14):
        form.keyboard.press("Tab")
        assert form.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )
    form.keyboard.press("Escape")
    expect(form.get_by_role("dialog")).to_be_hidden()
    expect(form.get_by_role("button", name="Ouvrir")).to_be_focused()


def test_the_cross_closes(form: Page) -> None:
    form.get_by_role("dialog").get_by_role("button", name="Fermer").click()
    expect(form.get_by_role("dialog")).to_be_hidden()


def test_an_error_stands_under_its_field_and_keeps_what_was_typed(form: Page) -> None:
    form.get_by_label("Nom").fill("A1")
    amount = form.get_by_label("Montant")
    amount.fill("douze")
    form.keyboard.press("Enter")
    error = form.get_by_role("dialog").get_by_role("alert")
    expect(error).to_have_text("« douze » n’est pas un nombre.")
    expect(amount).to_have_attribute("aria-invalid", "true")
    assert (error.get_attribute("id") or "?") in (amount.get_attribute("aria-describedby") or "")
    expect(amount).to_have_value("douze")
    expect(form.get_by_label("Nom")).to_have_value("A1")
    expect(form.get_by_label("Nom")).to_have_attribute("aria-describedby", "f-name-hint")
    amount.fill("12,50")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.get_by_role("dialog")).to_be_hidden()
    expect(form.locator("#sent")).to_have_text("12.50")
    expect(form.get_by_role("status").get_by_text("enregistré")).to_be_visible()


def test_each_opening_starts_from_the_defaults(form: Page) -> None:
    form.get_by_label("Nom").fill("left behind")
    form.keyboard.press("Escape")
    expect(form.get_by_role("dialog")).to_be_hidden()
    form.get_by_role("button", name="Ouvrir").click()
    expect(form.get_by_label("Nom")).to_have_value("")
