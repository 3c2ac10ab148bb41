"""A co-owner's home: her lots, who holds them with her, her data, and the other co-owners as far as the law gives."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

import reflex as rx

from koprogo_app.estate.model import Owner
from koprogo_app.estate.queries.co_owners import CoOwnerRow, co_owners_page
from koprogo_app.estate.queries.lots import OwnLot, own_lots
from koprogo_app.estate.service.own_card import own_cards, update_own_card
from koprogo_app.estate.words import KINDS, LANGUAGES, RIGHTS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current
from koprogo_app.law.articles import VOTING_SUSPENDED
from koprogo_app.workspace.state.common import address, page_position, page_request, shown_day
from koprogo_app.workspace.state.page import PageState, Sent, loads, opens, submits


@dataclass(frozen=True)
class MyLot:
    """One of her lots. `voting` votes, suspended or draft; `others` hold it with her."""

    id: str = ""
    title: str = ""
    about: str = ""
    building: str = ""
    share: str = ""
    deed: str = ""
    percent: str = ""
    part: str = ""
    others: tuple[str, ...] = ()
    voting: str = ""
    voter: str = ""
    article: str = ""


@dataclass(frozen=True)
class MyCard:
    """Her card at one syndic's."""

    id: str = ""
    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    lang: str = "fr"
    lang_name: str = ""
    consent: str = ""


@dataclass(frozen=True)
class CoOwner:
    """Somebody else's right, as the law lets her know it."""

    name: str = ""
    address: str = ""
    lot: str = ""
    share: str = ""
    part: str = ""


@dataclass(frozen=True)
class MyBuilding:
    """A building in which she holds a lot."""

    id: str = ""
    name: str = ""


class Home(PageState, rx.State):
    """What a co-owner sees first. In the address: `building`, `q`, `page`, `sort`."""

    name: str = ""
    lots: list[MyLot] = []
    cards: list[MyCard] = []
    buildings: list[MyBuilding] = []
    building: MyBuilding = MyBuilding()
    people: list[CoOwner] = []
    at: dict[str, int] = {}

    load = loads("own_lots.read")
    ask = opens("own_lots.read", "edit")

    async def _fill(self, w: Work, lang: str) -> None:
        query = self.router.url.query_parameters
        held, cards = await own_lots(w), await own_cards(w)
        buildings = {str(lot.building_id): lot.building_name for lot in held}
        wanted = query.get("building", "")
        chosen = wanted if wanted in buildings else next(iter(buildings), "")
        page = await co_owners_page(w, UUID(chosen), page_request(query), text=query.get("q", "")) if chosen else None
        who = current()
        self.name = who.name if isinstance(who, Person) else ""
        mine = {row.id for row in cards}
        self.lots, self.cards = [_lot(lot, mine, lang) for lot in held], [_card(row, lang) for row in cards]
        self.buildings = [MyBuilding(key, name) for key, name in buildings.items()]
        self.building = MyBuilding(chosen, buildings.get(chosen, ""))
        self.people = [_co_owner(row, lang) for row in page.rows] if page else []
        self.at = page_position(page) if page else {}

    @submits("own_lots.read", dialog="edit", done=N_("Your data are saved; your syndic sees them."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Saves her telephone and language on the card the dialog was opened on."""
        await update_own_card(w, sent.record_id, sent.typed("phone", "lang"))


def _lot(lot: OwnLot, cards: set[UUID], lang: str) -> MyLot:
    about = [tr(lang, KINDS[lot.kind])]
    if lot.floor is not None:
        about.append(tr(lang, "floor {floor}", floor=lot.floor))
    if lot.area is not None:
        about.append(f"{number(lot.area, lang)} m²")
    mine = Fraction(lot.numerator, lot.denominator)
    others = tuple(
        f"{h.name} ({tr(lang, RIGHTS[h.right])}, {share_text(h.share, lang)})"
        for h in lot.holders
        if h.owner_id not in cards
    )
    return MyLot(
        str(lot.lot_id),
        tr(lang, "Lot {number}", number=lot.number),
        " · ".join(about),
        lot.building_name,
        number(lot.lot_share, lang),
        number(lot.deed_total, lang),
        share_text(Fraction(lot.lot_share, lot.deed_total), lang) if lot.lot_share else "",
        f"{tr(lang, RIGHTS[lot.right])}, {share_text(mine, lang)}",
        others,
        lot.voting,
        lot.mandatary or "",
        VOTING_SUSPENDED.text(lang),
    )


def _card(row: Owner, lang: str) -> MyCard:
    return MyCard(
        str(row.id),
        f"{row.name} {row.first_name}".strip(),
        address(row),
        row.email,
        row.phone,
        row.lang,
        tr(lang, LANGUAGES[row.lang]),
        shown_day(row.email_consent_on, lang),
    )


def _co_owner(row: CoOwnerRow, lang: str) -> CoOwner:
    part = share_text(row.share, lang)
    if row.right != "full":
        part = f"{tr(lang, RIGHTS[row.right])}, {part}"
    return CoOwner(row.name, address(row), row.number, number(row.lot_share, lang), part)
