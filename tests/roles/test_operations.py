"""Every operation of the API as every role: on its own building, from another building of the organisation, from
another organisation, as another owner of the same building, after the role ended, and as nobody.

What is expected is computed from `tests/roles/table.py` and the permissions. An operation without its row fails.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.model import User
from koprogo_app.identity.permissions import PUBLIC
from koprogo_app.identity.service import sessions, tokens
from tests.roles.bodies import BODIES, QUERIES
from tests.roles.ground import ENDED, NEIGHBOUR, TILIA_ROLES, Caller, Ground, nothing_kept
from tests.roles.table import OPERATIONS, Operation, Place
from tests.roles.watched import Sight, Whose, changed, fingerprints, told, whose_rows

SIGNED_OUT: Final = "an ended session"
CALLERS: Final = [
    "nobody", SIGNED_OUT, ENDED, NEIGHBOUR, "superadmin",
    *(f"{role}{place}" for role in TILIA_ROLES for place in ("", " beside", " elsewhere")),
]  # fmt: skip
OF_ONE_BUILDING: Final = [NEIGHBOUR, "board", "auditor", "owner", "notary", *(f"{role} beside" for role in TILIA_ROLES)]
REFUSED: Final = (401, 403, 404)
MEETING: Final = frozenset(
    {
        "POST /units/{unit_id}/owners", "PUT /units/{unit_id}/owners", "POST /units/{unit_id}/owners/transfer",
        "PUT /units/{unit_id}/mandatary",
    }
)  # fmt: skip
"""Whoever is known in the organisation may come to hold a lot of any of its buildings, or to speak for it."""
IN_STEPS: Final = frozenset({"POST /buildings/{building_id}/owners/{owner_id}/recovery-file"})
"""These read again what they have committed."""
_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass
class Visit:
    """Somebody who calls: the person as the program sees them, what they may be told of, and a client."""

    ground: Ground
    caller: Caller | None
    who: Person | None
    client: httpx.AsyncClient
    rows: dict[str, Whose]
    sight: Sight
    wrong: list[str] = field(default_factory=list)

    async def call(self, row: Operation, ids: dict[str, Any]) -> httpx.Response:
        """Calls an operation on these ids, and looks whether the answer names a row of somebody else."""
        answer = await answered(self.client, row, ids)
        if names := told(answer.text, self.rows, self.sight, map(str, ids.values())):
            self.wrong.append(f"{row.name}: the answer {answer.status_code} names rows of {names}")
        return answer

    async def try_row(self, row: Operation, *, keep: bool = False) -> None:
        """Calls an operation on the first building: it answers as the table says."""
        expected = row.allows(self.who, place_of(self.ground, row, self.caller))
        with nothing_kept(expected and not keep):
            answer = await self.call(row, self.ground.ids)
        right = _opened(row, answer) if expected else answer.status_code in REFUSED
        if not right or (self.who is None and not expected and answer.status_code != 401):
            self.wrong.append(f"{row.name}: {'allowed' if expected else 'refused'}, got {_short(answer)}")

    async def try_mixed(self, row: Operation) -> None:
        """Calls an operation on ids of both buildings, of which one is not this person's: it does nothing."""
        for ids in mixtures(row, self.ground):
            answer = await self.call(row, ids)
            if answer.is_success or answer.status_code >= 500:
                self.wrong.append(f"{row.name}, rows of two buildings: got {_short(answer)}")


def _opened(row: Operation, answer: httpx.Response) -> bool:
    if PUBLIC in row.permissions:
        return answer.status_code in (401, 422)
    return answer.status_code not in REFUSED and answer.status_code < 500


def _short(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.text[:160]!r}"


async def signed_in(ground: Ground, name: str) -> tuple[Caller | None, Person | None, dict[str, str]]:
    """Opens a session for a caller; nobody has none."""
    if name == "nobody":
        return None, None, {}
    caller = ground.caller("syndic" if name == SIGNED_OUT else name)
    async with work(SYSTEM) as w:
        user = await w.get(User, caller.user_id)
        session, _ = await sessions.open_session(w, user, "api", ip="", user_agent="")
        if name == SIGNED_OUT:
            await sessions.end(w, session.id, "test")
    who = await sessions.by_id(session.id)
    assert (who is None) is (name == SIGNED_OUT)
    access = tokens.access_token(caller.user_id, session.id, datetime.now(UTC))
    return caller, who, {"authorization": f"Bearer {access}"}


def operations() -> set[str]:
    """Every documented operation, as the table names it."""
    from koprogo_app.koprogo_app import api

    paths = api.openapi()["paths"]
    return {f"{m.upper()} {path.removeprefix('/api/v1')}" for path, methods in paths.items() for m in methods}


def test_every_operation_has_its_row() -> None:
    table = {f"{row.method} {row.path}" for row in OPERATIONS}
    missing = operations() - table
    assert not missing, f"say in tests/roles/table.py who may call, and in bodies.py what is sent: {sorted(missing)}"
    assert not table - operations(), f"rows without an operation: {sorted(table - operations())}"
    assert not (BODIES.keys() | QUERIES.keys()) - table


def names_in(row: Operation) -> list[str]:
    """The ids an operation is given, in the order of address, query and body."""
    key = f"{row.method} {row.path}"
    text = f"{row.path} {QUERIES.get(key, '')} {BODIES.get(key, '')}"
    return list(dict.fromkeys(_NAME.findall(text)))


def put_in(value: Any, ids: dict[str, Any]) -> Any:
    """A body or query with the ids in their places."""
    if isinstance(value, dict | list):
        return json.loads(_NAME.sub(lambda found: str(ids[found[1]]), json.dumps(value)))
    return value


def sent(row: Operation, ids: dict[str, Any]) -> dict[str, Any]:
    """What goes with the request."""
    key = f"{row.method} {row.path}"
    body, asked = BODIES.get(key), {"params": put_in(QUERIES.get(key, {}), ids)}
    if isinstance(body, dict) and "file" in body:
        return asked | {"files": body, "data": {"building_id": str(ids["building_id"]), "kind": "minutes"}}
    if isinstance(body, dict):
        return asked | {"json": put_in(body, ids)}
    return asked | {"content": body}


async def answered(client: httpx.AsyncClient, row: Operation, ids: dict[str, Any]) -> httpx.Response:
    """Calls an operation on these ids."""
    ids = row.ids(ids)
    path = "/api/v1" + row.path.format(**ids)
    return await client.request(row.method, path, **sent(row, ids))


def place_of(ground: Ground, row: Operation, caller: Caller | None) -> Place:
    """What the operation is called on: the first building, or what belongs to the caller himself there."""
    names = [row.which] if row.which else _NAME.findall(row.path)
    mine = caller is not None and bool(caller.mine & set(names))
    return Place(ground.organization, ground.buildings["tilia"], mine)


def mixtures(row: Operation, ground: Ground) -> Iterator[dict[str, Any]]:
    """Ids of two buildings in one call: the first of one and the others of the other, and the other way round."""
    first, *others = [name for name in names_in(row) if ground.ids[name] != ground.beside[name]] or [""]
    if others:
        yield {**ground.beside, first: ground.ids[first]}
        yield {**ground.ids, first: ground.beside[first]}


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole API, which here counts no calls."""
    from koprogo_app import settings as module
    from koprogo_app.koprogo_app import api

    wide = module.settings().model_copy(
        update={"anonymous_per_minute": 10_000, "failed_logins": 10_000, "user_per_minute": 10_000}
    )
    monkeypatch.setattr("koprogo_app.identity.signed_in.settings", lambda: wide)
    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as made:
        yield made


async def visit(ground: Ground, client: httpx.AsyncClient, name: str) -> Visit:
    """Somebody, signed in."""
    caller, who, headers = await signed_in(ground, name)
    client.headers.update(headers)
    async with work(SYSTEM) as w:
        sql = "select coalesce(array_agg(id), '{}') from owner where user_id = %(u)s"
        cards = await w.value(sql, u=caller.user_id if caller else None)
    return Visit(ground, caller, who, client, await whose_rows(names=True), Sight(who, frozenset(cards)))


@pytest.mark.parametrize("name", CALLERS)
async def test_each_operation_is_open_to_whom_the_table_says_and_to_nobody_else(
    roles_ground: Ground, client: httpx.AsyncClient, name: str
) -> None:
    visitor = await visit(roles_ground, client, name)
    before = await fingerprints()
    for row in OPERATIONS:
        if row.name not in IN_STEPS:
            await visitor.try_row(row)
    assert changed(before, await fingerprints()) == []
    for row in OPERATIONS:
        if row.name in IN_STEPS:
            await visitor.try_row(row, keep=True)
    assert not visitor.wrong, "\n" + "\n".join(visitor.wrong)


@pytest.mark.parametrize("name", OF_ONE_BUILDING)
async def test_rows_of_two_buildings_never_meet_in_one_call(
    roles_ground: Ground, client: httpx.AsyncClient, name: str
) -> None:
    visitor = await visit(roles_ground, client, name)
    before = await fingerprints()
    for row in OPERATIONS:
        if row.name not in MEETING:
            await visitor.try_mixed(row)
    assert not visitor.wrong, "\n" + "\n".join(visitor.wrong)
    assert changed(before, await fingerprints()) == []
