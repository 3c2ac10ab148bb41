"""REST: units and who holds them."""

from uuid import uuid4

import httpx
import pytest

from koprogo_app.estate.api.units import UnitPage
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from tests.estate.conftest import ClientOf
from tests.world import World


async def _draft(syndic: httpx.AsyncClient, world: World, number: str = "T9") -> str:
    building = str(world.buildings["tilia"])
    made = await syndic.post("/units", json={"building_id": building, "number": number, "kind": "cellar", "share": 10})
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "draft"
    return str(made.json()["id"])


async def test_the_eight_calls_of_ownership(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    unit, one, two = await _draft(syndic, world), str(world.owners["T1"]), str(world.owners["T2"])
    first = await syndic.post(
        f"/units/{unit}/owners", json={"owner_id": one, "percentage": "1/3", "valid_from": "2020-01-01"}
    )
    assert first.status_code == 201
    assert (first.json()["complete"], first.json()["ownership_total"]) == (False, 33.3333)
    second = await syndic.post(f"/units/{unit}/owners", json={"owner_id": two, "percentage": 20, "primary": True})
    assert [o["primary"] for o in second.json()["owners"]] == [True, False]
    gone = await syndic.delete(f"/units/{unit}/owners/{two}")
    assert (gone.status_code, gone.content) == (204, b"")
    await syndic.post(f"/units/{unit}/owners", json={"owner_id": two, "percentage": 20})
    put = await syndic.put(f"/units/{unit}/owners/{two}/percentage", json={"percentage": 66.6667})
    assert put.status_code == 200
    assert (put.json()["complete"], put.json()["voting"]) == (True, "suspended")
    contact = await syndic.put(f"/units/{unit}/owners/{two}/primary")
    assert contact.json()["owners"][0]["owner_id"] == two
    three = str(world.owners["T3"])
    moved = await syndic.post(
        f"/units/{unit}/owners/transfer",
        json={"seller_id": one, "valid_from": "2026-10-01", "to": [{"owner_id": three}]},
    )
    assert moved.status_code == 201, moved.text
    assert {o["owner_id"]: o["fraction"] for o in moved.json()["owners"]}[three] == "1/3"
    listed = await syndic.get(f"/units/{unit}/owners")
    assert listed.json()["ownership_total"] == 100
    units = await syndic.get(f"/owners/{three}/units")
    assert {u["number"] for u in units.json()["items"]} == {"T3", "T9"}
    history = await syndic.get(f"/units/{unit}/ownership-history")
    assert [(h["owner_id"], h["valid_to"]) for h in history.json()["items"] if h["owner_id"] in (one, three)] == [
        (three, None),
        (one, "2026-10-01"),
    ]


@pytest.mark.parametrize(
    ("call", "body", "status", "kind", "field"),
    [
        ("PUT owners/{one}/percentage", {"percentage": 60}, 422, "invalid", "share"),
        ("PUT owners/{one}/percentage", {"percentage": "1/0"}, 422, "invalid", "share"),
        ("PUT owners/{one}/percentage", {"percentage": 0}, 422, "invalid", "share"),
        ("PUT owners/{one}/percentage", {}, 422, "invalid", "percentage"),
        ("PUT owners/{two}/percentage", {"percentage": 100}, 422, "invalid", "owner"),
        ("PUT owners/{two}/primary", None, 422, "invalid", "owner"),
        ("DELETE owners/{one}", None, 422, "invalid", "owner"),
        ("POST owners", {"owner_id": "{two}", "percentage": 50}, 422, "invalid", "share"),
        ("POST owners", {"owner_id": "{foreign}", "percentage": 50}, 422, "invalid", "owner"),
        ("POST owners/transfer", {"seller_id": "{two}", "valid_from": "2026-10-01", "to": [{"owner_id": "{one}"}]},
         422, "invalid", "seller"),
        ("POST owners/transfer",
         {"seller_id": "{one}", "valid_from": "2026-10-01", "to": [{"owner_id": "{two}", "percentage": 60},
                                                                   {"owner_id": "{foreign}", "percentage": 60}]},
         422, "invalid", "owner"),
        ("POST split", {"parts": [{"number": "a", "share": 100}, {"number": "b", "share": 300}]},
         422, "against-the-law", "decision"),
    ],
)  # fmt: skip
async def test_broken_rules_are_problem_documents(
    world: World, client_of: ClientOf, call: str, body: object, status: int, kind: str, field: str
) -> None:
    names = {"one": world.owners["T1"], "two": world.owners["T2"], "foreign": world.owners["Q1"]}

    def filled(value: object) -> object:
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        return value.format(**names) if isinstance(value, str) else value

    syndic = await client_of("syndic_a")
    method, path = call.split(" ")
    answer = await syndic.request(
        method, f"/units/{world.lots['T1']}/{path.format(**names)}", json=filled(body),
        headers={"accept-language": "en"},
    )  # fmt: skip
    problem = answer.json()
    assert answer.status_code == status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:koprogo:problem:{kind}"
    assert problem["field"] == field
    assert problem["detail"]
    if kind == "against-the-law":
        assert problem["article"] == "3.88 §3"


async def test_who_may_not_learns_nothing(world: World, client_of: ClientOf, stranger: httpx.AsyncClient) -> None:
    unit, owner = world.lots["T1"], world.owners["T1"]
    calls = [
        ("GET", f"/units/{unit}", None),
        ("GET", f"/units/{unit}/owners", None),
        ("GET", f"/units/{unit}/ownership-history", None),
        ("PATCH", f"/units/{unit}", {"floor": 3}),
        ("DELETE", f"/units/{unit}", None),
        ("PUT", f"/units/{unit}/owners/{owner}/primary", None),
        ("GET", f"/owners/{owner}", None),
        ("GET", f"/owners/{owner}/units", None),
        ("GET", f"/buildings/{world.buildings['tilia']}", None),
        ("GET", f"/organizations/{world.organizations['a']}", None),
    ]
    other, neighbour = await client_of("syndic_b"), await client_of("owner_fagus")
    for method, path, body in calls:
        asked = await stranger.request(method, path, json=body)
        assert (asked.status_code, asked.headers["www-authenticate"]) == (401, "Bearer"), path
        assert (await other.request(method, path, json=body)).status_code == 404, path
        if "organizations" not in path:
            assert (await neighbour.request(method, path, json=body)).status_code == 404, path
    missing = await other.get(f"/units/{uuid4()}")
    assert missing.json()["detail"] == (await other.get(f"/units/{unit}")).json()["detail"]


async def test_an_owner_reads_his_building_and_writes_nothing(world: World, client_of: ClientOf) -> None:
    me = await client_of("owner_tilia")
    assert (await me.get(f"/units/{world.lots['T2']}")).status_code == 200
    assert (await me.get(f"/units?building_id={world.buildings['tilia']}")).json()["total"] == 3
    assert (await me.get(f"/owners/{world.owners['T1']}")).json()["email"] == "tilia1@example.be"
    assert (await me.get(f"/units/{world.lots['T1']}/ownership-history")).status_code == 200
    for method, path in (
        ("GET", f"/owners/{world.owners['T2']}"),
        ("GET", f"/units/{world.lots['T2']}/ownership-history"),
        ("GET", "/owners"),
        ("DELETE", f"/units/{world.lots['T1']}"),
        ("GET", f"/buildings/{world.buildings['tilia']}/export"),
    ):
        assert (await me.request(method, path)).status_code == 403, path


async def test_no_address_of_a_neighbour_leaves_but_the_postal_one(world: World, client_of: ClientOf) -> None:
    """An owner may have name, postal address, shares and lot of the others (art. 3.89 §5 14°), nothing more."""
    async with work(SYSTEM) as w:
        await w.execute(
            "update owner set email = 'secret@example.be', phone = '0470 11 22 33', street = 'Rue Haute 1', "
            "email_consent_on = '2024-05-06', email_consent_ref = 'letter 77'"
        )
    me = await client_of("owner_tilia")
    building = world.buildings["tilia"]
    seen = ""
    for path in (
        f"/units?building_id={building}&per_page=500&text=TILIA",
        f"/units/{world.lots['T2']}",
        f"/units/{world.lots['T2']}/owners",
        f"/buildings/{building}",
        "/buildings",
    ):
        answer = await me.get(path)
        assert answer.status_code == 200, path
        seen += answer.text
    assert "Rue Haute 1" in seen
    for hidden in ("secret@", "0470", "2024-05-06", "letter 77"):
        assert hidden not in seen


async def test_lists_are_paged_filtered_and_sorted(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    units = f"/units?building_id={world.buildings['tilia']}"
    page = UnitPage.model_validate((await syndic.get(f"{units}&per_page=2&sort=-share")).json())
    assert [u.share for u in page.items] == [400, 350]
    assert (page.total, page.pages) == (3, 2)
    second = (await syndic.get(f"{units}&per_page=2&page=2")).json()
    assert [u["number"] for u in second["items"]] == ["T3"]
    beyond = (await syndic.get(f"{units}&per_page=2&page=9")).json()
    assert (beyond["items"], beyond["total"]) == ([], 3)
    assert (await syndic.get(f"{units}&kind=garage")).json()["total"] == 1
    assert (await syndic.get(f"{units}&text=tilia2")).json()["items"][0]["number"] == "T2"
    assert (await syndic.get(f"{units}&text=%25")).json()["total"] == 0
    for wrong in ("sort=password", "per_page=501", "page=0", "kind=castle", "problem=x", "unknown=1"):
        answer = await syndic.get(f"{units}&{wrong}")
        assert answer.status_code == 422, wrong
        assert answer.json()["type"] == "urn:koprogo:problem:invalid"
    assert (await syndic.get(f"/units?building_id={world.buildings['quercus']}")).status_code == 404
    assert (await syndic.get("/owners?text=FAGUS2")).json()["items"][0]["lots"] == "F2"
    assert (await syndic.get("/buildings?problem=assembly")).json()["total"] == 2
    assert (await syndic.get("/organizations")).json()["total"] == 1


async def test_what_cannot_be_undone_conflicts(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    unit = world.lots["T1"]
    assert (await syndic.delete(f"/units/{unit}")).status_code == 409
    assert (await syndic.delete(f"/owners/{world.owners['T1']}")).status_code == 409
    assert (await syndic.patch(f"/units/{unit}", json={"number": "T2"})).status_code == 409
    assert (await syndic.patch(f"/units/{unit}", json={"floor": 2, "version": 1})).status_code == 200
    assert (await syndic.patch(f"/units/{unit}", json={"floor": 3, "version": 1})).status_code == 409
    draft = await _draft(syndic, world)
    assert (await syndic.delete(f"/units/{draft}")).status_code == 204
    assert (await syndic.get(f"/units/{draft}")).status_code == 404


async def test_shares_are_settled_and_change_by_decision(world: World, client_of: ClientOf) -> None:
    syndic = await client_of("syndic_a")
    refused = await syndic.patch(f"/units/{world.lots['T1']}", json={"share": 1}, headers={"accept-language": "nl"})
    assert refused.json()["article"] == "3.88 §3"
    assert refused.headers["content-language"] == "nl"
    body = {"shares": {str(world.lots["T1"]): 390, str(world.lots["T2"]): 360}, "decided_on": "2026-05-12",
            "reference": "AG 12/05/2026"}  # fmt: skip
    done = await syndic.post(f"/buildings/{world.buildings['tilia']}/shares", json=body)
    assert (done.status_code, done.json()["deed_difference"]) == (201, 0)
    parts = [{"number": "T1a", "share": 190}, {"number": "T1b", "share": 200}]
    split = await syndic.post(
        f"/units/{world.lots['T1']}/split", json={"parts": parts, "decided_on": "2026-06-01", "reference": "deed"}
    )
    assert [u["number"] for u in split.json()["items"]] == ["T1a", "T1b"]
    merged = await syndic.post(
        "/units/merge",
        json={"unit_ids": [u["id"] for u in split.json()["items"]], "number": "T1", "decided_on": "2026-07-01",
              "reference": "deed"},
    )  # fmt: skip
    assert (merged.status_code, merged.json()["share"]) == (201, 390)
