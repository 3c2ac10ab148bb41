"""What is done with a lot in a dialog: transfer, split, merge, mandatary."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final
from uuid import UUID

import reflex as rx

from koprogo_app.estate.model import Building
from koprogo_app.estate.queries.lots import LotDetail, LotRow, lot_detail, lots_page
from koprogo_app.estate.queries.owners import possible_holders
from koprogo_app.estate.rules.ownership import Part
from koprogo_app.estate.service.division import LotPart, merge_lots, split_lot
from koprogo_app.estate.service.ownership import end_mandate, name_mandatary, transfer_lot
from koprogo_app.estate.state.common import decided, decision_of
from koprogo_app.estate.words import RIGHTS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import N_, share_text, tr
from koprogo_app.foundation.lawful import lawful
from koprogo_app.identity.guard import handler
from koprogo_app.law.shares import Right
from koprogo_app.law.written import parse_share
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked
from koprogo_app.workspace.state.common import as_id, id_after
from koprogo_app.workspace.state.page import PageState, Sent, Told, opening, reads, submits

MOST_PARTS: Final = 8
_FOUND: Final = 12


@dataclass(frozen=True)
class Found:
    """A person or company to choose; the address tells namesakes apart."""

    id: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Buyer:
    """Who receives a part in a transfer; `share` of the whole lot, empty for all the seller has."""

    id: str = ""
    name: str = ""
    share: str = ""


@dataclass(frozen=True)
class OtherLot:
    """A lot that this one may be merged with."""

    id: str = ""
    number: str = ""


class LotActs(PageState, rx.State, mixin=True):
    """The dialogs of one lot, which is the record each was opened on."""

    sellers: list[dict[str, str]] = []
    persons: list[dict[str, str]] = []
    others: list[OtherLot] = []
    buyers: list[Buyer] = []
    found: list[Found] = []
    parts: int = 2
    kind: str = ""
    today: str = ""

    async def _offer(self, w: Work, lang: str, record: str) -> LotDetail:
        """What the dialogs offer to choose from."""
        detail = await lot_detail(w, self._here(as_id(record)))
        self.buyers, self.found, self.parts = [], [], 2
        self.kind, self.today = detail.lot.kind, w.today.isoformat()
        self.sellers = [
            {
                "value": f"{row.owner_id}:{row.right}",
                "label": tr(
                    lang,
                    "{name}: {value}",
                    name=row.name,
                    value=f"{tr(lang, RIGHTS[row.right])}, {share_text(row.share, lang)}",
                ),
            }
            for row in detail.holders
        ]
        self.persons = list(
            {row.owner_id: {"value": str(row.owner_id), "label": row.name} for row in detail.holders}.values()
        )
        return detail

    def _here(self, lot_id: UUID) -> UUID:
        """The lot a dialog is about. Raises NotFound when the page shows another one."""
        if lot_id != id_after(self, "lots"):
            raise NotFound
        return lot_id

    # Finding people

    @reads("lots.write")
    async def look(self, w: Work, lang: str, text: str) -> None:
        """Finds people while one types."""
        await self._find(w, text)

    async def _find(self, w: Work, text: str) -> None:
        """People of the organisation to choose from."""
        building = await w.get(Building, id_after(self, "buildings"))
        rows = await possible_holders(w, building.organization_id, text[:80], building.id, limit=_FOUND)
        self.found = [Found(str(row.id), row.name, row.address) for row in rows]

    @handler("lots.write")
    async def pick(self, owner: str) -> None:
        """Takes the chosen person into the dialog that is open."""
        chosen = next((one for one in self.found if one.id == owner), None)
        if chosen is not None:
            self._take(chosen)

    def _take(self, chosen: Found) -> None:
        if self.dialog.name == "transfer" and all(one.id != chosen.id for one in self.buyers):
            self.buyers = [*self.buyers, Buyer(chosen.id, chosen.name)]
        elif self.dialog.name == "mandatary" and all(one["value"] != chosen.id for one in self.persons):
            self.persons = [{"value": chosen.id, "label": chosen.name}, *self.persons]

    # Transfer

    @opening("lots.write", "transfer")
    async def ask_transfer(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of a transfer."""
        await self._offer(w, lang, record)
        await self._find(w, "")

    @handler("lots.write")
    async def drop_buyer(self, owner: str) -> None:
        """Takes somebody out of those who receive."""
        self.buyers = [one for one in self.buyers if one.id != owner]

    @handler("lots.write")
    async def type_part(self, owner: str, share: str) -> None:
        """The part of one who receives is being typed."""
        self.buyers = [replace(one, share=share[:60]) if one.id == owner else one for one in self.buyers]

    @submits("lots.write", dialog="transfer")
    async def transfer(self, w: Work, sent: Sent) -> Told:
        """Moves the right from the seller to those chosen, from a day on."""
        on = sent.day("on")
        seller, _, held = sent.text("seller").partition(":")
        given = Right(sent.text("right")) if sent.text("right") in RIGHTS else None
        parts = [Part(as_id(one.id), _share(one.share), given) for one in self.buyers]
        if len(parts) > 1 and any(part.share is None for part in parts):
            raise Invalid("", N_("Say for each person how much of the lot he receives."))
        done = await transfer_lot(w, self._here(sent.record_id), as_id(seller, "seller"), parts, on, right=held or None)
        again = N_("The mandate ended with it: the holders name their mandatary again.")
        return Told(
            N_("The transfer is recorded; the past stays in the history."), also=again if done.mandate_ended else ""
        )

    # Splitting and merging

    @opening("lots.write", "split")
    async def ask_split(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog in which the lot is split."""
        await self._offer(w, lang, record)

    @handler("lots.write")
    async def more_parts(self) -> None:
        """One more part in a split."""
        self.parts = min(self.parts + 1, MOST_PARTS)

    @submits("lots.write", dialog="split")
    async def split(self, w: Work, sent: Sent) -> Told:
        """Splits the lot by the decision stated."""
        lot = (await lot_detail(w, self._here(sent.record_id))).lot
        decision = decision_of(sent)
        typed_in = [i for i in range(MOST_PARTS) if sent.text(f"number_{i}") or sent.text(f"share_{i}")]
        with decided():
            await split_lot(w, lot.id, [_part(sent, i) for i in typed_in] if decision else [], decision)
        said = N_("Lot {number} is split; its history is kept.")
        return Told(said, params={"number": lot.number}, go=f"{self.base}/lots")

    @opening("lots.write", "merge")
    async def ask_merge(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog in which the lot is merged with others."""
        self.others = await _mergeable(w, (await self._offer(w, lang, record)).lot)

    @submits("lots.write", dialog="merge")
    async def merge(self, w: Work, sent: Sent) -> Told:
        """Merges this lot with those ticked, by the decision stated."""
        decision = decision_of(sent)
        ticked = [name for name in sent.data if name.startswith("lot_") and sent.ticked(name)]
        with decided():
            lots = [self._here(sent.record_id), *(as_id(name.removeprefix("lot_")) for name in ticked)]
            made = await merge_lots(w, lots, sent.text("number"), decision, kind=sent.text("kind") or None)
        # Translators: the number of the new lot
        said = N_("The lots are merged into lot {number}.")
        return Told(said, params={"number": made.number}, go=f"{self.base}/lots/{made.id}")

    # The mandatary

    @opening("lots.write", "mandatary")
    async def ask_mandatary(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog in which a mandatary is named."""
        await self._offer(w, lang, record)
        await self._find(w, "")

    @submits("lots.write", dialog="mandatary", done=N_("The mandatary is recorded: the lot votes again."))
    async def name(self, w: Work, sent: Sent) -> None:
        """Records whom the holders named to vote for the lot."""
        since, until = sent.day("since"), sent.day_or_none("until")
        await name_mandatary(
            w, self._here(sent.record_id), sent.id("person"), since, sent.text("reference"), until=until
        )

    @opening("lots.write", "end")
    async def ask_end(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog in which the mandate is ended."""
        await self._offer(w, lang, record)

    @submits("lots.write", dialog="end")
    async def end(self, w: Work, sent: Sent) -> Told:
        """Ends the mandate in force."""
        await end_mandate(w, self._here(sent.record_id), sent.day("on"))
        return Told(N_("The mandate has ended: the vote is suspended from that day."), kind="attention")


def _share(text: str) -> Fraction | None:
    if not text.strip():
        return None
    with lawful():
        return parse_share(text, field="")


def _part(sent: Sent, i: int) -> LotPart:
    """One line of the split: its fields carry the line's number, so that the error stands below it."""
    share = whole(least=0)(sent.text(f"share_{i}"), f"share_{i}", sent.lang)
    number = sent.text(f"number_{i}")
    if not number.strip():
        raise Invalid(f"number_{i}", N_("Fill this in."))
    return LotPart(number, share, area=sent.text(f"area_{i}") or None)


async def _mergeable(w: Work, lot: LotRow) -> list[OtherLot]:
    """The other lots of the building that the same persons hold in the same shares."""
    page = await lots_page(w, lot.building_id, Asked(per_page=MAX_PER_PAGE))
    held = {(h.owner_id, h.right, h.share) for h in lot.holders}
    return [
        OtherLot(str(one.id), one.number)
        for one in page.rows
        if one.id != lot.id
        and one.status == lot.status
        and {(h.owner_id, h.right, h.share) for h in one.holders} == held
    ]
