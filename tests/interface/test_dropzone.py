"""Sending a file, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import Watch


@pytest.fixture
def form(page: Page, watch: Watch) -> Page:
    page.goto("/form")
    expect(page.get_by_text("Lieve Maes").first).to_be_attached()
    return page


def choose(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("Déposer un fichier").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])


def test_a_file_is_sent_and_its_id_comes_back(form: Page) -> None:
    choose(form, "lots.csv", b"a;b\n" * 1000)
    expect(form.get_by_text("✓ reçu")).to_be_visible()
    expect(form.locator("#uploaded")).to_have_text("lots.csv:4000")


def test_a_dropped_file_is_sent(form: Page) -> None:
    form.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(["abc"], "x.csv"));
        const init = {dataTransfer: data, bubbles: true, cancelable: true};
        document.querySelector(".kit-drop").dispatchEvent(new DragEvent("drop", init)) }"""
    )
    expect(form.locator("#uploaded")).to_have_text("x.csv:3")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lots.pdf", b"x", "Seuls ces formats sont acceptés : .csv, .xlsx."),
        ("lots.csv", b"", "Ce fichier est vide."),
        ("lots.csv", b"x" * 3_000_000, "Ce fichier fait 3 Mo ; 2 Mo au plus sont acceptés."),
    ],
)
def test_what_cannot_be_accepted_is_said_before_sending(form: Page, name: str, content: bytes, words: str) -> None:
    choose(form, name, content)
    expect(form.get_by_role("alert")).to_have_text(words)
    expect(form.locator("#uploaded")).to_have_text("")


def test_the_servers_reason_is_shown(form: Page, watch: Watch) -> None:
    watch.allow("422")
    choose(form, "bad.csv", b"x")
    expect(form.get_by_role("alert")).to_have_text("Ce fichier n’est pas un tableau.")


def test_a_lost_connection_is_said_and_sending_can_be_cancelled(form: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED", "ERR_ABORTED", "net::")
    form.route("**/api/files*", lambda route: route.abort())
    choose(form, "lots.csv", b"x")
    expect(form.get_by_role("alert")).to_contain_text("la connexion a été perdue")
    form.unroute("**/api/files*")
    held: list[Route] = []
    form.route("**/api/files*", lambda route: held.append(route))
    choose(form, "lots.csv", b"x")
    expect(form.get_by_role("progressbar", name="Envoi de lots.csv")).to_be_visible()
    form.get_by_role("button", name="Annuler").click()
    expect(form.get_by_text("annulé")).to_be_visible()
    assert held
    held[0].abort()


def test_the_request_carries_the_mark_against_forgery(form: Page) -> None:
    with form.expect_request("**/api/files*") as sent:
        choose(form, "é lots.csv", b"x")
    request = sent.value
    assert request.method == "PUT"
    assert request.headers["x-requested-with"] == "koprogo"
    assert Path(request.url).name == "files?name=%C3%A9+lots.csv"
    expect(form.locator("#uploaded")).to_have_text("é lots.csv:1")
