"""The audit trail read back: who may, what the filter gives, and a chain that shows every change."""

from datetime import timedelta
from uuid import UUID

import pytest

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Forbidden, NotFound
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.queries.audit import ALL, Filter, entities, entries, verify_chain
from koprogo_app.identity.queries.paging import Asked
from tests.world import World


async def write(world: World, count: int = 4) -> UUID:
    """Some acts of the syndic of A; returns the organisation."""
    organization_id = world.organizations["a"]
    for n in range(count):
        async with work(world.people["syndic_a"]) as w:
            await audit(
                w, "lot.updated", "lot", world.lots["T1"], organization_id=organization_id,
                building_id=world.buildings["tilia"], before={"area": n, "kind": "shop"},
                after={"area": n + 1, "kind": "shop"},
            )  # fmt: skip
    return organization_id


async def test_a_syndic_reads_the_acts_of_his_organisation_only(world: World) -> None:
    organization_id = await write(world)
    async with work(world.people["syndic_a"]) as w:
        found = await entries(w, organization_id, Filter(), Asked(per_page=3))
        rows = found.rows
        assert [r.seq for r in rows] == [4, 3, 2] and found.total == 4
        assert (rows[0].who, rows[0].before, rows[0].after) == ("Syndic_A", {"area": 3}, {"area": 4})
        for other in (None, ALL):
            with pytest.raises(Forbidden):
                await entries(w, other, Filter())
        with pytest.raises(NotFound):
            await entries(w, world.organizations["b"], Filter())
    for name in ("accountant_a", "board_tilia", "owner_tilia"):
        async with work(world.people[name]) as w:
            with pytest.raises((Forbidden, NotFound)):
                await verify_chain(w, organization_id)
    async with work(world.people["admin"]) as w:
        assert (await entries(w, ALL, Filter())).total == 4
        assert (await entries(w, None, Filter())).rows == []
        assert await entities(w, ALL) == ["lot"]


async def test_the_filter(world: World) -> None:
    organization_id = await write(world, 2)
    async with work(world.people["syndic_a"]) as w:
        day = timedelta(days=1)
        found = {
            "nothing": Filter(search="owner."), "action": Filter(search="LOT.up"), "who": Filter(search="syndic_a"),
            "wildcard": Filter(search="%"), "entity": Filter(entity="lot"), "row": Filter(entity_id=world.lots["T1"]),
            "other row": Filter(entity_id=world.lots["T2"]), "today": Filter(since=w.today, until=w.today),
            "yesterday": Filter(until=w.today - day), "building": Filter(building_id=world.buildings["fagus"]),
        }  # fmt: skip
        counts = {name: (await entries(w, organization_id, chosen)).total for name, chosen in found.items()}
    assert counts == {
        "nothing": 0, "action": 2, "who": 2, "wildcard": 0, "entity": 2, "row": 2, "other row": 0, "today": 2,
        "yesterday": 0, "building": 0,
    }  # fmt: skip


async def test_an_untouched_chain_is_whole(world: World) -> None:
    organization_id = await write(world)
    async with work(world.people["syndic_a"]) as w:
        chain = await verify_chain(w, organization_id)
        assert (chain.entries, chain.broken_at, len(chain.last_hash)) == (4, None, 64)
    async with work(SYSTEM) as w:
        assert (await verify_chain(w, world.organizations["b"])).entries == 0


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("update audit_entry set after = '{\"area\": 9}' where seq = 2", 2),
        ("update audit_entry set at = at + interval '1 hour' where seq = 3", 3),
        ("delete from audit_entry where seq = 2", 3),
        ("delete from audit_entry where seq = 1", 2),
        ("update audit_entry set hash = koprogo_audit_hash(a) from audit_entry a where audit_entry.seq = 2 "
         "and a.seq = 3", 2),
        ("update audit_entry set user_id = uuidv7(), hash = sha256('x') where seq = 4", 4),
    ],
)  # fmt: skip
async def test_a_change_behind_the_programs_back_shows(
    world: World, pg: Server, database_name: str, change: str, broken_at: int
) -> None:
    organization_id = await write(world)
    with pg.connect(database_name, "postgres") as c:
        c.execute("alter table audit_entry disable trigger user")
        c.execute(change)  # type: ignore[call-overload]
        c.execute("alter table audit_entry enable trigger user")
    async with work(world.people["syndic_a"]) as w:
        assert (await verify_chain(w, organization_id)).broken_at == broken_at
