"""In which buildings a person's accounts are kept, and in which one a report is read when none is named."""

from dataclasses import dataclass
from uuid import UUID

from koprogo_app.estate.queries.lots import own_lots
from koprogo_app.estate.service.own_card import own_cards
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """A card of the signed-in person in a building whose accounts are kept here."""

    building_id: UUID
    owner_id: UUID
    building: str


async def own_accounts(w: Work) -> list[OwnAccount]:
    """The signed-in person's accounts, one a building and card of hers (`self`)."""
    cards = {card.id for card in await own_cards(w)}
    pairs = {
        (lot.building_id, holder.owner_id): lot.building_name
        for lot in await own_lots(w)
        for holder in lot.holders
        if holder.owner_id in cards
    }
    kept = await w.value(
        "select array_agg(building_id) from ledger.ledger where building_id = any(%(b)s)", b=[b for b, _ in pairs]
    )
    return [OwnAccount(*pair, name) for pair, name in pairs.items() if pair[0] in (kept or ())]


async def building_of(w: Work, owner_id: UUID) -> UUID:
    """The first building, by name, that the owner holds or held a lot in. The report authorises. Raises NotFound."""
    found: UUID | None = await w.value(
        """select b.id from estate.ownership o join estate.lot l on l.id = o.lot_id
             join estate.building b on b.id = l.building_id
            where o.owner_id = %(o)s order by lower(b.name), b.id limit 1""",
        o=owner_id,
    )
    if found is None:
        raise NotFound
    return found


async def building_of_invoice(w: Work, invoice_id: UUID) -> UUID:
    """The building an invoice is of. The report authorises. Raises NotFound."""
    found: UUID | None = await w.value("select building_id from purchases.invoice where id = %(i)s", i=invoice_id)
    if found is None:
        raise NotFound
    return found


async def own_owner(w: Work, building_id: UUID) -> UUID | None:
    """The signed-in person's own row among a building's owners, past and present; None when there is none."""
    found: UUID | None = await w.value(
        """select p.id from estate.owner p join estate.ownership o on o.owner_id = p.id
             join estate.lot l on l.id = o.lot_id
            where l.building_id = %(b)s and p.user_id = %(u)s
            order by upper(o.period) desc nulls first, p.id limit 1""",
        b=building_id, u=w.principal.user_id,
    )  # fmt: skip
    return found
