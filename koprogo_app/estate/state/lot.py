"""One lot: who holds it, checked while one types, and what happened to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.lots import HolderRow, LotDetail, LotRow, lot_detail
from koprogo_app.estate.queries.owners import LotHistoryRow, OwnerChoice, lot_history, possible_holders
from koprogo_app.estate.service.lots import delete_lot
from koprogo_app.estate.service.owners import create_owner
from koprogo_app.estate.service.ownership import (
    HolderInput,
    HoldersPreview,
    change_primary,
    correct_shares,
    preview_holders,
    set_holders,
)
from koprogo_app.estate.state.rows import mend_text
from koprogo_app.estate.words import KINDS, RIGHTS
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Forbidden, Invalid, KoproError
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.law.articles import VOTING_SUSPENDED
from koprogo_app.law.shares import Right
from koprogo_app.workspace.fields import day
from koprogo_app.workspace.state.common import (
    acting,
    address,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    refusal_text,
    shown_day,
    typed,
    workspace,
)


@dataclass(frozen=True)
class LotHead:
    """The lot as the page shows it. `several`: more than one person holds it. `voting` votes, suspended or draft."""

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
class Found:
    """A person or company to choose; the address tells namesakes apart."""

    id: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Past:
    """A right in the lot's history."""

    period: str = ""
    name: str = ""
    right: str = ""
    share: str = ""
    current: bool = False


class LotPage(rx.State):
    """A lot and the editor of its ownership."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    lot: LotHead = LotHead()
    lines: list[Line] = []
    check: Check = Check()
    touched: bool = False
    errors: dict[str, dict[str, str]] = {}
    choosing: bool = False
    making: bool = False
    deleting: bool = False
    found: list[Found] = []
    history: list[Past] = []
    today: str = ""
    _organization: str = ""

    @handler("lots.read")
    async def load(self) -> AsyncIterator[Any]:
        """Builds the page from its address; `?do=` opens a dialog."""
        try:
            base = f"{workspace(id_after(self, 'buildings'))}/lots/{id_after(self, 'lots')}"
            if self.base != base:
                self.base, self.ready = base, False
                yield
            await self._fill()
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)
            return
        if self.lot.write and self.router.url.query_parameters.get("do") == "holders":
            self.choosing = not self.lines
            await self._look("")

    async def _fill(self) -> None:
        lang, lot_id = await lang_of(self), id_after(self, "lots")
        async with work(acting(lang)) as w:
            detail = await lot_detail(w, lot_id)
            past = await _history(w, lot_id)
            self.today = w.today.isoformat()
        self._organization = str(detail.organization_id)
        self.lot = _head(detail, lang)
        self.lines = [_line(row, lang) for row in detail.holders]
        self.history = [_past(row, lang, self.today) for row in past]
        self.errors, self.touched, self.choosing, self.making, self.deleting = {}, False, False, False, False
        await self._check()

    # The editor

    async def _check(self) -> None:
        """Totals, problems and mends of the lines as they stand."""
        lang = await lang_of(self)
        preview = preview_holders([(one.owner, one.right, one.share) for one in self.lines])
        wrong = {i: refusal_text(refusal, lang) for i, refusal in preview.unread.items()}
        lines = [replace(one, wrong=wrong.get(i, "")) for i, one in enumerate(self.lines)]
        if lines != self.lines:
            self.lines = lines
        self.check = _checked(preview, self.lines, lang)

    async def _change(self, line: str, **values: Any) -> None:
        self.lines = [replace(one, **values) if one.id == line else one for one in self.lines]
        self.touched = True
        await self._check()

    @handler("lots.write")
    async def type_share(self, line: str, share: str) -> None:
        """A share is being typed."""
        await self._change(line, share=share[:60])

    @handler("lots.write")
    async def choose_right(self, line: str, right: str) -> None:
        """Another right was chosen."""
        if right in RIGHTS:
            await self._change(line, right=right)

    @handler("lots.write")
    async def choose_contact(self, line: str) -> None:
        """Makes one line the contact of the lot."""
        self.lines = [replace(one, primary=one.id == line) for one in self.lines]
        self.touched = True

    @handler("lots.write")
    async def take_out(self, line: str) -> None:
        """Removes a line."""
        self.lines = [one for one in self.lines if one.id != line]
        self.touched = True
        await self._check()

    @handler("lots.write")
    async def mend(self, at: int) -> None:
        """Applies a one-click mend to the lines; nothing is saved yet."""
        preview = preview_holders([(one.owner, one.right, one.share) for one in self.lines])
        if not 0 <= at < len(preview.suggestions):
            return
        lang = await lang_of(self)
        self.lines = [
            replace(one, share=_exact(after.share, lang), right=str(after.right), wrong="", rev=one.rev + 1)
            for one, after in zip(self.lines, preview.suggestions[at].holdings, strict=True)
        ]
        self.touched = True
        await self._check()

    @handler("lots.write")
    async def undo(self) -> None:
        """Shows again what is saved."""
        await self._fill()

    @handler("lots.write")
    async def save(self, data: dict[str, Any]) -> None:
        """Saves the lines: a draft as it is, a complete lot from a day on or as a correction."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")
        try:
            if bad := next((one.wrong for one in self.lines if one.wrong), ""):
                raise Invalid("", bad)
            async with work(acting(lang)) as w:
                if data.get("mode") == "correct":
                    await self._correct(w, lot_id)
                else:
                    on = day()(data.get("on"), "on", lang)
                    inputs = [HolderInput(as_id(x.owner), x.share, x.right, x.primary) for x in self.lines]
                    await set_holders(w, lot_id, inputs, on=on)
        except KoproError as error:
            self.errors = _at_form(error)
            return
        await self._fill()
        done = N_("The ownership is saved.") if self.lot.complete else N_("Saved as a draft: it is not complete yet.")
        await notify(self, "done" if self.lot.complete else "attention", done)

    async def _correct(self, w: Work, lot_id: UUID) -> None:
        await correct_shares(w, lot_id, {(as_id(one.owner), one.right): one.share for one in self.lines})
        if contact := next((one.owner for one in self.lines if one.primary), ""):
            await change_primary(w, lot_id, as_id(contact))

    # Choosing a holder

    @handler("lots.write")
    async def choose(self) -> None:
        """Opens the dialog in which a holder is chosen."""
        self.choosing, self.making, self.errors = True, False, {}
        await self._look("")

    @handler("lots.write")
    async def make(self) -> None:
        """Shows the form of a new person or company."""
        self.making, self.errors = True, {}

    @handler("lots.write")
    async def ask_delete(self) -> None:
        """Asks before a draft is deleted."""
        self.deleting, self.errors = True, {}

    @handler("lots.write")
    async def stop(self) -> None:
        """Closes whichever dialog is open."""
        self.choosing = self.making = self.deleting = False
        self.errors = {}

    @handler("lots.write")
    async def look(self, text: str) -> None:
        """Finds people while one types."""
        await self._look(text)

    async def _look(self, text: str) -> None:
        self.found = await find_people(
            await lang_of(self), self._organization or None, id_after(self, "buildings"), text
        )

    @handler("lots.write")
    async def pick(self, owner: str) -> None:
        """Adds the chosen person as a line, with what is missing as share."""
        chosen = next((one for one in self.found if one.id == owner), None)
        if chosen is not None:
            await self._add(chosen)

    async def _add(self, person: Found) -> None:
        lang = await lang_of(self)
        read = preview_holders([(one.owner, one.right, one.share) for one in self.lines])
        missing = 1 - min(read.ownership, read.enjoyment)
        names = {one.id for one in self.lines}
        key = next(f"n{i}" for i in range(len(names) + 1) if f"n{i}" not in names)
        share = _exact(missing, lang) if 0 < missing <= 1 else ""
        line = Line(key, person.id, person.name, person.address, share=share, primary=not self.lines)
        self.lines = [*self.lines, line]
        self.choosing, self.making, self.errors, self.touched = False, False, {}, True
        await self._check()

    @handler("owners.write")
    async def create_holder(self, data: dict[str, Any]) -> None:
        """Makes the card of a new person or company and adds it as a line."""
        lang, values = await lang_of(self), typed(data, "kind", "name", "first_name", "email", "lang")
        try:
            async with work(acting(lang)) as w:
                owner = await create_owner(
                    w, as_id(self._organization), values, building_id=id_after(self, "buildings")
                )
        except KoproError as error:
            self.errors = problems(error)
            return
        await self._add(Found(str(owner.id), f"{owner.name} {owner.first_name}".strip()))

    @handler("lots.write")
    async def delete(self) -> Any:
        """Deletes a draft."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await delete_lot(w, id_after(self, "lots"))
        except KoproError as error:
            self.errors = problems(error)
            return None
        await notify(self, "done", N_("Lot {number} is deleted."), number=self.lot.number)
        self.deleting = False
        return rx.redirect(f"{workspace(id_after(self, 'buildings'))}/lots")


async def find_people(lang: str, organization: str | None, building_id: UUID, text: str) -> list[Found]:
    """People of the organisation to choose from, at most twelve."""
    async with work(acting(lang)) as w:
        rows: list[OwnerChoice] = await possible_holders(w, as_id(organization), text[:80], building_id, limit=12)
    return [Found(str(row.id), row.name, row.address) for row in rows]


async def _history(w: Work, lot_id: UUID) -> list[LotHistoryRow]:
    try:
        return await lot_history(w, lot_id)
    except Forbidden:
        return []


def _at_form(error: KoproError) -> dict[str, dict[str, str]]:
    """The errors of the editor: those without a field of their own stand above its button."""
    found = problems(error)
    return found if error.field == "on" else {"": next(iter(found.values()))}


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
