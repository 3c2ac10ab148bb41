"""What acts once, in a real browser: busy from the press to the answer, one key an intention."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.usefixtures("watch")


class Line:
    """The socket of a page, whose answers can be held back."""

    def __init__(self, page: Page) -> None:
        self.held: list[Any] | None = None
        page.route_web_socket(re.compile("/_event"), self._opened)

    def _opened(self, browser: Any) -> None:
        server = browser.connect_to_server()
        self.browser = browser
        browser.on_message(server.send)
        server.on_message(self._answered)

    def _answered(self, message: Any) -> None:
        if self.held is None:
            self.browser.send(message)
        else:
            self.held.append(message)

    def hold(self) -> None:
        self.held = []

    def release(self) -> None:
        held, self.held = self.held or [], None
        for message in held:
            self.browser.send(message)


@pytest.fixture
def line(page: Page) -> Iterator[Line]:
    line = Line(page)
    page.goto("/acts")
    expect(page.get_by_role("heading", name="Actes")).to_be_visible()
    yield line
    line.release()


def calls(page: Page) -> Locator:
    return page.locator("#calls li")


def stamps(page: Page, name: str) -> list[str | None]:
    return [one.get_attribute(f"data-{name}") for one in calls(page).all()]


def twice(button: Locator) -> None:
    """Two presses before the page has drawn anything."""
    button.evaluate("b => { b.click(); b.click(); }")


def test_a_double_click_is_one_act_and_the_next_press_another(page: Page, line: Line) -> None:
    button = page.get_by_role("button", name="Presser")
    button.focus()
    line.hold()
    twice(button)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("aria-busy", "true")
    line.release()
    expect(calls(page)).to_have_text(["press a"])
    expect(button).to_be_enabled()
    expect(button).to_be_focused()
    button.click()
    expect(calls(page)).to_have_count(2)
    assert len(set(stamps(page, "key"))) == 2
    assert stamps(page, "page") == ["/acts/as-filled"] * 2, (
        "the page that it was filled for, not the one in the address"
    )


def test_after_silence_the_same_key_goes_out_again(page: Page, line: Line) -> None:
    page.clock.install()
    button = page.get_by_role("button", name="Presser")
    line.hold()
    button.click()
    expect(button).to_be_disabled()
    page.clock.fast_forward(21_000)
    expect(button).to_be_enabled()
    button.click()
    page.clock.run_for(1000)
    line.release()
    expect(calls(page)).to_have_text(["press a", "press a"])
    assert len(set(stamps(page, "key"))) == 1


def test_a_form_is_sent_once_with_its_page(page: Page, line: Line) -> None:
    page.get_by_label("Mot").fill("oui")
    send = page.get_by_role("button", name="Envoyer")
    line.hold()
    twice(send)
    page.get_by_label("Mot").press("Enter")
    expect(send).to_have_attribute("aria-busy", "true")
    line.release()
    expect(send).to_be_enabled()
    expect(calls(page)).to_have_text(["send oui"])
    expect(page.get_by_label("Mot")).to_have_value("oui")


def test_an_action_of_the_grid_acts_once(page: Page, line: Line) -> None:
    act = page.get_by_role("button", name="Agrandir")
    line.hold()
    twice(act)
    expect(act).to_be_disabled()
    line.release()
    expect(calls(page)).to_have_text(["act 7 grow"])


def test_a_dialog_names_its_record_and_closes_when_one_leaves(page: Page, line: Line) -> None:
    page.get_by_role("button", name="Demander").click()
    page.get_by_role("button", name="Prendre").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(calls(page)).to_have_text(["take"])
    assert stamps(page, "record") == ["42"]
    page.get_by_role("link", name="Ailleurs").click()
    expect(page.locator("#closed")).to_have_text("0")
    page.go_back()
    page.get_by_role("button", name="Demander").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_forward()
    expect(page.locator("#closed")).to_have_text("1")
    page.go_back()
    expect(page.get_by_role("button", name="Presser")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
