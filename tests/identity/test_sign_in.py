"""Signing in with a browser: cookie, second step, limits, and what a failure tells."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pyotp
import pytest

from koprogo_app.foundation import crypto, limits
from koprogo_app.foundation.crypto import digest
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.errors import TooMany
from koprogo_app.foundation.limits import Rule
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.forms import KEPT
from koprogo_app.identity.service import sessions, sign_in, totp
from koprogo_app.identity.service.sign_in import Caller
from koprogo_app.settings import settings
from tests.identity.conftest import OWN, PASSWORD, give_totp, later, open_for


async def submit(client: httpx.AsyncClient, path: str, **form: str) -> tuple[str, dict[str, str]]:
    """Posts a form as the page does; returns the path it leads to and the query."""
    answer = await client.post("/api/auth" + path, data=form, headers=OWN)
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    return parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}


async def actions() -> list[str]:
    async with work(SYSTEM) as w:
        found: list[str] = await w.value("select array_agg(action order by seq) from audit_entry")
        return found


async def test_a_password_opens_a_session_with_a_safe_cookie(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    form = {"email": "OWNER_TILIA@example.be ", "password": PASSWORD, "next": "/lots?q=1"}
    answer = await client.post("/api/auth/sign-in", data=form, headers=OWN)
    assert answer.headers["location"] == "/lots?q=1"
    cookie = answer.headers["set-cookie"]
    assert re.search(r"^koprogo=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    who = (await client.get("/api/v1/auth/me")).json()
    assert who["email"] == "owner_tilia@example.be" and [r["role"] for r in who["roles"]] == ["owner"]
    assert await actions() == ["sign_in.succeeded"]


async def test_under_tls_the_cookie_is_bound_to_the_host(
    client: httpx.AsyncClient, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPROGO_PUBLIC_URL", "https://copro.example")
    settings.cache_clear()
    try:
        answer = await client.post(
            "/api/auth/sign-in", data={"email": "owner_tilia@example.be", "password": PASSWORD},
            headers={"origin": "https://copro.example"},
        )  # fmt: skip
        assert re.match(r"__Host-koprogo=\S+; HttpOnly; Path=/; SameSite=lax; Secure", answer.headers["set-cookie"])
    finally:
        settings.cache_clear()


@pytest.mark.parametrize("email", ["owner_tilia@example.be", "nobody@example.be", "not an address"])
async def test_a_failure_says_the_same_whether_the_account_exists(
    client: httpx.AsyncClient, people: dict[str, Person], email: str
) -> None:
    path, query = await submit(client, "/sign-in", email=email, password="wrong")
    assert (path, query["error"]) == ("/sign-in", "credentials")
    assert "set-cookie" not in (await client.get("/api/v1/auth/me")).headers
    assert crypto.kept(query["kept"], KEPT) == email and email not in query["kept"]
    assert await actions() == ["sign_in.failed"]


async def test_disabled_and_invited_people_do_not_get_in(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    for status in ("disabled", "invited"):
        async with work(SYSTEM) as w:
            await w.execute("update app_user set status = %(s)s where email = 'owner_tilia@example.be'", s=status)
        _, query = await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD)
        assert query["error"] == "credentials"


async def test_five_failures_close_the_account_and_the_page_says_for_how_long(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    for _ in range(5):
        await submit(client, "/sign-in", email="owner_tilia@example.be", password="wrong")
    _, query = await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD)
    assert query["error"] == "wait" and 1 <= int(query["minutes"]) <= 15
    # A stranger who failed keeps nobody out elsewhere; ten failures close the address for every account.
    assert (await sign_in.with_password("owner_tilia@example.be", PASSWORD, Caller(ip="192.0.2.8"))).cookie
    assert (await sign_in.with_password("syndic_a@example.be", PASSWORD, Caller(ip="192.0.2.7"))).cookie
    for _ in range(5):
        await submit(client, "/sign-in", email="board_tilia@example.be", password="wrong")
    with pytest.raises(TooMany) as wait:
        await sign_in.with_password("syndic_a@example.be", PASSWORD, Caller(ip="192.0.2.7"))
    assert 800 < wait.value.retry_after <= 900
    assert (await sign_in.with_password("syndic_a@example.be", PASSWORD, Caller(ip="192.0.2.8"))).cookie


async def test_an_account_that_is_tried_from_everywhere_is_open_to_a_browser_that_is_known(
    people: dict[str, Person],
) -> None:
    email = "owner_tilia@example.be"
    known = (await sign_in.with_password(email, PASSWORD, Caller(ip="192.0.2.200"))).browser
    for n in range(50):
        await sign_in.with_password(email, "wrong", Caller(ip=f"192.0.2.{n}"))
    with pytest.raises(TooMany):
        await sign_in.with_password(email, PASSWORD, Caller(ip="192.0.2.201"))
    with pytest.raises(TooMany):
        await sign_in.with_password(email, PASSWORD, Caller(ip="192.0.2.201", browser=known[:-2] + "AA"))
    assert (await sign_in.with_password(email, PASSWORD, Caller(ip="192.0.2.201", browser=known))).cookie
    assert not sign_in.recognised(Caller(browser=known), "syndic_a@example.be")


async def test_the_longer_somebody_guesses_at_one_address_the_longer_it_is_closed(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    email, here = "owner_tilia@example.be", Caller(ip="192.0.2.7")
    for _ in range(3):
        for _ in range(5):
            await sign_in.with_password(email, "wrong", here)
        for name, amount in (("sign-in here", 5), ("sign-in address", 10)):  # a quarter of an hour goes by
            key = digest(email) + digest(here.ip) if name == "sign-in here" else digest(here.ip)
            await limits.clear(Rule(name, amount, 900, exact=True), key)
    with pytest.raises(TooMany) as wait:
        await sign_in.with_password(email, PASSWORD, here)
    assert 900 < wait.value.retry_after <= 7200


async def test_many_tries_at_once_do_not_slip_under_the_limit(people: dict[str, Person]) -> None:
    tries = [sign_in.with_password("owner_tilia@example.be", "wrong", Caller(ip="192.0.2.7")) for _ in range(12)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(o, TooMany) for o in outcomes) == 7


async def test_success_forgives_the_account_its_failures(people: dict[str, Person]) -> None:
    for n in range(8):
        for password in ("wrong", "wrong", "wrong", PASSWORD):
            outcome = await sign_in.with_password("owner_tilia@example.be", password, Caller(ip=f"192.0.2.{n}"))
        assert outcome.cookie


async def test_two_steps(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    owner = people["owner_tilia"]
    app, codes = await give_totp(owner)
    path, query = await submit(client, "/sign-in", email=owner.email, password=PASSWORD, next="/lots")
    assert (path, query) == ("/sign-in/code", {"next": "/lots"})
    assert (await client.get("/api/v1/auth/me")).status_code == 401
    async with work(SYSTEM) as w:
        code = app.at(w.now)
    assert (await submit(client, "/totp", code=code))[1]["error"] == "code"  # used when it was turned on
    await later(owner.user_id)
    assert (await submit(client, "/totp", code=code[:3] + " " + code[3:], next="/lots"))[0] == "/lots"
    assert (await client.get("/api/v1/auth/me")).json()["email"] == owner.email

    await submit(client, "/sign-in", email=owner.email, password=PASSWORD)
    assert (await submit(client, "/totp", code=codes[3].upper()))[0] == "/"
    await submit(client, "/sign-in", email=owner.email, password=PASSWORD)
    assert (await submit(client, "/totp", code=codes[3]))[1]["error"] == "code"


async def test_a_step_works_once_and_a_code_is_accepted_once_even_at_the_same_moment(people: dict[str, Person]) -> None:
    owner = people["owner_tilia"]
    app, _ = await give_totp(owner)
    await later(owner.user_id)
    steps = [(await sign_in.with_password(owner.email, PASSWORD, Caller(ip=f"192.0.2.{n}"))).step for n in range(4)]
    async with work(SYSTEM) as w:
        code = app.at(w.now)
    outcomes = await asyncio.gather(*(sign_in.with_code(s, code, Caller(ip=s[:9])) for s in steps))
    assert sorted(o.refused or "in" for o in outcomes) == ["code", "code", "code", "in"]
    used = steps[[bool(o.cookie) for o in outcomes].index(True)]
    assert (await sign_in.with_code(used, code, Caller())).refused == "expired"


async def test_codes_are_limited_too(people: dict[str, Person]) -> None:
    owner = people["owner_tilia"]
    await give_totp(owner)
    step = (await sign_in.with_password(owner.email, PASSWORD, Caller())).step
    for n in range(5):
        assert (await sign_in.with_code(step, "000000", Caller(ip=f"192.0.2.{n}"))).refused == "code"
    with pytest.raises(TooMany):
        await sign_in.with_code(step, "000000", Caller(ip="192.0.2.99"))


async def test_a_foreign_page_cannot_sign_anybody_in(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    form = {"email": "owner_tilia@example.be", "password": PASSWORD}
    for headers in ({"origin": "https://evil.example"}, {}, {"origin": "null"}, {"referer": "https://evil.example/x"}):
        answer = await client.post("/api/auth/sign-in", data=form, headers=headers)
        assert answer.headers["location"] == "/sign-in?error=origin" and "set-cookie" not in answer.headers


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_sign_in_leads_nowhere_else(client: httpx.AsyncClient, people: dict[str, Person], target: str) -> None:
    path, _ = await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD, next=target)
    assert path == "/"


async def test_signing_in_again_ends_the_session_before_and_signing_out_ends_this_one(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD)
    first = client.cookies["koprogo"]
    await submit(client, "/sign-in", email="admin@example.be", password=PASSWORD)
    assert await sessions.by_hash(sessions.digest(first)) is None
    assert (await client.get("/api/v1/auth/me")).json()["email"] == "admin@example.be"
    second = client.cookies["koprogo"]
    assert (await submit(client, "/sign-out"))[0] == "/sign-in"
    assert await sessions.by_hash(sessions.digest(second)) is None
    client.cookies.set("koprogo", second)
    assert (await client.get("/api/v1/auth/me")).status_code == 401
    assert (await actions())[-1] == "sign_out"


async def test_a_session_ends_by_itself(people: dict[str, Person], client: httpx.AsyncClient) -> None:
    await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD)
    async with work(SYSTEM) as w:
        await w.execute("update user_session set expires_at = now() - interval '1 second'")
    sessions.forget()
    assert (await client.get("/api/v1/auth/me")).status_code == 401


async def test_every_process_hears_of_an_ended_session_whatever_fails_after_one(
    people: dict[str, Person], db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, heard = asyncio.Event(), asyncio.Queue[UUID]()

    async def broken(_session_id: UUID) -> None:
        raise RuntimeError("no socket server")

    async def hear(session_id: UUID) -> None:
        await heard.put(session_id)

    monkeypatch.setattr(sessions, "_on_end", [broken, hear])
    monkeypatch.setattr(sessions, "forget", lambda _session_id="": listening.set())  # forgets all when it listens
    ear = asyncio.create_task(sessions.listen(db))
    try:
        await asyncio.wait_for(listening.wait(), 20)
        for _ in range(2):
            inside, _ = await open_for(people["syndic_a"])
            async with work(SYSTEM) as w:
                await sessions.end(w, inside.session_id or UUID(int=0), "test")
            assert await asyncio.wait_for(heard.get(), 20) == inside.session_id
    finally:
        ear.cancel()


async def test_the_audit_holds_no_personal_data(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    await submit(client, "/sign-in", email="owner_tilia@example.be", password="wrong-secret")
    await submit(client, "/sign-in", email="owner_tilia@example.be", password=PASSWORD)
    async with work(SYSTEM) as w:
        text = await w.value("select string_agg(a::text, ' ') from audit_entry a")
        who = await w.value("select array_agg(distinct user_id) from audit_entry")
    assert "example.be" not in text and "secret" not in text
    assert who == [people["owner_tilia"].user_id or UUID(int=0)]


async def test_a_secret_that_was_shown_stays_until_another_is_made(people: dict[str, Person]) -> None:
    """Loading the page again does not take the code away that an app has scanned."""
    inside, _ = await open_for(people["owner_tilia"])

    async def begun(shown: str = "") -> str:
        async with work(inside) as w:
            return (await totp.begin(w, shown)).secret

    first = await begun()
    assert await begun(first) == first
    other = await begun()  # in another window
    third = await begun(first)
    assert len({first, other, third}) == 3
    async with work(inside) as w:
        assert await totp.confirm(w, pyotp.TOTP(third).at(w.now))
