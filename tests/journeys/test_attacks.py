"""Every page event, called from a bare socket by who should get nothing: nobody, an ended session, each role of another
building of the same organisation, a syndic of another organisation, another owner of the same building.

What is new is in here by itself, for the handlers are listed from the program, the pages from its routes, the rows to
point at and what must not change from the database's catalogue. A handler without a rule, one that answers a stranger,
an act that changes the building, a name or an id that gets out fails.
"""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import aiohttp
import httpx
import psycopg
import pytest
import socketio

from koprogo_app.foundation import database as databases
from koprogo_app.foundation.database import Database, work
from koprogo_app.foundation.postgres.access import libpq_url
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity import guard
from koprogo_app.identity.access import Grant, Person
from koprogo_app.identity.model import Role
from koprogo_app.identity.permissions import PERMISSIONS, PUBLIC
from tests.browser import served
from tests.handlers import handlers
from tests.journeys.conftest import Site
from tests.roles.watched import Sight, Whose, columns, told, whose_rows

NAMES: Final = ("Tilleuls", "HERMANS", "COLLARD", "Gestion Saint-Job", "syndic@koprogo", "Anne Nowak", "Bram De Wit")
OFFICE: Final = ("Gestion Saint-Job",)
"""Whoever holds a role in the organisation knows whose office it is."""
RIVAL: Final = "a syndic of another organisation"
NEIGHBOUR: Final = "another owner of the same building"
FRAME: Final = ("Notices.", "Account.", "Frame.")
"""The states that every page loads."""
BESIDE: Final = [f"{role} of another building" for role in Role if role is not Role.SUPERADMIN]


@dataclass
class Ground:
    """What is to be protected: the organisation of the Tilleuls, the ids of its rows, and the ways to point at them."""

    organization: str
    building: str
    ids: dict[str, str]
    tables: dict[str, set[str]]
    rows: dict[str, Whose]
    paths: dict[str, list[str]] = field(default_factory=dict)

    def pages(self, name: str) -> list[str]:
        """The addresses at which a handler's state is at home; those with an id when it has no page of its own."""
        return self.paths.get(name.rpartition(".")[0]) or self.paths[""]

    def fitting(self, fn: Any, most: int = 8) -> list[str]:
        """The ids that a handler's name and arguments most likely speak of, and those of the building itself."""
        words = f"{fn.__module__} {fn.__qualname__} {list(guard._parameters(fn))}".lower()
        likely = sorted(self.ids, key=lambda table: -sum(part in words for part in table.split("_")))
        return [self.ids[table] for table in dict.fromkeys(["building", "organization", *likely])][:most]


async def _catalogue(site: Site) -> tuple[dict[str, set[str]], dict[str, Whose]]:
    """The tables that belong to organisations, and whose each of their rows is."""
    database = Database(site.server.owner_url, size=2)
    databases.use(database)
    try:
        async with work(SYSTEM) as w:
            tables = {
                t: has for t, has in (await columns(w)).items() if "organization_id" in has or t == "organization"
            }
        return tables, await whose_rows()
    finally:
        databases.use(None)
        await database.close()


@pytest.fixture(scope="module")
def ground(running: Site) -> Ground:
    """The Tilleuls, a row of each table that holds something of it, and the pages that point at these."""
    building, organization = map(
        str, running.sql("select id, organization_id from building where name like '%%Tilleuls%%'")[0]
    )
    tables, rows = run(lambda: _catalogue(running))
    ids = {"building": building, "organization": organization}
    for table, has in tables.items():
        if "id" in has and table not in ids:
            where, value = ("building_id", building) if "building_id" in has else ("organization_id", organization)
            first = running.sql(f'select id from "{table}" where {where} = %s order by id limit 1', value)
            ids |= {table: str(first[0][0])} if first else {}
    ids["owner"] = str(running.sql("select o.owner_id from ownership o join lot l on l.id = o.lot_id "
                                   "where l.building_id = %s order by o.id limit 1", building)[0][0])  # fmt: skip
    ids["user"] = str(running.sql("select id from app_user where email = 'syndic@koprogo.example.be'")[0][0])
    return Ground(organization, building, ids, tables, rows, addresses(ids))


def addresses(ids: dict[str, str]) -> dict[str, list[str]]:
    """The full name of each state that a page loads → that page's addresses, with ids in the places for them; '': all
    pages that speak of a row."""
    from koprogo_app.koprogo_app import app

    kinds = {"entry_id": "entry", "call_id": "fund_call", "statement_id": "bank_statement"}
    found: dict[str, list[str]] = {"": []}
    for route, page in app._unevaluated_pages.items():
        path = "/" + re.sub(r"\[(\w+)\]", lambda m: ids.get(kinds.get(m[1], m[1].removesuffix("_id")), m[1]), route)
        for event in page.on_load if isinstance(page.on_load, list) else [page.on_load]:
            if (state := getattr(event, "state_full_name", "")) and not event.fn.__qualname__.startswith(FRAME):
                found.setdefault(state, []).append(path)
        found[""] += [path] if route.endswith("]") else []
    return found


def session_of(site: Site, email: str, *, ended: bool = False) -> str:
    """A session cookie for somebody, open or ended."""
    secret = secrets.token_urlsafe(32)
    site.sql(
        "insert into user_session (user_id, kind, token_hash, active_role, ip, user_agent, expires_at, revoked_at, "
        "revoked_reason) select id, 'web', %s, '', '', '', now() + interval '1 hour', "
        "case when %s then now() end, '' from app_user where email = %s",
        hashlib.sha256(secret.encode()).hexdigest(), ended, email,
    )  # fmt: skip
    return secret


def somebody(site: Site, email: str, role: str, place: str, *values: str) -> None:
    """A person with a role at the place a query finds: the organisation and the building, or none."""
    site.sql(
        "with u as (insert into app_user (email, name, lang, theme, status, password_hash) values "
        "(%s, 'Somebody', 'fr', 'system', 'active', 'x') returning id) insert into role_grant "
        f"(user_id, role, organization_id, building_id, period) select u.id, %s, p.*, "
        f"daterange(current_date, null) from u, ({place}) p",
        email, role, *values,
    )  # fmt: skip


@pytest.fixture(scope="module")
def strangers(running: Site, ground: Ground) -> dict[str, str]:
    """Cookies of those who should get nothing of the Tilleuls, or of the other owners there."""
    # People of their own: what is sent here changes the language of whoever sends it.
    beside = "select organization_id, id from building where organization_id = %s and id <> %s limit 1"
    for who in BESIDE:
        role = who.partition(" ")[0]
        somebody(running, f"{role}@beside.example.be", role, beside, ground.organization, ground.building)
    somebody(running, "rival@example.be", "syndic", "select id, null::uuid from organization where id <> %s limit 1",
             ground.organization)  # fmt: skip
    somebody(running, "neighbour@example.be", "owner", "select organization_id, id from building where id = %s",
             ground.building)  # fmt: skip
    return {
        "nobody": "",
        "an invented session": secrets.token_urlsafe(32),
        "an ended session": session_of(running, "syndic@koprogo.example.be", ended=True),
        RIVAL: session_of(running, "rival@example.be"),
        NEIGHBOUR: session_of(running, "neighbour@example.be"),
        **{who: session_of(running, f"{who.partition(' ')[0]}@beside.example.be") for who in BESIDE},
    }


def sight_of(site: Site, who: str) -> Sight:
    """What a stranger may be told of: the places of their own role."""
    email = {RIVAL: "rival@example.be", NEIGHBOUR: "neighbour@example.be"}.get(
        who, f"{who.partition(' ')[0]}@beside.example.be"
    )
    sql = """select g.user_id, g.role, g.organization_id, g.building_id
               from role_grant g join app_user u on u.id = g.user_id where u.email = %s"""
    user, role, organization, building = site.sql(sql, email)[0]
    grant = Grant(Role(role), organization, building)
    return Sight(Person(kind="person", user_id=user, roles=(grant.role,), grants=(grant,)), frozenset())


def passing(sight: Sight) -> dict[str, Any]:
    """The handlers that the gate lets this person reach; that it refuses the others is tried for every role apart."""
    assert sight.who is not None
    roles = set(sight.who.roles)
    return {
        name: fn
        for name, fn in handlers().items()
        if (fn.__perm__ == PUBLIC or roles & PERMISSIONS[fn.__perm__])
        # About oneself, and would end this very session.
        and not fn.__qualname__.startswith(("Profile.revoke", "Profile.change_password"))
    }


def state_of(site: Site, ground: Ground) -> dict[str, Any]:
    """What every row of the building, and of its organisation beside the buildings, looks like: a figure a table."""
    parts = []
    for table, has in sorted(ground.tables.items()):
        where = "t.organization_id = %(o)s" if "organization_id" in has else "t.id = %(o)s"
        if "building_id" in has:
            where += " and coalesce(t.building_id, %(b)s) = %(b)s"
        rows = "coalesce(md5(string_agg(t::text, '|' order by t::text)), '')"
        parts.append(f"select '{table}', count(*), {rows} from public.\"{table}\" t where {where}")
    with psycopg.connect(libpq_url(site.server.owner_url)) as c:
        c.execute("set koprogo.organizations = '*'")
        found = c.execute(" union all ".join(parts), {"o": ground.organization, "b": ground.building}).fetchall()
    return {table: (count, figure) for table, count, figure in found}


def payloads(fn: Any, ids: list[str]) -> Iterator[dict[str, Any]]:
    """Arguments that fit the signature, pointing at each id in turn."""
    for one in ids:
        samples: tuple[Any, ...] = (one, 1, True, {"id": one, "lot_id": one, "owner_id": one, "where": one}, [one], [])
        chosen = {}
        for name in guard._parameters(fn):
            chosen[name] = next((s for s in samples if guard.arguments_fit(fn, _others(fn, name, s, samples))), one)
        yield chosen
        if not any(isinstance(v, str | dict | list) for v in chosen.values()):
            return


def stamped(fn: Any, payload: dict[str, Any], path: str) -> dict[str, Any]:
    """The same, seen on that page and with a key of its own: what acts once looks no further otherwise."""
    if not getattr(fn, "__once__", False):
        return payload
    return {**payload, "key": str(uuid4()), "page": path.partition("?")[0]}


def _others(fn: Any, name: str, value: Any, samples: tuple[Any, ...]) -> dict[str, Any]:
    fitting = {}
    for other, (adapter, _) in guard._parameters(fn).items():
        for sample in (value,) if other == name else samples:
            try:
                fitting[other] = adapter.validate_python(sample, strict=True)
                break
            except ValueError:
                continue
    return fitting


class Socket:
    """A bare client of the page socket: no browser, only what an attacker would send."""

    def __init__(self, url: str, cookie: str, *, token: str = "", origin: str = "") -> None:
        self.url, self.updates, self.turn = url, list[Any](), 0
        self.token, self.news = token or secrets.token_hex(16), asyncio.Event()
        self.headers = {"Origin": origin or url} | ({"Cookie": f"koprogo={cookie}"} if cookie else {})

    async def __aenter__(self) -> "Socket":
        self.session = aiohttp.ClientSession()
        self.client = socketio.AsyncClient(http_session=self.session, reconnection=False)
        self.client.on("event", self._got, namespace="/_event")
        try:
            await self.client.connect(
                f"{self.url}?token={self.token}", headers=self.headers, transports=["websocket"],
                socketio_path="/_event", namespaces=["/_event"],
            )  # fmt: skip
        except socketio.exceptions.ConnectionError:
            await self.session.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.disconnect()
        await self.session.close()

    async def _got(self, update: Any) -> None:
        self.updates.append(json.loads(update) if isinstance(update, str) else update)
        self.news.set()

    async def send(self, name: str, *turns: tuple[dict[str, Any], str]) -> list[Any]:
        """Sends an event with each payload at each path, then one that anybody may send; returns every answer that
        came before that one's."""
        self.updates.clear()
        router: dict[str, str] = {}
        for payload, path in turns:
            router = {"pathname": path, "asPath": path}
            event = {"name": name, "payload": payload, "router_data": router}
            await self.client.emit("event", event, namespace="/_event")
        self.turn += 1
        lang = ("nl", "de")[self.turn % 2]
        mark = {"name": self.mark, "payload": {"lang": lang}, "router_data": router}
        await self.client.emit("event", mark, namespace="/_event")
        while not any(f'"{lang}"' in json.dumps(u.get("delta", {}).get(self.home(), {})) for u in self.updates):
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 60)
        return list(self.updates)

    mark = ""

    @classmethod
    def home(cls) -> str:
        """The state that the event after each event changes."""
        return cls.mark.rpartition(".")[0]


def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Runs it in a thread of its own: the browser tests have an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, asyncio.run, work()).result()


def redirects(updates: list[Any]) -> list[str]:
    """Where the answers lead."""
    events = [e for u in updates for e in u.get("events", [])]
    return [str(e["payload"].get("path", "")).strip('"') for e in events if e["name"] == "_redirect"]


def mark_name() -> str:
    """The full name of the event that picks a language."""
    return next(name for name, fn in handlers().items() if fn.__qualname__ == "Locale.choose")


def test_every_handler_names_its_permission() -> None:
    assert [name for name, fn in handlers().items() if getattr(fn, "__perm__", None) is None] == []


@pytest.mark.parametrize("who", ["nobody", "an invented session", "an ended session"])
def test_without_a_session_every_event_leads_to_sign_in(site: Site, strangers: dict[str, str], who: str) -> None:
    async def attack() -> list[str]:
        wrong = []
        Socket.mark = mark_name()
        async with Socket(site.url, strangers[who]) as socket:
            for name, fn in handlers().items():
                if fn.__perm__ == PUBLIC:
                    continue
                answers = await socket.send(name, (next(payloads(fn, ["x"])), "/"))
                said = {p.partition("?")[0] for p in redirects(answers)}
                shown = {s for u in answers for s in u.get("delta", {})} - {Socket.home()}
                if said != {"/sign-in"} or any("koprogo_app" in s for s in shown):
                    wrong.append(f"{name}: {said} {shown}")
        return wrong

    assert run(attack) == []


@pytest.mark.parametrize("who", [RIVAL, NEIGHBOUR, *BESIDE])
def test_strangers_see_and_change_nothing_through_any_event(
    site: Site, ground: Ground, strangers: dict[str, str], who: str
) -> None:
    before, sight = state_of(site, ground), sight_of(site, who)
    names = () if who == NEIGHBOUR else NAMES if who == RIVAL else [n for n in NAMES if n not in OFFICE]

    async def attack() -> list[str]:
        wrong = []
        Socket.mark = mark_name()
        async with Socket(site.url, strangers[who]) as socket:
            for name, fn in passing(sight).items():
                ids, pages = ground.fitting(fn), ground.pages(name)
                pointing = list(payloads(fn, ids))
                turns = [
                    (pointing[turn % len(pointing)], pages[turn % len(pages)])
                    for turn in range(max(len(pointing), min(len(pages), 8)))
                ]
                turns = [(stamped(fn, payload, path), path) for payload, path in turns]
                text = json.dumps(await socket.send(name, *turns), ensure_ascii=False)
                leaked = [n for n in names if n in text] + told(text, ground.rows, sight, ground.ids.values())
                if leaked and fn.__perm__ != PUBLIC:
                    wrong.append(f"{name}: {leaked}")
        return wrong

    wrong = run(attack)
    assert not wrong, "\n" + "\n".join(wrong)
    now = state_of(site, ground)
    assert [table for table in before if now[table] != before[table]] == []


def test_who_belongs_there_is_shown_what_the_others_are_not(site: Site, ground: Ground) -> None:
    """The same events at the same addresses do show something: to the syndic of the building."""
    cookie = session_of(site, "syndic@koprogo.example.be")

    async def look() -> set[str]:
        Socket.mark = mark_name()
        shown = set()
        async with Socket(site.url, cookie) as socket:
            for name, fn in handlers().items():
                if fn.__name__ == "load":
                    text = json.dumps(await socket.send(name, *(({}, path) for path in ground.pages(name))))
                    shown |= {n for n in NAMES if n in text}
        return shown

    assert {"Tilleuls", "HERMANS", "COLLARD"} <= run(look)


def test_what_is_malformed_or_foreign_gets_no_answer(site: Site, strangers: dict[str, str]) -> None:
    async def attack() -> list[Any]:
        Socket.mark = mark_name()
        name = next(n for n, fn in handlers().items() if fn.__qualname__ == "Account.choose_role")
        state = name.rpartition(".")[0]
        answers = []
        async with Socket(site.url, strangers[NEIGHBOUR]) as socket:
            for bad, payload in [
                (name, {"role": 1}), (name, {}), (name, {"role": "owner", "more": 1}), (name, {"role": "x" * 20_001}),
                (f"{state}.setvar", {"var_name": "theme", "value": "dark"}), (f"{state}._private", {}),
                (f"{state}.reset", {}), (f"{state}.get_state", {}), ("no.such.state", {}), ("", {}),
            ]:  # fmt: skip
                said = await socket.send(bad, (payload, "/"))
                answers += [u for u in said if u.get("events")]
        return answers

    assert run(attack) == []


def test_a_foreign_origin_gets_no_socket(site: Site) -> None:
    async def attack() -> bool:
        try:
            async with Socket(site.url, "", origin="https://evil.example"):
                return True
        except socketio.exceptions.ConnectionError:
            return False

    assert run(attack) is False


def test_another_session_with_the_same_token_finds_another_state(site: Site, strangers: dict[str, str]) -> None:
    async def shows(cookie: str) -> str:
        name = next(n for n in handlers() if n.endswith("____profile.load"))
        Socket.mark = mark_name()
        async with Socket(site.url, cookie, token="the-same-token") as socket:
            return json.dumps(await socket.send(name, ({}, "/profile")))

    async def attack() -> tuple[str, str]:
        return await shows(strangers[NEIGHBOUR]), await shows("x")

    owner, thief = run(attack)
    assert "neighbour@example.be" in owner and "neighbour@example.be" not in thief


def test_reflexs_own_upload_is_closed(site: Site) -> None:
    for path in ("/_upload", "/_upload/x", "//_upload"):
        assert httpx.post(site.url + path, files={"files": b"x"}).status_code == 404


def test_below_api_nothing_is_a_page(site: Site) -> None:
    for method, path, status in (("GET", "nothing", 404), ("POST", "auth/me", 405), ("DELETE", "units", 405)):
        answer = httpx.request(method, f"{site.url}/api/v1/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path


def test_a_flood_is_stopped_and_the_page_is_told_when_to_go_on(tmp_path: Path, site: Site) -> None:
    flooded = {"KOPROGO_EVENTS_PER_SECOND": "5", "KOPROGO_ANONYMOUS_PER_MINUTE": "3"}

    async def attack(url: str) -> tuple[int, list[str], int]:
        answers, said, refused, choose = 0, list[str](), 0, mark_name()
        async with Socket(url, "") as socket:
            for turn in range(200):
                lang = {"lang": ("nl", "de")[turn % 2]}
                await socket.client.emit(
                    "event", {"name": choose, "payload": lang, "router_data": {}}, namespace="/_event"
                )
            while not said:
                await asyncio.wait_for(socket.news.wait(), 20)
                socket.news.clear()
                said = [
                    text for u in socket.updates if "Réessayez dans 1 s" in (text := json.dumps(u, ensure_ascii=False))
                ]
            answers = len(socket.updates)
        for _ in range(4):
            try:
                async with Socket(url, secrets.token_urlsafe(32)):
                    pass
            except socketio.exceptions.ConnectionError:
                refused += 1
        return answers, said, refused

    environment = {**site.environment, **flooded}
    with served("koprogo_app.koprogo_app:app", tmp_path / "log", environment) as url:
        answers, said, refused = run(lambda: attack(url))
    assert len(said) == 1 and answers < 50
    assert refused == 2  # the first socket counted too
