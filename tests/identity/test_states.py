"""The profile without a browser."""

from uuid import uuid4

from koprogo_app.identity.access import Person
from koprogo_app.identity.state.profile import Profile, device
from tests.identity.conftest import PASSWORD, open_for
from tests.states import Opened, opened

NEW = "another quiet morning tram"


async def at_home(people: dict[str, Person]) -> Opened:
    """The profile of an owner who is signed in here and elsewhere."""
    await open_for(people["owner_tilia"])
    who, _ = await open_for(people["owner_tilia"])
    return await opened(Profile, who, "/profile")


async def test_a_name_is_kept_or_says_what_is_wrong_with_it(people: dict[str, Person]) -> None:
    page = await at_home(people)
    assert (page.state.name, page.state.email) == ("Owner_Tilia", "owner_tilia@example.be")
    await page.send("save_name", {"name": " "})
    assert set(page.state.errors) == {"name"} and page.state.name == "Owner_Tilia"
    await page.send("save_name", {"name": "Ursula  Hermans"})
    assert page.state.name == "Ursula Hermans" and page.state.errors == {}
    assert page.notices() == ["done: Your name is saved."]


async def test_ones_sessions_are_ended_one_by_one_and_nobody_elses(people: dict[str, Person]) -> None:
    page = await at_home(people)
    other = next(row for row in page.state.sessions if not row.current)
    neighbour, _ = await open_for(people["owner_fagus"])
    await page.send("revoke", str(neighbour.session_id))
    await page.send("revoke", str(uuid4()))
    assert len(page.state.sessions) == 2 and page.notices()[-1].startswith("refused:")
    await page.send("revoke", other.id)
    assert [row.current for row in page.state.sessions] == [True]
    await page.send("revoke", other.id)
    assert page.notices()[-1].startswith("refused:") and len(page.state.sessions) == 1
    await open_for(people["owner_tilia"])
    await page.send("revoke_others")
    assert [row.current for row in page.state.sessions] == [True]


async def test_a_password_is_changed_and_the_other_sessions_end(people: dict[str, Person]) -> None:
    page = await at_home(people)
    typed = {"current": "wrong", "new": NEW, "again": NEW}
    await page.send("change_password", typed | {"again": "x"})
    assert set(page.state.password_errors) == {"again"}
    await page.send("change_password", typed)
    assert set(page.state.password_errors) == {"current"} and len(page.state.sessions) == 2
    await page.send("change_password", typed | {"current": PASSWORD})
    assert page.state.password_errors == {} and page.state.password_round == 1 and len(page.state.sessions) == 1
    assert page.notices() == ["done: Your password is changed. Every other sign-in was ended."]


def test_a_device_is_named_in_words() -> None:
    assert device("web", "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36")["fr"] == "Chrome, Linux"
    assert device("web", "")["en"] == "Unknown device" and device("api", "x")["en"] == "Program (API)"
