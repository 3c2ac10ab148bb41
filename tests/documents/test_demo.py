"""The demo's papers are what the program accepts, and say something in every library."""

from koprogo_app.demo.documents import PAPERS, fill
from koprogo_app.documents.queries.library import Choice, counts, documents_page
from koprogo_app.estate.model import Lot
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from tests.world import World


async def test_the_papers_are_received_and_one_of_them_is_due(world: World, kept: Store) -> None:
    async with work(SYSTEM) as w:
        lot = await w.get(Lot, world.lots["T1"])
        lot.number = "A1.1"
        w.session.add(lot)
    shares: list[float] = []
    made = await fill(world.people["syndic_a"], world.buildings["tilia"], shares.append)
    assert (made, shares[-1]) == (len(PAPERS) + 1, 1.0)
    async with work(world.people["syndic_a"]) as w:
        assert (await documents_page(w)).total == made
        assert (await documents_page(w, choice=Choice(due=True))).total == 1
        assert await counts(w, "lot", [world.lots["T1"]]) == {world.lots["T1"]: 1}
    async with work(world.people["owner_tilia"]) as w:
        assert 0 < (await documents_page(w)).total < made
