"""The kit's states and helpers, without a browser."""

from typing import Any

import pytest
import reflex as rx

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.form import problem
from koprogo_app.interface.grid import Change, Saved, answering, answers
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import Notices, on_server_error
from koprogo_app.interface.shell import Choice, NavItem, Shell, ShellView
from koprogo_app.interface.text import t


def change(row: str = "a", value: str = "1", version: int = 3) -> Change:
    return {"row": row, "field": "area", "value": value, "version": version}


async def test_changes_of_one_row_follow_its_version() -> None:
    seen: list[tuple[str, int]] = []

    async def save(change: Change) -> Saved:
        seen.append((change["row"], change["version"]))
        return Saved(change["value"] + " m²", change["version"] + 1)

    found = await answers([], [change(), change(value="2"), change("b")], save, "fr")
    assert seen == [("a", 3), ("a", 4), ("b", 3)]
    assert [(o["row"], o["asked"], o["value"], o["version"]) for o in found] == [
        ("a", "1", "1 m²", 4),
        ("a", "2", "2 m²", 5),
        ("b", "1", "1 m²", 4),
    ]


async def test_one_refusal_leaves_the_others_saved_and_offers_mends() -> None:
    async def save(change: Change) -> Saved:
        if change["value"] == "x":
            raise AgainstTheLaw("3.85 §1", "Fill this in.")
        return Saved(change["value"], 1)

    found = await answers(
        [], [change(value="x"), change("b")], save, "nl", lambda c, e: [{"action": "do", "label": "Doe"}]
    )
    assert found[0]["error"] == {
        "text": "Vul dit in.",
        "article": "art. 3.85 §1",
        "fixes": [{"action": "do", "label": "Doe"}],
    }
    assert "error" not in found[1]


async def test_a_long_paste_is_answered_in_parts_that_each_hold_all_before_them() -> None:
    async def save(asked: Change) -> Saved:
        return Saved(asked["value"], asked["version"] + 1)

    sizes, seen = [], list[int]()
    async for outcomes in answering([], [change(f"row {n}") for n in range(60)], save, "fr"):
        sizes.append(len(outcomes))
        assert [o["n"] for o in outcomes][: len(seen)] == seen
        seen = [o["n"] for o in outcomes]
    assert sizes == [25, 50, 60]
    assert seen == sorted(set(seen))
    many = [change(f"row {n}") for n in range(1500)]
    assert len([part async for part in answering([], many, save, "fr")]) == 20


async def test_answers_are_numbered_upwards_and_only_the_last_are_kept() -> None:
    async def save(change: Change) -> Saved:
        return Saved("1", 1)

    outcomes: list[dict[str, Any]] = []
    for _ in range(30):
        before = outcomes[-1]["n"] if outcomes else 0
        outcomes = await answers(outcomes, [change()], save, "fr")
        assert outcomes[-1]["n"] > before
    assert len(outcomes) == 13


@pytest.mark.parametrize(
    "changes",
    [
        "x",
        [1],
        [{"row": "a"}],
        [{"row": 1, "field": "f", "value": "v", "version": 1}],
        [change()] * 5001,
        [{"row": "a", "field": "f", "value": "v", "version": "1"}],
    ],
)
async def test_what_is_not_a_list_of_changes_is_refused(changes: Any) -> None:
    async def save(change: Change) -> Saved:
        raise AssertionError

    with pytest.raises(Invalid):
        await answers([], changes, save, "fr")


def test_a_refusal_in_four_languages() -> None:
    shown = problem(Invalid("name", "Fill this in.", article="3.85"))
    assert (shown.fr, shown.en, shown.article) == ("Complétez ce champ.", "Fill this in.", "3.85")


def test_a_text_needs_exactly_its_values() -> None:
    assert "partir du {day}" in str(t("from {day}", day="3 mai"))
    for values in ({}, {"days": 1}, {"day": 1, "more": 2}):
        with pytest.raises(ValueError, match="placeholders"):
            t("from {day}", **values)


def test_a_text_with_a_plural_needs_a_number() -> None:
    left = N_("{count} day left", "{count} days left")
    assert "encore {count} jour" in str(t(left, count=3))
    with pytest.raises(ValueError, match="placeholders"):
        t(left)
    with pytest.raises(ValueError, match="is a text"):
        t(left, count="3")
    assert t(left, count=rx.Var("three", _var_type=str).to(int)) is not None


def test_nothing_is_a_number_too() -> None:
    assert "String(zero)" in str(t("from {day}", day=rx.Var("zero", _var_type=int)))


def test_an_unknown_error_says_a_number_and_not_its_text() -> None:
    event = str(on_server_error(RuntimeError("password=secret")))
    assert "secret" not in event
    assert "mentionnez" in event
    assert "connecter" not in event
    assert "Fill this in." in str(on_server_error(Conflict("Fill this in.")))


def make(state: type[rx.State]) -> Any:
    return state(_reflex_internal_init=True)  # type: ignore[call-arg]


async def test_a_notice_is_shown_on_the_page_after_a_redirect_and_no_longer() -> None:
    notices = make(Notices)
    notices._add("done", {"fr": "Fait"})
    turn = Notices.event_handlers["turn"].fn
    await turn(notices)
    assert [n.texts["fr"] for n in notices.items] == ["Fait"]
    await turn(notices)
    assert notices.items == []


async def test_what_is_done_takes_the_place_of_what_was_done_a_refusal_stays() -> None:
    notices = make(Notices)
    for kind, text in (("done", "Un"), ("refused", "Non"), ("done", "Deux"), ("refused", "Non")):
        notices._add(kind, {"fr": text})
    assert [n.texts["fr"] for n in notices.items] == ["Deux", "Non"]


async def test_a_notice_of_an_unknown_kind_is_not_shown() -> None:
    notices = make(Notices)
    await Notices.event_handlers["show"].fn(notices, "fancy", {"fr": "x"})
    await Notices.event_handlers["show"].fn(notices, "done", {"fr": 3})
    assert notices.items == []


async def test_only_our_languages_are_chosen() -> None:
    locale = make(Locale)
    await Locale.event_handlers["choose"].fn(locale, "nl")
    assert locale.lang == "nl"
    await Locale.event_handlers["choose"].fn(locale, "xx")
    assert locale.lang == "nl"


def test_the_shell_shows_a_view() -> None:
    shell = make(Shell)
    view = ShellView(
        person="Els",
        nav=[NavItem("Previous", "/next", heading="Menu")],
        buildings=[Choice("1", "Tilleuls", "/b/1")],
        building="1",
        roles=[Choice("owner", "Close")],
        role="owner",
    )
    shell._show(view)
    assert shell.nav[0].label["fr"] == "Précédent"
    assert shell.nav[0].heading["nl"] == "Menu"
    assert shell.building_name == "Tilleuls"
    assert shell.role_name["de"] == "Schließen"


@pytest.mark.parametrize("state", [Locale, Notices, Shell])
def test_every_handler_of_the_kit_says_that_it_is_open(state: type[rx.State]) -> None:
    own = [h.fn for name, h in state.event_handlers.items() if h.fn.__module__.startswith("koprogo_app")]
    assert all(getattr(fn, "__perm__", None) == "public" for fn in own)
