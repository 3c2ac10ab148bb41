"""API clients: tokens, rotation, limits, two steps, sessions; and what the cookie may do at the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from koprogo_app.foundation import crypto
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.service import members, sessions, tokens
from koprogo_app.settings import settings
from tests.identity.conftest import OWN, PASSWORD, give_totp, later, open_for

V1 = "/api/v1/auth"


async def log_in(client: httpx.AsyncClient, email: str, **more: str) -> dict[str, str]:
    answer = await client.post(f"{V1}/login", json={"email": email, "password": PASSWORD, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    pair: dict[str, str] = answer.json()
    return pair


def bearer(pair: dict[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {pair['access_token']}"}


async def test_login_refresh_logout(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    pair = await log_in(client, "syndic_a@example.be")
    assert (pair["token_type"], pair["expires_in"], pair["refresh_expires_in"]) == ("Bearer", 900, 604800)
    me = (await client.get(f"{V1}/me", headers=bearer(pair))).json()
    assert me["email"] == "syndic_a@example.be" and me["roles"][0]["role"] == "syndic"
    newer = (await client.post(f"{V1}/refresh", json={"refresh_token": pair["refresh_token"]})).json()
    assert newer["refresh_token"] != pair["refresh_token"]
    assert (await client.post(f"{V1}/logout", headers=bearer(newer))).status_code == 204
    assert (await client.get(f"{V1}/me", headers=bearer(newer))).status_code == 401
    answer = await client.post(f"{V1}/refresh", json={"refresh_token": newer["refresh_token"]})
    assert answer.status_code == 401


async def test_a_refresh_token_shown_twice_ends_the_whole_session(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    pair = await log_in(client, "syndic_a@example.be")
    newer = (await client.post(f"{V1}/refresh", json={"refresh_token": pair["refresh_token"]})).json()
    assert (await client.get(f"{V1}/me", headers=bearer(newer))).status_code == 200
    stolen = await client.post(f"{V1}/refresh", json={"refresh_token": pair["refresh_token"]})
    assert stolen.status_code == 401
    assert (await client.get(f"{V1}/me", headers=bearer(newer))).status_code == 401
    answer = await client.post(f"{V1}/refresh", json={"refresh_token": newer["refresh_token"]})
    assert answer.status_code == 401
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from audit_entry where action = 'session.token_reused'") == 1


async def test_a_refresh_token_buys_one_pair_even_at_the_same_moment(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    pair = await log_in(client, "syndic_a@example.be")
    body = {"refresh_token": pair["refresh_token"]}
    answers = await asyncio.gather(*(client.post(f"{V1}/refresh", json=body) for _ in range(4)))
    assert sorted(a.status_code for a in answers) == [200, 401, 401, 401]


def forged(**changes: object) -> str:
    """An access token that is right but for the changes; `key`, `alg` and `typ` change how it is signed."""
    now = datetime.now(UTC)
    claims = {
        "iss": settings().public_url, "aud": "koprogo-api", "sub": str(uuid4()), "sid": str(uuid4()), "jti": "x",
        "iat": int(now.timestamp()), "exp": int((now + timedelta(minutes=5)).timestamp()),
    }  # fmt: skip
    key = OctKey.import_key(changes.pop("key", crypto.key_for("access token")))
    header = {"alg": changes.pop("alg", "HS256"), "typ": changes.pop("typ", "at+jwt")}
    return jwt.encode(
        header, {k: v for k, v in (claims | changes).items() if v is not None}, key, algorithms=["HS256", "HS512"]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"key": b"x" * 32}, {"alg": "HS512"}, {"typ": "JWT"}, {"iss": "https://evil.example"}, {"aud": "other"},
        {"exp": 1}, {"exp": None}, {"sid": None}, {"sid": "x"}, {"sub": None}, {"aud": None}, {"iss": None},
    ],
    ids=str,
)  # fmt: skip
def test_only_our_own_tokens_name_a_session(changes: dict[str, object]) -> None:
    assert tokens.session_of(forged()) is not None
    assert tokens.session_of(forged(**changes)) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "é" * 50])
def test_what_is_no_token_names_nobody(token: str) -> None:
    assert tokens.session_of(token) is None


async def test_a_token_names_its_own_person_only(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    pair = await log_in(client, "syndic_a@example.be")
    named = tokens.session_of(pair["access_token"])
    assert named is not None
    other = tokens.access_token(people["syndic_b"].user_id or UUID(int=0), named[0], datetime.now(UTC))
    assert (await client.get(f"{V1}/me", headers={"authorization": f"Bearer {other}"})).status_code == 401


async def test_a_web_session_is_no_bearer_token_and_an_api_session_no_cookie(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    inside, cookie = await open_for(people["syndic_a"])
    web = tokens.access_token(inside.user_id or UUID(int=0), inside.session_id or UUID(int=0), datetime.now(UTC))
    assert (await client.get(f"{V1}/me", headers={"authorization": f"Bearer {web}"})).status_code == 401
    assert (await client.get(f"{V1}/me", headers={"authorization": f"Bearer {cookie}"})).status_code == 401


async def test_login_asks_for_the_code(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    app, _ = await give_totp(people["owner_tilia"])
    await later(people["owner_tilia"].user_id)
    body = {"email": "owner_tilia@example.be", "password": PASSWORD}
    missing = await client.post(f"{V1}/login", json=body)
    assert (missing.status_code, missing.json()["kind"], missing.json()["field"]) == (401, "code-required", "code")
    wrong = await client.post(f"{V1}/login", json={**body, "code": "123"})
    assert (wrong.status_code, wrong.json()["kind"]) == (401, "unauthenticated")
    async with work(SYSTEM) as w:
        code = app.at(w.now)
    await log_in(client, "owner_tilia@example.be", code=code)


async def test_two_steps_are_set_up_over_the_api(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    import pyotp

    headers = bearer(await log_in(client, "owner_tilia@example.be"))
    made = (await client.post(f"{V1}/totp", headers=headers)).json()
    assert made["qr_svg"].startswith("<svg") and "KoproGo" in made["uri"]
    async with work(SYSTEM) as w:
        stored = await w.value("select totp_secret from app_user where email = 'owner_tilia@example.be'")
        assert made["secret"].encode() not in bytes(stored)
    wrong = await client.post(f"{V1}/totp/confirm", headers=headers, json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
    answer = await client.post(
        f"{V1}/totp/confirm", headers=headers, json={"code": pyotp.TOTP(made["secret"]).at(w.now)}
    )
    codes = answer.json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert (await client.post(f"{V1}/totp", headers=headers)).status_code == 409
    assert (await client.post(f"{V1}/totp/disable", headers=headers, json={"code": codes[0]})).status_code == 204
    assert (await client.post(f"{V1}/totp", headers=headers)).status_code == 200


async def test_a_superadmin_can_do_nothing_before_two_steps_and_not_go_back(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    pair = await log_in(client, "admin@example.be")
    me = (await client.get(f"{V1}/me", headers=bearer(pair))).json()
    assert me["needs_totp"] and me["roles"] == []
    named = tokens.session_of(pair["access_token"])
    assert named is not None
    who = await sessions.by_id(named[0])
    assert who is not None and not who.may("platform.read") and not who.everything
    async with work(who) as w:
        assert await w.value("select count(*) from lot") == 0
        with pytest.raises(Exception, match="two-step"):
            await members.disable(w, people["syndic_a"].user_id or UUID(int=0))

    _, codes = await give_totp(people["admin"])
    me = (await client.get(f"{V1}/me", headers=bearer(pair))).json()
    assert not me["needs_totp"] and me["roles"][0]["role"] == "superadmin"
    answer = await client.post(f"{V1}/totp/disable", headers=bearer(pair), json={"code": codes[0]})
    assert answer.status_code == 409


async def test_sessions_are_listed_and_ended(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    pairs = [await log_in(client, "owner_tilia@example.be") for _ in range(3)]
    stranger = await log_in(client, "owner_fagus@example.be")
    listed = (await client.get(f"{V1}/sessions", headers=bearer(pairs[0]))).json()
    assert len(listed) == 3 and sum(s["current"] for s in listed) == 1
    other = next(s["id"] for s in listed if not s["current"])
    assert (await client.delete(f"{V1}/sessions/{other}", headers=bearer(stranger))).status_code == 404
    assert (await client.delete(f"{V1}/sessions/{other}", headers=bearer(pairs[0]))).status_code == 204
    assert (await client.delete(f"{V1}/sessions/{other}", headers=bearer(pairs[0]))).status_code == 404
    assert (await client.delete(f"{V1}/sessions", headers=bearer(pairs[0]))).status_code == 204
    states = [(await client.get(f"{V1}/me", headers=bearer(p))).status_code for p in (*pairs, stranger)]
    assert states == [200, 401, 401, 200]


async def test_with_the_cookie_only_our_own_pages_change_something(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    _, cookie = await open_for(people["owner_tilia"])
    client.cookies.set("koprogo", cookie)
    url = f"{V1}/sessions"
    refused: list[dict[str, str]] = [
        {}, OWN, {"x-requested-with": "koprogo"}, {"origin": "https://evil.example", "x-requested-with": "koprogo"},
        {**OWN, "content-type": "text/plain"}, {"origin": "null", "content-type": "application/json"},
    ]  # fmt: skip
    for headers in refused:
        assert (await client.delete(url, headers=headers)).status_code == 403, headers
    assert (await client.get(url)).status_code == 200
    assert (await client.delete(url, headers={**OWN, "x-requested-with": "koprogo"})).status_code == 204
    assert (await client.post(f"{V1}/totp", json={}, headers=OWN)).status_code == 200


async def test_calls_are_limited_by_address_and_by_person(
    client: httpx.AsyncClient, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOPROGO_ANONYMOUS_PER_MINUTE", "3")
    monkeypatch.setenv("KOPROGO_USER_PER_MINUTE", "5")
    settings.cache_clear()
    try:
        pair = await log_in(client, "owner_tilia@example.be")
        states = [(await client.get(f"{V1}/me")).status_code for _ in range(4)]
        assert states == [401, 401, 429, 429]
        answers = [await client.get(f"{V1}/me", headers=bearer(pair)) for _ in range(6)]
        assert [a.status_code for a in answers] == [200] * 5 + [429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    finally:
        settings.cache_clear()


async def test_what_is_asked_for_is_read_strictly(client: httpx.AsyncClient) -> None:
    for body in ({}, {"email": "x"}, {"email": "x", "password": "y", "admin": True}, {"email": 1, "password": "y"}):
        assert (await client.post(f"{V1}/login", json=body)).status_code == 422
