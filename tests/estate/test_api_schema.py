"""REST: any call the description allows, and many it does not, gets an answer it documents, never a fault of ours."""

from typing import Any
from uuid import UUID

import httpx
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koprogo_app.estate.api import router
from koprogo_app.foundation.rest.api import make_api
from tests.draws import rounds
from tests.estate.conftest import ClientOf
from tests.world import World

_DESCRIPTION = make_api([router]).openapi()
_SCHEMA = schemathesis.openapi.from_dict(_DESCRIPTION)
_CALLS = [found.ok() for found in _SCHEMA.get_all_operations()]


def _ids(world: World, key: str) -> list[UUID]:
    """Ids that exist, of the kind a parameter's name asks for."""
    if "organization" in key:
        return list(world.organizations.values())
    if "building" in key:
        return list(world.buildings.values())
    if "unit" in key:
        return list(world.lots.values())
    return list(world.owners.values())


def _real(world: World, value: Any, draw: Any) -> Any:
    """The same with ids that exist, mostly."""
    if isinstance(value, dict):
        return {k: _chosen(world, k, v, draw) for k, v in value.items()}
    if isinstance(value, list):
        return [_real(world, one, draw) for one in value]
    return value


def _chosen(world: World, key: str, value: Any, draw: Any) -> Any:
    if key.endswith("_id") and isinstance(value, str) and draw(st.integers(0, 9)):
        return str(draw(st.sampled_from(_ids(world, key))))
    return _real(world, value, draw)


async def _send(client: httpx.AsyncClient, case: schemathesis.Case) -> httpx.Response:
    sent = case.as_transport_kwargs(base_url="http://test")
    headers = {k: v for k, v in (sent.get("headers") or {}).items() if k.lower() in ("content-type", "accept-language")}
    body = {"content": sent["data"]} if isinstance(sent.get("data"), bytes | str) else {"json": sent.get("json")}
    if sent.get("json") is None:
        body = {"content": sent["data"]} if isinstance(sent.get("data"), bytes | str) else {}
    return await client.request(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **body)


def test_every_call_of_the_estate_is_described(api: FastAPI) -> None:
    assert len(_CALLS) >= 38


@given(data=st.data())
@settings(
    max_examples=rounds(150),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much,
                           HealthCheck.data_too_large],
)  # fmt: skip
async def test_no_call_makes_the_server_fail(world: World, client_of: ClientOf, data: st.DataObject) -> None:
    call = data.draw(st.sampled_from(_CALLS), label="operation")
    case = data.draw(call.as_strategy())
    case.path_parameters = _real(world, dict(case.path_parameters or {}), data.draw)
    case.query = _real(world, dict(case.query or {}), data.draw)
    case.body = _real(world, case.body, data.draw)
    name = data.draw(st.sampled_from(["syndic_a", "syndic_a", "owner_tilia", "syndic_b"]))
    answer = await _send(await client_of(name), case)
    assert answer.status_code < 500, (case.method, case.path, answer.text)
    documented = _DESCRIPTION["paths"][case.path][case.method.lower()]["responses"]
    assert str(answer.status_code) in documented or answer.status_code in (404, 405), (
        case.method,
        case.path,
        answer.status_code,
        answer.text,
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
