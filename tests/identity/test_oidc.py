"""Single sign-on against a provider that really runs: who gets in, and what is refused."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.service import oidc
from koprogo_app.settings import settings
from tests.identity.conftest import give_totp
from tests.identity.provider import CLIENT, SECRET, Provider, serving


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """One provider for the module."""
    with serving(Provider()) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, set up in the settings; the next to sign in there is the owner of Tilia."""
    monkeypatch.setenv("KOPROGO_OIDC_ISSUER", running.url)
    monkeypatch.setenv("KOPROGO_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("KOPROGO_OIDC_CLIENT_SECRET", SECRET)
    settings.cache_clear()
    running.person = {"sub": "42", "email": "Owner_Tilia@example.be", "email_verified": True}
    running.change, running.sign_with = {}, None
    yield running
    settings.cache_clear()


async def go(client: httpx.AsyncClient, **instead: str) -> tuple[str, dict[str, str]]:
    """Starts at our button, signs in at the provider, comes back; returns where that leads."""
    start = await client.get("/api/auth/oidc/start", params={"next": "/lots"})
    assert start.status_code == 303
    async with httpx.AsyncClient() as browser:
        back = await browser.get(start.headers["location"])
    query = {k: v[0] for k, v in parse_qs(urlsplit(back.headers["location"]).query).items()}
    answer = await client.get("/api/auth/oidc/callback", params={**query, **instead})
    parts = urlsplit(answer.headers["location"])
    return parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}


async def test_a_verified_address_opens_the_account_and_links_it(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person]
) -> None:
    assert await go(client) == ("/lots", {})
    assert (await client.get("/api/v1/auth/me")).json()["email"] == "owner_tilia@example.be"
    provider.person = {"sub": "42", "email": "changed@example.be", "email_verified": False}
    assert (await go(client))[0] == "/lots"
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from oidc_identity") == 1


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "1", "email": "owner_tilia@example.be", "email_verified": False},
        {"sub": "1", "email": "owner_tilia@example.be"},
        {"sub": "1", "email": "owner_tilia@example.be", "email_verified": "true"},
        {"sub": "1", "email": "stranger@example.be", "email_verified": True},
        {"sub": "1"},
    ],
    ids=str,
)
async def test_who_is_not_known_stays_outside(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person], person: dict[str, object]
) -> None:
    provider.person = person
    assert await go(client) == ("/sign-in", {"error": "oidc-unknown"})
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from app_user") == len(people)
        assert await w.value("select count(*) from user_session") == 0


async def test_a_disabled_account_stays_closed(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person]
) -> None:
    await go(client)
    async with work(SYSTEM) as w:
        await w.execute("update app_user set status = 'disabled' where email = 'owner_tilia@example.be'")
    assert await go(client) == ("/sign-in", {"error": "oidc-unknown"})


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": None}, {"nonce": "x"}, {"nonce": None},
        {"exp": 1}, {"exp": None}, {"sub": None}, {"iat": None}, {"azp": "another"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_wrong_id_token_is_refused(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person], change: dict[str, object]
) -> None:
    provider.change = change
    assert await go(client) == ("/sign-in", {"error": "oidc"})


async def test_a_foreign_signature_is_refused(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person]
) -> None:
    provider.sign_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert await go(client) == ("/sign-in", {"error": "oidc"})


async def test_state_belongs_to_the_browser_and_works_once(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person]
) -> None:
    assert await go(client, state="x") == ("/sign-in", {"error": "oidc"})
    assert await go(client, code="x") == ("/sign-in", {"error": "oidc"})
    begun = await oidc.begin()
    answer = await client.get("/api/auth/oidc/callback", params={"code": "c", "state": begun.state})
    assert answer.headers["location"] == "/sign-in?error=oidc"  # another browser's state
    client.cookies.clear()
    assert (await go(client))[0] == "/lots"


async def test_two_steps_hold_after_single_sign_on(
    client: httpx.AsyncClient, provider: Provider, people: dict[str, Person]
) -> None:
    await give_totp(people["owner_tilia"])
    assert await go(client) == ("/sign-in/code", {"next": "/lots"})
    assert (await client.get("/api/v1/auth/me")).status_code == 401


async def test_without_a_provider_there_is_no_single_sign_on(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    answer = await client.get("/api/auth/oidc/start")
    assert answer.headers["location"] == "/sign-in?error=oidc"
