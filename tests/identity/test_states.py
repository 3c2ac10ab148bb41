"""The profile without a browser."""

from dataclasses import replace
from uuid import uuid4

import pyotp

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.state.profile import Password, Profile, TwoSteps, device
from tests.identity.conftest import PASSWORD, open_for
from tests.states import Opened, key, opened

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
    who = (await at_home(people)).who
    page = Opened(Password, who)
    page.at("/profile")
    typed = {"current": "wrong", "new": NEW, "again": NEW}
    await page.send("change", typed | {"again": "x"})
    assert set(page.state.errors) == {"again"}
    await page.send("change", typed)
    assert set(page.state.errors) == {"current"}
    used = key()
    await page.send("change", typed | {"current": PASSWORD}, key=used)
    assert page.state.errors == {} and page.state.saved == 1 and len(page.of(Profile).sessions) == 1
    assert page.notices() == ["done: Your password is changed. Every other sign-in was ended."]
    # Sent again, with whatever passwords: they are no part of what is remembered.
    await page.send("change", {"current": "other", "new": "other", "again": "another"}, key=used)
    assert page.state.errors == {} and len(page.notices()) == 1


async def test_two_steps_are_set_up_renewed_and_turned_off(people: dict[str, Person]) -> None:
    who, _ = await open_for(people["owner_tilia"])
    page = await opened(TwoSteps, who, "/profile")
    assert (page.state.on, page.state.needed, page.state.may_drop) == (False, False, True)
    await page.send("begin", "")
    secret = page.state.set_up.secret.replace(" ", "")
    assert page.state.dialog.name == "scan" and len(secret) == 32
    await page.send("begin", "")
    assert page.state.set_up.secret.replace(" ", "") == secret, "an app may have scanned it already"
    await page.send("confirm", {"code": "000000"})
    assert set(page.state.errors) == {"code"} and page.state.dialog.name == "scan" and not page.state.on
    await page.send("confirm", {"code": pyotp.TOTP(secret).now()}, key=(first := key()))
    assert (page.state.dialog.name, page.state.on, page.state.codes_left) == ("codes", True, 10)
    codes = page.state.codes
    assert len(codes) == 10 and page.state.set_up.secret == ""
    async with work(SYSTEM) as w:
        kept = bytes(await w.value("select body from idempotency_key where key = %(key)s", key=first))
    assert not any(code.encode() in kept for code in codes), "they are kept nowhere but in this page"
    await page.go("/profile")
    assert (page.state.dialog.name, page.state.codes) == ("codes", codes), "loaded again they are still there"
    assert await page.send("close") is None
    assert (page.state.dialog.name, page.state.codes) == ("", [])

    await page.send("ask", "renew", "")
    await page.send("renew", {"code": codes[0]})
    assert (page.state.dialog.name, page.state.codes_left) == ("codes", 10) and not set(page.state.codes) & set(codes)
    new = page.state.codes[0]
    await page.send("close")
    await page.send("ask", "off", "")
    await page.send("turn_off", {"code": codes[1]})
    assert set(page.state.errors) == {"code"} and page.state.dialog.name == "off"
    await page.send("turn_off", {"code": new})
    assert (page.state.dialog.name, page.state.on, page.state.errors) == ("", False, {})
    assert page.notices() == ["done: Two-step sign-in is off."]


async def test_a_superadmin_without_two_steps_sets_them_up_at_once(people: dict[str, Person]) -> None:
    who, _ = await open_for(people["admin"])
    page = await opened(TwoSteps, replace(who, needs_totp=True), "/profile?totp=required")
    assert page.state.needed and not page.state.may_drop
    answer = await page.run("arrive")
    assert "begin" in str(answer.handler.fn.__qualname__)
    await page.send("begin", "")
    await page.send("confirm", {"code": pyotp.TOTP(page.state.set_up.secret.replace(" ", "")).now()})
    assert page.state.on and not page.state.needed
    assert await page.run("arrive") is None
    await page.send("close")
    assert page.went[-1] == "/"


def test_a_device_is_named_in_words() -> None:
    assert device("web", "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36")["fr"] == "Chrome, Linux"
    assert device("web", "")["en"] == "Unknown device" and device("api", "x")["en"] == "Program (API)"
