"""What a co-owner changes about herself, and what she may know of the others (art. 3.89 §5 14°)."""

from dataclasses import fields

import pytest

from koprogo_app.estate.model import Owner
from koprogo_app.estate.queries.co_owners import CoOwnerRow, co_owners_page
from koprogo_app.estate.service.own_card import own_cards, update_own_card
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Invalid, KoproError, NotFound
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.workspace.queries.paging import Asked
from tests.world import World


async def test_she_finds_her_own_card_and_no_other(world: World) -> None:
    async with work(world.people["owner_tilia"]) as w:
        assert [card.id for card in await own_cards(w)] == [world.owners["T1"]]
    async with work(world.people["syndic_a"]) as w:
        assert await own_cards(w) == []


async def test_she_changes_her_telephone_and_it_is_audited(world: World) -> None:
    async with work(world.people["owner_tilia"]) as w:
        await update_own_card(w, world.owners["T1"], {"phone": "+32 2 555 01 99", "lang": "de"})
    async with work(SYSTEM) as w:
        row = await w.get(Owner, world.owners["T1"])
        assert (row.phone, row.lang, row.version) == ("+32 2 555 01 99", "de", 2)
        assert await w.value("select count(*) from audit_entry where action = 'owner.updated'") == 1


@pytest.mark.parametrize(
    ("lot", "changes", "error"),
    [
        ("T2", {"phone": "+32 2 555 01 99"}, NotFound),
        ("Q1", {"phone": "+32 2 555 01 99"}, NotFound),
        ("T1", {"email": "new@example.be"}, Invalid),
        ("T1", {"user_id": "x"}, Invalid),
        ("T1", {"phone": "call me"}, Invalid),
    ],
)
async def test_nothing_else_and_nobody_else(
    world: World, lot: str, changes: dict[str, str], error: type[KoproError]
) -> None:
    with pytest.raises(error):
        async with work(world.people["owner_tilia"]) as w:
            await update_own_card(w, world.owners[lot], changes)


async def test_of_the_others_she_knows_name_address_lot_and_shares(world: World) -> None:
    assert {f.name for f in fields(CoOwnerRow)} == {
        "owner_id", "name", "street", "postal_code", "city", "country", "number", "lot_share", "right", "numerator",
        "denominator",
    }  # fmt: skip
    async with work(world.people["owner_tilia"]) as w:
        page = await co_owners_page(w, world.buildings["tilia"])
        found = await co_owners_page(w, world.buildings["tilia"], Asked(sort="-share"), text="tilia3")
    assert [(row.name, row.number, row.lot_share) for row in page.rows] == [
        ("TILIA1", "T1", 400), ("TILIA2", "T2", 350), ("TILIA3", "T3", 250),
    ]  # fmt: skip
    assert [row.number for row in found.rows] == ["T3"]


@pytest.mark.parametrize("building", ["fagus", "quercus"])
async def test_another_building_does_not_exist_for_her(world: World, building: str) -> None:
    with pytest.raises(NotFound):
        async with work(world.people["owner_tilia"]) as w:
            await co_owners_page(w, world.buildings[building])
