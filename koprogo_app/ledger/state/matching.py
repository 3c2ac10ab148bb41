"""Matching a person's lines by hand: choosing whom, ticking what settles each other, taking proposals, undoing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.facts import OpenLine
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import PartyRow, parties
from koprogo_app.ledger.queries.matching import Matched
from koprogo_app.ledger.rules.matching import Proposal
from koprogo_app.ledger.service import matching as service
from koprogo_app.ledger.state.common import PartyLine, party_line
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, may, opening, shown_day
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class TickLine:
    """A line that may be ticked."""

    id: str = ""
    day: str = ""
    account: str = ""
    entry: str = ""
    href: str = ""
    document: str = ""
    label: str = ""
    debit: str = ""
    credit: str = ""


@dataclass(frozen=True)
class GroupLine:
    """Lines that settle each other, or would: proposed with a reason, or matched on a day."""

    id: str = ""
    names: str = ""
    account: str = ""
    amount: str = ""
    note: str = ""


class MatchingPage(rx.State):
    """In the address: `party`, whose lines are matched; without it everybody who has lines."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    subject: str = ""
    balance: str = ""
    write: bool = False
    people: list[PartyLine] = []
    rows: list[TickLine] = []
    proposed: list[GroupLine] = []
    matched: list[GroupLine] = []
    chosen: list[str] = []
    sums: dict[str, str] = {}
    fits: bool = False
    _cents: dict[str, tuple[str, int]] = {}

    @handler("ledger.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id)
            people = [p for p in await parties(w, building_id) if p.moved]
            self.building, self.write = book.building_name, may("ledger.write", book.organization_id, building_id)
            self.people = [party_line(p, f"{self.base}/matching?party={p.id}", lang) for p in people]
            await self._fill_lines(w, people, lang)

    async def _fill_lines(self, w: Work, people: list[PartyRow], lang: str) -> None:
        self.chosen, wanted = [], self.router.url.query_parameters.get("party", "")
        person = next((p for p in people if str(p.id) == wanted), None)
        self.subject = person.name if person else ""
        self.balance = amount(person.balance, lang) if person else ""
        self.rows, self.proposed, self.matched, self._cents = [], [], [], {}
        if person:
            found = await service.matchable(w, id_after(self, "buildings"), person.id)
            self.rows = [_line(line, self.base, lang) for line in found.lines]
            self.proposed = [_proposed(proposal, lang) for proposal in found.proposals]
            self.matched = [_matched(group, lang) for group in found.matched]
            self._cents = {str(line.id): (line.account, line.cents) for line in found.lines}
        self._add_up(lang)

    def _add_up(self, lang: str) -> None:
        lines = [self._cents[line] for line in self.chosen if line in self._cents]
        rest = sum(cents for _, cents in lines)
        one_account = len({account for account, _ in lines}) == 1
        self.fits = len(lines) > 1 and not rest and one_account
        text = (
            tr(lang, "They settle each other") if self.fits else tr(lang, "Left: {amount}", amount=amount(rest, lang))
        )
        if len({account for account, _ in lines}) > 1:
            text = tr(lang, "Lines of one account only")
        self.sums = {"text": text, "kind": "done" if self.fits else "attention"}

    @handler("ledger.write")
    async def toggle(self, line_id: str) -> None:
        """Ticks a line, or takes the tick away."""
        if line_id in self.chosen:
            self.chosen = [one for one in self.chosen if one != line_id]
        elif line_id in self._cents:
            self.chosen = [*self.chosen, line_id]
        self._add_up(await lang_of(self))

    @handler("ledger.write")
    async def choose_none(self) -> None:
        """Takes every tick away."""
        self.chosen = []
        self._add_up(await lang_of(self))

    @handler("ledger.write")
    async def match(self) -> None:
        """Matches the lines that are ticked."""
        await self._matching(self.chosen)

    @handler("ledger.write")
    async def take(self, proposal: str) -> None:
        """Matches what is proposed."""
        await self._matching(proposal.split(" "))

    async def _matching(self, lines: list[str]) -> None:
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.match(w, id_after(self, "buildings"), [as_id(line) for line in lines])
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await notify(self, "done", N_("The lines are matched."))

    @handler("ledger.write")
    async def take_all(self) -> None:
        """Matches everything that is proposed."""
        try:
            async with work(acting(await lang_of(self))) as w:
                party = as_id(self.router.url.query_parameters.get("party", ""))
                made = await service.match_proposed(w, id_after(self, "buildings"), party)
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await notify(self, "done", N_("{count} matching made.", "{count} matchings made."), count=made)

    @handler("ledger.write")
    async def undo(self, matching: str) -> None:
        """Opens matched lines again."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await service.unmatch(w, as_id(matching))
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await notify(self, "done", N_("The lines are open again."))


def _line(line: OpenLine, base: str, lang: str) -> TickLine:
    return TickLine(
        str(line.id),
        shown_day(line.on, lang),
        line.account,
        line.entry,
        f"{base}/entries/{line.entry_id}",
        line.document_ref,
        line.label,
        amount(max(line.cents, 0), lang, blank=True),
        amount(max(-line.cents, 0), lang, blank=True),
    )


def _entries(lines: tuple[OpenLine, ...]) -> str:
    return " · ".join(line.entry for line in lines)


def _proposed(proposal: Proposal, lang: str) -> GroupLine:
    lines = proposal.lines
    ids = " ".join(str(line.id) for line in lines)
    return GroupLine(ids, _entries(lines), lines[0].account, amount(proposal.cents, lang), tr(lang, proposal.reason))


def _matched(group: Matched, lang: str) -> GroupLine:
    return GroupLine(
        str(group.id),
        _entries(group.lines),
        group.lines[0].account,
        amount(group.cents, lang),
        shown_day(group.on, lang),
    )
