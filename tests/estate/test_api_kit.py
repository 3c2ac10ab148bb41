"""REST: what every route shares: problems, repeated calls, the description and its page."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.principal import SYSTEM
from tests.estate.conftest import ClientOf
from tests.world import World


async def _owners(name: str) -> int:
    async with work(SYSTEM) as w:
        return int(await w.value("select count(*) from owner where name = %(n)s", n=name))


async def test_a_repeated_post_changes_nothing_and_gets_the_same_answer(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    body = {"organization_id": str(world.organizations["a"]), "name": "Claes", "email": "c@example.be"}
    headers = {"idempotency-key": "k1"}
    first = await syndic.post("/owners", json=body, headers=headers)
    again = await syndic.post("/owners", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == "application/json"
    assert await _owners("Claes") == 1
    other = await syndic.post("/owners", json={**body, "name": "Peeters"}, headers=headers)
    assert (other.status_code, other.json()["field"]) == (422, "Idempotency-Key")
    another = await client_of("syndic_b")  # whose keys are his own
    own = {**body, "organization_id": str(world.organizations["b"])}
    assert (await another.post("/owners", json=own, headers=headers)).status_code == 201
    assert await _owners("Claes") == 2


async def test_a_refused_post_may_be_repeated(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    headers = {"idempotency-key": "k2"}
    body = {"organization_id": str(world.organizations["a"]), "name": "Maes"}
    assert (await syndic.post("/owners", json={**body, "email": "no"}, headers=headers)).status_code == 422
    assert (await syndic.post("/owners", json=body, headers=headers)).status_code == 201
    for wrong in ("", "x" * 201):
        assert (await syndic.post("/owners", json=body, headers={"idempotency-key": wrong})).status_code == 422


async def test_two_equal_posts_at_once_act_once(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    body = {"organization_id": str(world.organizations["a"]), "name": "Tegelijk"}
    answers = await asyncio.gather(
        *[syndic.post("/owners", json=body, headers={"idempotency-key": "k3"}) for _ in range(5)]
    )
    assert {a.status_code for a in answers} <= {201, 409}
    assert await _owners("Tegelijk") == 1


async def test_a_key_left_by_a_crash_is_taken_over_after_a_while(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    body = {"organization_id": str(world.organizations["a"]), "name": "Later"}
    async with work(SYSTEM) as w:
        await w.execute(
            "insert into idempotency_key (user_id, key, fingerprint, content_type) "
            "values (%(u)s, 'k4', sha256('x'), '')",
            u=world.people["syndic_a"].user_id,
        )
    # the fingerprint of another call: refused as such; the same call would be told to wait
    assert (await syndic.post("/owners", json=body, headers={"idempotency-key": "k4"})).status_code == 422
    async with work(SYSTEM) as w:
        await w.execute("update idempotency_key set created_at = now() - interval '3 minutes'")
    assert (await syndic.post("/owners", json=body, headers={"idempotency-key": "k4"})).status_code == 201


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem"),
    [
        (b"{", "application/json", 400, "unreadable"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"name": "\\ud800", "organization_id": "%s"}', "application/json", 422, "invalid"),
        (b'{"name": "a\\u0000b", "organization_id": "%s"}', "application/json", 422, "invalid"),
        (b'{"name": "x", "organization_id": "%s", "email": "a\\ud800@b.be"}', "application/json", 422, "invalid"),
        (b'{"name": "' + b"x" * 1_000_001 + b'"}', "application/json", 413, "too-large"),
        (b"\xff\xfe", "application/json", 400, "unreadable"),
    ],
)
async def test_a_call_that_cannot_be_read_says_so(
    world: World, client_of: ClientOf, content: bytes, kind: str, status: int, problem: str
) -> None:
    syndic = await client_of("syndic_a")
    sent = content.replace(b"%s", str(world.organizations["a"]).encode())
    answer = await syndic.post("/owners", content=sent, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:koprogo:problem:{problem}"


@pytest.mark.parametrize("kind", ["text/plain", "", "multipart/form-data; boundary=x", "application/json"])
@pytest.mark.parametrize("path", ["/owners", "/nothing"])
async def test_no_body_of_more_than_a_megabyte_is_read(stranger: httpx.AsyncClient, path: str, kind: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 100_000
            yield b"x" * 100_000

    answer = await stranger.post(path, content=endless(), headers={"content-type": kind} if kind else {})
    assert answer.status_code in (413, 404)
    assert sent <= 1_100_000


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/owners", content=b"x" * 1_000_001, headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:koprogo:problem:too-large")


async def test_a_character_that_cannot_be_kept_is_said_wherever_it_stands(world: World) -> None:
    with pytest.raises(Invalid):
        async with work(SYSTEM) as w:
            await w.value("select id from owner where name = %(name)s", name="a\u0000b")


async def test_answers_stay_in_no_cache(client_of: ClientOf, stranger: httpx.AsyncClient) -> None:
    syndic = await client_of("syndic_a")
    for answer in (await syndic.get("/owners"), await syndic.get("/nothing"), await stranger.get("/owners")):
        assert answer.headers["cache-control"] == "no-store"


async def test_unknown_addresses_and_methods(client_of: ClientOf, stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/nothing")).json()["type"] == "urn:koprogo:problem:not-found"
    wrong = await stranger.put("/organizations")
    assert (wrong.status_code, wrong.json()["status"]) == (405, 405)
    assert "GET" in wrong.headers["allow"] or "POST" in wrong.headers["allow"]


async def test_what_no_route_takes_below_api_is_a_problem_and_no_page(stranger: httpx.AsyncClient) -> None:
    """With the pages behind it, an address that the routes leave would be answered by them."""
    for path in ("/nothing", "/units/x/y/z", "/../nothing", "/../auth/nothing"):
        answer = await stranger.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:koprogo:problem:not-found"), path
    for method, path, allowed in (
        ("DELETE", "/units", "GET, POST"), ("PATCH", "/organizations", "GET, POST"),
        ("GET", "/units/01a217fb-0586-7349-8ae3-bd39ddfeeffb/owners/transfer", "POST"),
    ):  # fmt: skip
        answer = await stranger.request(method, path)
        assert (answer.status_code, answer.json()["type"]) == (405, "urn:koprogo:problem:method-not-allowed"), path
        assert set(allowed.split(", ")) <= set(answer.headers["allow"].split(", ")), path


def test_every_post_honours_its_key_but_those_that_hold_secrets() -> None:
    from koprogo_app.koprogo_app import api as whole

    without = {
        path
        for path, calls in whole.openapi()["paths"].items()
        if "post" in calls and not any(p["name"] == "Idempotency-Key" for p in calls["post"].get("parameters", ()))
    }
    assert {path for path in without if not path.startswith("/api/v1/auth/")} == set()


def test_every_call_says_how_it_fails_before_its_route_is_asked() -> None:
    from koprogo_app.koprogo_app import api as whole

    for path, calls in whole.openapi()["paths"].items():
        for method, call in calls.items():
            takes_json = "application/json" in call.get("requestBody", {}).get("content", {})
            assert {"401", *(["400"] if takes_json else [])} <= call["responses"].keys(), (method, path)


async def test_the_language_is_the_one_asked_for_else_the_persons(world: World, client_of: ClientOf) -> None:
    async with work(SYSTEM) as w:
        await w.execute("update app_user set lang = 'de'")
    syndic = await client_of("syndic_a")
    details = {
        lang: (await syndic.get(f"/units/{world.lots['Q1']}", headers={"accept-language": lang})).json()["title"]
        for lang in ("fr", "nl", "en-GB,en;q=0.9", "*")
    }
    assert details["en-GB,en;q=0.9"] == "Not found"
    assert details == {"fr": "Introuvable", "nl": "Niet gevonden", "en-GB,en;q=0.9": "Not found", "*": "Nicht gefunden"}


async def test_a_fault_of_ours_is_told_without_detail(api: FastAPI, stranger: httpx.AsyncClient) -> None:
    @api.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("the secret of the house")

    api.router.routes.insert(0, api.router.routes.pop())  # before the route that answers for all the rest
    answer = await stranger.get("/broken")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:koprogo:problem:unexpected"
    assert "secret" not in answer.text


async def test_the_description_and_its_page_hold_together(api: FastAPI, stranger: httpx.AsyncClient) -> None:
    described = (await stranger.get("http://test/api/v1/openapi.json")).json()
    for path, item in described["paths"].items():
        for method, call in item.items():
            assert call["summary"], path
            assert call["description"], path
            answers = set(call["responses"])
            assert {"401", "403", "422", "429"} <= answers, (method, path)
            for status, answer in call["responses"].items():
                if status.startswith("4"):
                    assert "application/problem+json" in answer["content"], (method, path, status)
    page = await stranger.get("http://test/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "//" not in page.text.replace("http://", "").split("<main>")[0]
    for path in described["paths"]:
        assert path in page.text
    assert (await stranger.get("http://test/api/docs.css")).headers["content-type"].startswith("text/css")
