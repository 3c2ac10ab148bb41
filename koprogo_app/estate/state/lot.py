"""One lot: who holds it, checked while one types, and what happened to it."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.model import Lot, Owner
from koprogo_app.estate.queries.lots import HolderRow, LotDetail, LotRow, lot_detail
from koprogo_app.estate.queries.owners import LotHistoryRow, lot_history, sees_lot_history
from koprogo_app.estate.service.lots import delete_lot
from koprogo_app.estate.service.owners import OWNER
from koprogo_app.estate.service.ownership import (
    HolderInput,
    HoldersPreview,
    change_primary,
    correct_shares,
    preview_holders,
    set_holders,
)
from koprogo_app.estate.state.lot_acts import Found, LotActs
from koprogo_app.estate.state.rows import mend_text
from koprogo_app.estate.words import KINDS, RIGHTS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.foundation.lawful import as_error
from koprogo_app.identity.guard import handler
from koprogo_app.law.articles import VOTING_SUSPENDED
from koprogo_app.law.shares import Right
from koprogo_app.workspace.state.common import address, as_id, id_after, may, refusal_text, shown_day
from koprogo_app.workspace.state.page import Dialog, Sent, Told, loads, opening, opens, reads, submits


@dataclass(frozen=True)
class LotHead:
    """The lot as the page shows it. `several`: more than one person holds it. `voting` votes, suspended or draft."""

    id: str = ""
    number: str = ""
    building: str = ""
    kind: str = ""
    floor: str = ""
    area: str = ""
    share: str = ""
    complete: bool = False
    since: str = ""
    gone: str = ""
    several: bool = False
    voting: str = ""
    voter: str = ""
    mandate: str = ""
    article: str = VOTING_SUSPENDED.code
    write: bool = False
    cards: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the ownership editor. `rev` grows when the server, not the person, wrote into it."""

    id: str = ""
    owner: str = ""
    name: str = ""
    address: str = ""
    right: str = "full"
    right_name: str = ""
    share: str = ""
    primary: bool = False
    wrong: str = ""
    rev: int = 0


@dataclass(frozen=True)
class Mend:
    """A one-click mend."""

    at: int = 0
    text: str = ""


@dataclass(frozen=True)
class Check:
    """What the editor says of its lines: the totals of both sides, whether they are whole, what is wrong."""

    ownership: str = ""
    enjoyment: str = ""
    divided: bool = False
    complete: bool = False
    problems: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True)
class Past:
    """A right in the lot's history."""

    period: str = ""
    name: str = ""
    right: str = ""
    share: str = ""
    current: bool = False


class LotPage(LotActs, rx.State):
    """A lot and the editor of its ownership. In the address: `do`, the dialog to open."""

    lot: LotHead = LotHead()
    lines: list[Line] = []
    check: Check = Check()
    touched: bool = False
    making: bool = False
    history: list[Past] = []
    _held: list[Line] | None = None
    _lang: str = "fr"
    _do: str = ""
    _new: str = ""

    load = loads("lots.read")
    ask = opens("lots.write", "delete")

    def _arrive(self) -> None:
        self.touched, self._new = False, ""
        self._do = self.router.url.query_parameters.get("do", "")

    async def _fill(self, w: Work, lang: str) -> None:
        lot_id = id_after(self, "lots")
        detail = await lot_detail(w, lot_id)
        seen = await sees_lot_history(w, await w.get(Lot, lot_id))
        self.today, self._lang = w.today.isoformat(), lang
        self.lot = _head(detail, lang)
        self.history = [_past(row, lang, self.today) for row in await lot_history(w, lot_id)] if seen else []
        self._begin([_line(row, lang) for row in detail.holders])
        await self._add_new(w)
        if self.lot.write:
            await self._asked(w, lang)
        self._do = ""

    def _begin(self, held: list[Line]) -> None:
        """Puts what is saved into the editor, unless something else is being typed over that very state."""
        if not self.touched or held != self._held:
            self.lines, self._held, self.touched = held, held, False
        self._check()

    async def _add_new(self, w: Work) -> None:
        """Adds the person whose card was just made."""
        owner = await w.session.get(Owner, UUID(self._new)) if self._new else None
        self._new = ""
        if owner is not None:
            self._add(Found(str(owner.id), f"{owner.name} {owner.first_name}".strip()))

    async def _asked(self, w: Work, lang: str) -> None:
        """Opens the dialog that the address asks for."""
        if self._do == "holders" and not self.lines:
            self.making, self.dialog = False, Dialog("holder", self.lot.id)
            await self._find(w, "")
        elif self._do == "mandatary" and self.lot.several:
            await self._offer(w, lang, self.lot.id)
            await self._find(w, "")
            self.dialog = Dialog("mandatary", self.lot.id)

    # The editor

    def _preview(self) -> HoldersPreview:
        return preview_holders([(one.owner, one.right, one.share) for one in self.lines])

    def _check(self) -> None:
        """Totals, problems and mends of the lines as they stand."""
        preview = self._preview()
        wrong = {i: refusal_text(refusal, self._lang) for i, refusal in preview.unread.items()}
        lines = [replace(one, wrong=wrong.get(i, "")) for i, one in enumerate(self.lines)]
        if lines != self.lines:
            self.lines = lines
        self.check = _checked(preview, self.lines, self._lang)

    def _put(self, lines: list[Line]) -> None:
        """Other lines, not saved yet."""
        self.lines, self.touched = lines, True
        self._check()

    def _change(self, line: str, **values: Any) -> None:
        self._put([replace(one, **values) if one.id == line else one for one in self.lines])

    @handler("lots.write")
    async def type_share(self, line: str, share: str) -> None:
        """A share is being typed."""
        self._change(line, share=share[:60])

    @handler("lots.write")
    async def choose_right(self, line: str, right: str) -> None:
        """Another right was chosen."""
        if right in RIGHTS:
            self._change(line, right=right)

    @handler("lots.write")
    async def choose_contact(self, line: str) -> None:
        """Makes one line the contact of the lot."""
        self._put([replace(one, primary=one.id == line) for one in self.lines])

    @handler("lots.write")
    async def take_out(self, line: str) -> None:
        """Removes a line."""
        self._put([one for one in self.lines if one.id != line])

    @handler("lots.write")
    async def mend(self, at: int) -> None:
        """Applies a one-click mend to the lines; nothing is saved yet."""
        mends = self._preview().suggestions
        if not 0 <= at < len(mends):
            return
        self._put(
            [
                replace(one, share=_exact(after.share, self._lang), right=str(after.right), rev=one.rev + 1)
                for one, after in zip(self.lines, mends[at].holdings, strict=True)
            ]
        )

    @reads("lots.write")
    async def undo(self, w: Work, lang: str) -> None:
        """Shows again what is saved."""
        self.touched, self.errors = False, {}
        await self._fill(w, lang)

    @submits("lots.write")
    async def save(self, w: Work, sent: Sent) -> Told:
        """Saves the lines: a draft as it is, a complete lot from a day on or as a correction."""
        lot_id = id_after(self, "lots")
        if wrong := next(iter(self._preview().unread.values()), None):
            raise as_error(wrong)
        if sent.text("mode") == "correct":
            await self._correct(w, lot_id)
        else:
            inputs = [HolderInput(as_id(x.owner), x.share, x.right, x.primary) for x in self.lines]
            await set_holders(w, lot_id, inputs, on=sent.day_or_none("on"))
        # Once this is kept the editor begins anew.
        self._held = None
        if (await lot_detail(w, lot_id)).lot.status == "complete":
            return Told(N_("The ownership is saved."))
        return Told(N_("Saved as a draft: it is not complete yet."), kind="attention")

    async def _correct(self, w: Work, lot_id: UUID) -> None:
        await correct_shares(w, lot_id, {(as_id(one.owner), one.right): one.share for one in self.lines})
        if contact := next((one.owner for one in self.lines if one.primary), ""):
            await change_primary(w, lot_id, as_id(contact))

    # Choosing a holder

    @opening("lots.write", "holder")
    async def ask_holder(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog in which a holder is chosen."""
        self.making = False
        await self._find(w, "")

    @handler("lots.write")
    async def make(self) -> None:
        """Shows the form of a new person or company."""
        self.making, self.errors = True, {}

    def _take(self, chosen: Found) -> None:
        if self.dialog.name == "holder":
            self._add(chosen)
            self.dialog, self.errors = Dialog(), {}
        else:
            super()._take(chosen)

    def _add(self, person: Found) -> None:
        """One more line, with what is missing as its share."""
        read = self._preview()
        missing = 1 - min(read.ownership, read.enjoyment)
        names = {one.id for one in self.lines}
        key = next(f"n{i}" for i in range(len(names) + 1) if f"n{i}" not in names)
        share = _exact(missing, self._lang) if 0 < missing <= 1 else ""
        line = Line(key, person.id, person.name, person.address, share=share, primary=not self.lines)
        self._put([*self.lines, line])

    @submits("owners.write", dialog="holder")
    async def create_holder(self, w: Work, sent: Sent) -> None:
        """Makes the card of a new person or company; it becomes a line once it is kept."""
        detail, values = (
            await lot_detail(w, self._here(sent.record_id)),
            sent.typed("kind", "name", "first_name", "email", "lang"),
        )
        owner = await OWNER.add(w, detail.organization_id, values, building_id=detail.lot.building_id)
        self._new = str(owner.id)

    @submits("lots.write", dialog="delete")
    async def delete(self, w: Work, sent: Sent) -> Told:
        """Deletes a draft."""
        lot = (await lot_detail(w, self._here(sent.record_id))).lot
        await delete_lot(w, lot.id)
        return Told(N_("Lot {number} is deleted."), params={"number": lot.number}, go=f"{self.base}/lots")


def _exact(share: Fraction, lang: str) -> str:
    """A share as it can be typed back without loss."""
    text = share_text(share, lang)
    return text if not text.startswith("≈") else f"{share.numerator}/{share.denominator}"


def _head(detail: LotDetail, lang: str) -> LotHead:
    lot, mandatary = detail.lot, detail.mandatary
    mandate = ""
    if mandatary:
        parts = {"reference": mandatary.reference, "since": shown_day(mandatary.valid_from, lang)}
        # Translators: since a day; reference is the deed or the letter
        mandate = tr(lang, "Mandatary since {since}, named in: {reference}", **parts)
        if mandatary.valid_to:
            mandate += " · " + tr(lang, "until {day}", day=shown_day(mandatary.valid_to, lang))
    return LotHead(
        id=str(lot.id),
        number=lot.number,
        building=detail.building_name,
        kind=tr(lang, KINDS[lot.kind]),
        floor="" if lot.floor is None else str(lot.floor),
        area="" if lot.area is None else f"{number(lot.area, lang)} m²",
        share=f"{number(lot.share, lang)} / {number(detail.deed_total, lang)}",
        complete=lot.status == "complete",
        since=shown_day(lot.complete_from, lang),
        gone=shown_day(lot.retired_on, lang),
        several=len({row.owner_id for row in detail.holders}) > 1,
        voting=lot.voting,
        voter=_voter(lot),
        mandate=mandate,
        write=may("lots.write", detail.organization_id, lot.building_id) and lot.retired_on is None,
        cards=may("owners.read", detail.organization_id, lot.building_id),
    )


def _voter(lot: LotRow) -> str:
    return lot.mandatary or (lot.holders[0].name if lot.voting == "votes" and lot.holders else "")


def _line(row: HolderRow, lang: str) -> Line:
    return Line(
        f"{row.owner_id}:{row.right}",
        str(row.owner_id),
        row.name,
        address(row),
        row.right,
        tr(lang, RIGHTS[row.right]),
        _exact(row.share, lang),
        row.primary,
    )


def _past(row: LotHistoryRow, lang: str, today: str) -> Past:
    starts, ends = shown_day(row.valid_from, lang), shown_day(row.valid_to, lang)
    period = (
        tr(lang, "from {start} to {end}", start=starts, end=ends) if ends else tr(lang, "since {start}", start=starts)
    )
    running = row.valid_from.isoformat() <= today and (row.valid_to is None or row.valid_to.isoformat() > today)
    share = share_text(Fraction(row.numerator, row.denominator), lang)
    return Past(period, row.name, tr(lang, RIGHTS[row.right]), share, running)


def _checked(preview: HoldersPreview, lines: list[Line], lang: str) -> Check:
    names = {one.owner: one.name for one in lines}
    return Check(
        share_text(preview.ownership, lang),
        share_text(preview.enjoyment, lang),
        any(one.right != Right.FULL for one in lines),
        preview.complete,
        tuple(refusal_text(one, lang) for one in preview.problems),
        tuple(Mend(i, mend_text(one, names, lang)) for i, one in enumerate(preview.suggestions[:6])),
    )
