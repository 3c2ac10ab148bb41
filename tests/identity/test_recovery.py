"""Passwords: what is accepted, a forgotten one, a changed one."""

from urllib.parse import urlsplit

import httpx
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid, TooMany
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.service import passwords, profile, recovery, sessions, sign_in
from koprogo_app.identity.service.sign_in import Caller
from tests.identity.conftest import PASSWORD, open_for
from tests.identity.test_sign_in import submit

NEW = "nouvelle armoire violette"
LONG = " ".join(f"{n * n} bottles" for n in range(3, 26))[:256]


async def link_in_mail(purpose: str) -> str:
    """The secret of the link in the newest mail of a purpose."""
    async with work(SYSTEM) as w:
        text: str = await w.value(
            "select body_text from mail where purpose = %(p)s order by id desc limit 1", p=purpose
        )
    line = next(line for line in text.splitlines() if line.startswith("http"))
    return urlsplit(line).fragment


async def mails() -> int:
    async with work(SYSTEM) as w:
        return int(await w.value("select count(*) from mail"))


@pytest.mark.parametrize(
    "password",
    ["short words", "x" * 257, "password1234", "motdepasse2026", "azertyuiop123", "aaaaaaaaaaaaaaaa",
     "jan.peeters@example.be", "JanPeeters2026!", "Peeters-Peeters", "koprogokoprogo", "123456789012"],
)  # fmt: skip
async def test_passwords_that_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await passwords.accept(password, email="jan.peeters@example.be", name="Jan Peeters")
    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", [PASSWORD, NEW, "K7#pQ2x!vB9z", "été à la côte d'opale", LONG])
async def test_passwords_that_are_accepted(password: str) -> None:
    await passwords.accept(password, email="jan.peeters@example.be", name="Jan Peeters")
    good, _ = await passwords.verify(password, await passwords.make_hash(password))
    assert good


async def test_a_link_by_mail_sets_a_new_password_once_and_ends_every_session(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    owner = people["owner_tilia"]
    inside, cookie = await open_for(owner)
    assert await submit(client, "/reset", email="Owner_Tilia@example.be") == ("/reset", {"error": "sent"})
    secret = await link_in_mail("reset")
    async with work(SYSTEM) as w:
        assert secret not in await w.value("select string_agg(t::text, '') from one_time_token t")
    path, query = await submit(client, "/reset/new", token=secret, password="password1234", again="password1234")
    assert (path, query["error"]) == ("/reset/new", "easy")
    assert (await submit(client, "/reset/new", token=secret, password=NEW, again="x"))[1]["error"] == "different"
    path, query = await submit(client, "/reset/new", token=secret, password=NEW, again=NEW)
    assert (path, query["error"]) == ("/sign-in", "changed")
    assert await sessions.by_hash(sessions.digest(cookie)) is None
    assert (await submit(client, "/reset/new", token=secret, password=NEW, again=NEW))[1]["error"] == "link"
    assert (await sign_in.with_password(owner.email, PASSWORD, Caller())).refused == "credentials"
    assert (await sign_in.with_password(owner.email, NEW, Caller())).cookie
    assert inside.session_id


async def test_asking_tells_nothing_and_writes_nothing_for_strangers(
    client: httpx.AsyncClient, people: dict[str, Person]
) -> None:
    assert await submit(client, "/reset", email="nobody@example.be") == ("/reset", {"error": "sent"})
    assert await mails() == 0
    assert (await submit(client, "/reset", email="no address"))[1]["error"] == "address"


async def test_asking_is_limited(people: dict[str, Person]) -> None:
    for n in range(5):
        await recovery.ask("owner_tilia@example.be", Caller(ip=f"192.0.2.{n}"))
    with pytest.raises(TooMany):
        await recovery.ask("owner_tilia@example.be", Caller(ip="192.0.2.50"))
    assert await mails() == 5


async def test_a_link_ends_after_an_hour_and_works_for_its_purpose_only(people: dict[str, Person]) -> None:
    await recovery.ask("owner_tilia@example.be", Caller())
    secret = await link_in_mail("reset")
    outcome = await sign_in.with_code(secret, "000000", Caller())
    assert outcome.refused == "expired"
    async with work(SYSTEM) as w:
        await w.execute("update one_time_token set expires_at = now() - interval '1 second'")
    with pytest.raises(Invalid, match="no longer valid"):
        await recovery.choose(secret, NEW, Caller())


async def test_a_changed_password_ends_the_other_sessions(people: dict[str, Person]) -> None:
    here, cookie = await open_for(people["owner_tilia"])
    _, other = await open_for(people["owner_tilia"])
    with pytest.raises(Invalid) as refusal:
        await profile.change_password(here, "wrong", NEW)
    assert refusal.value.field == "current"
    with pytest.raises(Invalid) as refusal:
        await profile.change_password(here, PASSWORD, "password1234")
    assert refusal.value.field == "new"
    await profile.change_password(here, PASSWORD, NEW)
    assert await sessions.by_hash(sessions.digest(cookie)) is not None
    assert await sessions.by_hash(sessions.digest(other)) is None
    async with work(SYSTEM) as w:
        assert await w.value("select purpose from mail") == "password-changed"


async def test_an_old_hash_is_made_anew_at_sign_in(people: dict[str, Person]) -> None:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(PASSWORD)
    async with work(SYSTEM) as w:
        await w.execute("update app_user set password_hash = %(h)s where email = 'owner_tilia@example.be'", h=weak)
    assert (await sign_in.with_password("owner_tilia@example.be", PASSWORD, Caller())).cookie
    async with work(SYSTEM) as w:
        newer = await w.value("select password_hash from app_user where email = 'owner_tilia@example.be'")
    assert newer != weak and newer.startswith("$argon2id$v=19$m=65536")


async def test_foreign_pages_cannot_reset(client: httpx.AsyncClient, people: dict[str, Person]) -> None:
    evil = {"origin": "https://evil.example"}
    answer = await client.post("/api/auth/reset", data={"email": "owner_tilia@example.be"}, headers=evil)
    assert answer.headers["location"] == "/reset?error=origin" and await mails() == 0
