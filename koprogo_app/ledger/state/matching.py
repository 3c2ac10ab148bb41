"""Matching a person's lines by hand: choosing whom, ticking what settles each other, taking proposals, undoing."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.ledger.facts import OpenLine
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import PartyRow, parties
from koprogo_app.ledger.queries.matching import Matched
from koprogo_app.ledger.rules.matching import Proposal
from koprogo_app.ledger.service import matching as service
from koprogo_app.ledger.state.common import PartyLine, party_line
from koprogo_app.workspace.state.common import as_id, id_after, lang_of, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Told, acts, loads


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
    lines: tuple[str, ...] = ()
    names: str = ""
    account: str = ""
    amount: str = ""
    note: str = ""


@dataclass(frozen=True)
class Ticked:
    """Whether the lines that are ticked settle each other."""

    text: str = ""
    kind: str = "attention"
    fits: bool = False


class MatchingPage(PageState, rx.State):
    """In the address: `party`, whose lines are matched; without it everybody who has lines."""

    building: str = ""
    party: str = ""
    subject: str = ""
    balance: str = ""
    write: bool = False
    people: list[PartyLine] = []
    rows: list[TickLine] = []
    proposed: list[GroupLine] = []
    matched: list[GroupLine] = []
    chosen: list[str] = []
    sums: Ticked = Ticked()
    _cents: dict[str, tuple[str, int]] = {}

    load = loads("ledger.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        book = await books.open_book(w, building_id)
        people = [p for p in await parties(w, building_id) if p.moved]
        self.building, self.write = book.building_name, may("ledger.write", book.organization_id, building_id)
        self.people = [party_line(p, f"{self.base}/matching?party={p.id}", lang) for p in people]
        await self._fill_lines(w, people, lang)

    async def _fill_lines(self, w: Work, people: list[PartyRow], lang: str) -> None:
        self.chosen, wanted = [], self.router.url.query_parameters.get("party", "")
        person = next((p for p in people if str(p.id) == wanted), None)
        self.party = str(person.id) if person else ""
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
        rest, accounts = sum(cents for _, cents in lines), len({account for account, _ in lines})
        if accounts > 1:
            self.sums = Ticked(tr(lang, "Lines of one account only"))
        elif len(lines) > 1 and not rest:
            self.sums = Ticked(tr(lang, "They settle each other"), "done", fits=True)
        else:
            self.sums = Ticked(tr(lang, "Left: {amount}", amount=amount(rest, lang)))

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

    @acts("ledger.write", done=N_("The lines are matched."))
    async def match(self, w: Work, lines: list[str]) -> None:
        """Matches the lines that are ticked, or that a proposal names."""
        await service.match(w, id_after(self, "buildings"), [as_id(line) for line in lines])

    @acts("ledger.write")
    async def take_all(self, w: Work, party: str) -> Told:
        """Matches everything that is proposed for somebody."""
        made = await service.match_proposed(w, id_after(self, "buildings"), as_id(party))
        return Told(N_("{count} matching made.", "{count} matchings made."), params={"count": made})

    @acts("ledger.write", done=N_("The lines are open again."))
    async def undo(self, w: Work, matching: str) -> None:
        """Opens matched lines again."""
        await service.unmatch(w, as_id(matching))


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
    ids = tuple(str(line.id) for line in lines)
    cents, reason = amount(proposal.cents, lang), tr(lang, proposal.reason)
    return GroupLine(" ".join(ids), ids, _entries(lines), lines[0].account, cents, reason)


def _matched(group: Matched, lang: str) -> GroupLine:
    return GroupLine(
        str(group.id),
        tuple(str(line.id) for line in group.lines),
        _entries(group.lines),
        group.lines[0].account,
        amount(group.cents, lang),
        shown_day(group.on, lang),
    )
