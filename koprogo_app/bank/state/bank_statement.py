"""One bank statement: what each movement is for, edited in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.bank.model import MatchedBy
from koprogo_app.bank.queries.bank_balance import bank_balances
from koprogo_app.bank.queries.bank_statements import MovementRow, movement_home, statement_home
from koprogo_app.bank.rules.matching import Share
from koprogo_app.bank.service import bank_matching as service
from koprogo_app.bank.service.bank_matching import MatchLine, StatementView, Typed
from koprogo_app.bank.service.removal import remove_statement
from koprogo_app.bank.service.targets import Targets
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents, show_iban
from koprogo_app.identity.guard import handler
from koprogo_app.interface.grid import Cell, Change, Fix, GridRow, Note, Saved
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.service.entries import Posted
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import Dialog, PageState, Sent, Told, acts, loads, opens, saves, submits

_BY: Final[Mapping[str, str]] = {
    MatchedBy.OGM: N_("structured message"),
    MatchedBy.ACCOUNT: N_("account number"),
    MatchedBy.ORDER: N_("payment order"),
    MatchedBy.NAME: N_("name"),
    MatchedBy.RULE: N_("decided before"),
    MatchedBy.COSTS: N_("bank costs"),
    MatchedBy.TRANSFER: N_("own accounts"),
    MatchedBy.ENTRY: N_("written by hand before"),
    MatchedBy.PERSON: N_("by hand"),
}
_SPLIT_ROWS: Final = 3
MOST_PARTS: Final = 10


@dataclass(frozen=True)
class SplitRow:
    """A part being typed in the dialog."""

    place: str = ""
    target: str = ""
    amount: str = ""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the head counts of a movement: recognised by the program alone; can be confirmed at once."""

    alone: bool
    waiting: bool

    @classmethod
    def of(cls, line: MatchLine) -> "_Judged":
        return cls(line.alone, line.certain and not line.move.posted)


@dataclass(frozen=True)
class Head:
    """What the head says of the statement; `missing` before it, `document` is the bank's file; `removable` while
    nothing of it is posted."""

    name: str = ""
    account: str = ""
    days: str = ""
    old: str = ""
    new: str = ""
    open: str = ""
    count: int = 0
    agrees: str = ""
    agrees_kind: str = ""
    missing: str = ""
    document: str = ""
    removable: bool = False


@dataclass(frozen=True)
class About:
    """The movement that a dialog is about; `by_hand` when its entry was written by hand."""

    name: str = ""
    amount: str = ""
    by_hand: bool = False


class BankStatementPage(PageState, rx.State):
    """The movements of one statement."""

    building: str = ""
    shown: Head = Head()
    write: bool = False
    recognised: str = ""
    waiting: int = 0
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    about: About = About()
    parts: list[SplitRow] = []
    _judged: dict[str, _Judged] = {}
    _codes: dict[str, str] = {}
    _names: dict[UUID, str] = {}

    load = loads("bank.read")
    ask = opens("bank.write", "remove")
    save_cells = saves("bank.write", together=True)

    async def _fill(self, w: Work, lang: str) -> None:
        view = await service.statement_view(w, await self._statement(w))
        self.building = view.row.building
        self.write = may("bank.write", view.row.organization_id, view.row.building_id)
        self.shown = await _head(w, view, lang)
        self._codes = {a.code: a.label(lang) for a in await books.accounts(w, view.row.building_id)}
        self._names, self.outcomes = view.names, []
        self._judged = {str(line.move.id): _Judged.of(line) for line in view.lines}
        self._count(lang)
        look = self._look(lang)
        self.rows = [_row(line, look) for line in view.lines]

    def _arrive(self) -> None:
        self.about, self.parts = About(), []

    def _look(self, lang: str) -> "_Look":
        return _Look(lang, self.base, self.write, self._names, self._codes)

    def _count(self, lang: str) -> None:
        """How many are recognised and how many wait, from what each movement was judged to be."""
        judged = self._judged.values()
        share = 100 * sum(one.alone for one in judged) // len(judged) if judged else 100
        self.waiting = sum(one.waiting for one in judged)
        self.recognised = tr(lang, "{share} %", share=share)

    async def _save(self, w: Work, changes: Sequence[Change], lang: str) -> list[Saved | KoproError]:
        """Notes what was typed as the targets of movements."""
        told: list[Saved | KoproError] = []
        typed = [Typed(as_id(one["row"]), one["version"], one["value"]) for one in changes if one["field"] == "target"]
        chosen = await service.choose_typed(w, await self._statement(w), typed) if typed else {}
        look = self._look(lang)
        for one in changes:
            if one["field"] != "target":
                told.append(Invalid(one["field"], N_("This field cannot be changed.")))
                continue
            line = chosen[as_id(one["row"])]
            if isinstance(line, KoproError):
                told.append(line)
                continue
            self._judged[one["row"]] = _Judged.of(line)
            told.append(Saved(look.targets(line.ready), line.move.version, _note(line, look)))
        self._count(lang)
        return told

    async def _statement(self, w: Work) -> UUID:
        """The statement of this page. Raises NotFound when it is another building's."""
        home = await statement_home(w, id_after(self, "bank"))
        if home.building_id != id_after(self, "buildings"):
            raise NotFound
        return home.id

    async def _mine(self, w: Work, movement_id: UUID) -> UUID:
        """A movement of this very statement. Raises NotFound."""
        statement = await self._statement(w)
        if (await movement_home(w, movement_id)).id != statement:
            raise NotFound
        return movement_id

    async def _line(self, w: Work, movement_id: UUID) -> MatchLine:
        """It, with what is proposed or was decided for it."""
        return await service.movement_line(w, await self._mine(w, movement_id))

    # Beside a movement

    @acts("bank.write")
    async def act(self, w: Work, row: str, action: str) -> Told | None:
        """A link beside a movement was followed: confirm, split, start again, open again."""
        movement_id = as_id(row)
        if action == "confirm":
            return _posted(await service.confirm(w, await self._mine(w, movement_id)))
        if action == "forget":
            await service.choose(w, await self._mine(w, movement_id), [])
        elif action in ("split", "undo"):
            self._describe(await self._line(w, movement_id), action, w.principal.lang)
            return Told(dialog=Dialog(action, row))
        return None

    def _describe(self, line: MatchLine, name: str, lang: str) -> None:
        """What the dialog `name` shows of a movement, its parts as they were decided before."""
        by_hand = line.move.matched_by == MatchedBy.ENTRY and bool(line.move.entry)
        self.about = About(line.move.name or line.move.text, amount(line.move.cents, lang), by_hand)
        look = self._look(lang)
        typed_before = _parts_of(line, look) if name == "split" else []
        blank = [("", "")] * max(_SPLIT_ROWS - len(typed_before), 0)
        self.parts = _split_rows(typed_before + blank)

    @acts("bank.write")
    async def confirm_all(self, w: Work) -> Told:
        """Posts everything that is certain."""
        count = await service.confirm_certain(w, await self._statement(w))
        return Told(N_("{count} movement posted.", "{count} movements posted."), params={"count": count})

    # Dialogs

    @handler("bank.write")
    async def more(self) -> None:
        """One more part."""
        if len(self.parts) < MOST_PARTS:
            self.parts = [*self.parts, SplitRow(str(len(self.parts)))]

    @submits("bank.write", dialog="split")
    async def split(self, w: Work, sent: Sent) -> Told:
        """Posts a movement in the parts that were typed; the last may leave its amount empty: it takes the rest."""
        rows = _typed_parts(sent.data, len(self.parts))
        self.parts = _split_rows(rows)  # as typed, also when they are refused
        line = await self._line(w, sent.record_id)
        shares = await _shares(w, id_after(self, "buildings"), line, rows, sent.lang)
        await service.choose(w, line.move.id, shares)
        return _posted(await service.confirm(w, line.move.id))

    @submits("bank.write", dialog="undo", done=N_("The movement is open again."))
    async def undo(self, w: Work, sent: Sent) -> None:
        """Takes the entry of a movement back."""
        await service.undo(w, await self._mine(w, sent.record_id), sent.text("reason"))

    @submits("bank.write", dialog="remove")
    async def remove(self, w: Work, sent: Sent) -> Told:
        """Removes the statement."""
        await remove_statement(w, await self._statement(w), sent.text("reason"))
        return Told(N_("The statement is removed."), go=f"{self.base}/bank")


def _parts_of(line: MatchLine, look: "_Look") -> list[tuple[str, str]]:
    """What the parts of a movement are before anything is typed: as decided or proposed, else whom it names."""
    if line.ready or line.proposal is None:
        return [(look.targets([share]), amount(share.cents, look.lang)) for share in line.ready]
    if numbers := str(line.proposal.params.get("numbers", "")):
        return [(number, "") for number in numbers.split(", ")]
    return [(look.targets([Share(target, 0)]), "") for target in line.proposal.split]


def _posted(entry: Posted) -> Told:
    return Told(N_("Posted as {name}."), params={"name": f"{entry.journal} {entry.number}"})


def _split_rows(rows: Sequence[tuple[str, str]]) -> list[SplitRow]:
    return [SplitRow(str(n), *pair) for n, pair in enumerate(rows)]


def _typed_parts(data: Mapping[str, Any], count: int) -> list[tuple[str, str]]:
    return [(str(data.get(f"target-{n}") or ""), str(data.get(f"amount-{n}") or "")) for n in range(count)]


async def _shares(
    w: Work, building_id: UUID, line: MatchLine, rows: Sequence[tuple[str, str]], lang: str
) -> list[Share]:
    """The parts as typed; amounts carry the movement's sign when they are typed without. Raises Invalid per field."""
    targets, sign = Targets(w, building_id, [who for who, _ in rows]), 1 if line.move.cents > 0 else -1
    shares, left = [], line.move.cents
    filled = [(n, who, cents) for n, (who, cents) in enumerate(rows) if who.strip() or cents.strip()]
    for place, (n, who, text) in enumerate(filled):
        try:
            target = await targets.read(who, incoming=line.move.cents > 0)
        except Invalid as error:
            error.field = f"target-{n}"
            raise
        last = place == len(filled) - 1
        cents = left if last and not text.strip() else parse_cents(text, lang, f"amount-{n}")
        cents = cents if cents < 0 or (last and not text.strip()) else cents * sign
        shares.append(Share(target, cents))
        left -= cents
    if not shares:
        raise Invalid("target-0", N_("Say first what this movement is for."))
    return shares


@dataclass(frozen=True)
class _Look:
    """How things are shown: in which language, with which names."""

    lang: str
    base: str
    write: bool
    names: Mapping[UUID, str]
    codes: Mapping[str, str]

    def targets(self, shares: Sequence[Share]) -> str:
        """Whom or what money is for; with amounts when it is several."""
        if len(shares) == 1:
            return self._name(shares[0])
        return " · ".join(f"{self._name(s)} {amount(s.cents, self.lang)}" for s in shares)

    def _name(self, share: Share) -> str:
        person = share.target.person
        return self.names.get(person, "?") if person else share.target.account


async def _head(w: Work, view: StatementView, lang: str) -> Head:
    row, missing = view.row, view.row.gap
    balance = next(
        (b for b in await bank_balances(w, row.building_id) if b.bank_account_id == row.bank_account_id), None
    )
    waits = balance is not None and balance.open_cents != 0
    agrees = balance is not None and not balance.difference
    said = tr(lang, "the books say the same") if agrees else tr(lang, "the books say something else")
    return Head(
        row.name, show_iban(row.iban), f"{shown_day(row.old_on, lang)} – {shown_day(row.new_on, lang)}",
        amount(row.old_cents, lang), amount(row.new_cents, lang), str(row.open_count), row.count,
        tr(lang, "movements are still to be posted") if agrees and waits else said,
        "attention" if agrees and waits else "done" if agrees else "refused",
        missing.shown() or amount(missing.cents, lang) if missing else "",
        f"/api/v1/documents/{row.document_id}" if row.document_id else "", row.open_count == row.count,
    )  # fmt: skip


def _row(line: MatchLine, look: _Look) -> GridRow:
    move = line.move
    target: Cell = {"value": look.targets(line.ready), "readonly": not look.write or move.posted}
    if len(line.ready) == 1 and (name := look.codes.get(line.ready[0].target.account)):
        target["hint"] = name
    cells: dict[str, str | Cell] = {
        "day": shown_day(move.booked_on, look.lang),
        "who": {"value": _who(move), "hint": show_iban(move.iban).replace(" ", "\u00a0")},
        "text": _text(line, look.lang),
        "amount": amount(move.cents, look.lang),
        "target": target,
    }
    return {
        "id": str(move.id), "version": move.version,
        "label": f"{move.name or move.text} {amount(move.cents, look.lang)}",
        "cells": cells, "lines": [], "note": _note(line, look),
    }  # fmt: skip


def _who(move: MovementRow) -> str:
    """The other side, and on whose behalf it pays or is paid."""
    return " / ".join(part for part in (move.name, move.ultimate) if part) or "–"


def _text(line: MatchLine, lang: str) -> str:
    if not line.details:
        return line.move.text
    details = tr(lang, N_("{count} detail", "{count} details"), count=len(line.details))
    return f"{line.move.text} ({details})".strip()


def _note(line: MatchLine, look: _Look) -> Note:
    """How it was recognised, and what can be done with it now."""
    lang, move = look.lang, line.move
    if move.posted:
        text = tr(lang, "Posted: {entry} ({how})", entry=move.entry, how=tr(lang, _BY.get(move.matched_by, "–")))
        return {"kind": "done", "text": text, "fixes": _fixes(look, ("undo", N_("Open again…")))}
    # Translators: a movement of the bank, over several accounts
    split = ("split", N_("Split…"))
    if line.shares:
        fixes = _fixes(look, ("confirm", N_("Confirm")), split, ("forget", N_("Start again")))
        return {"kind": "information", "text": tr(lang, "As you decided."), "fixes": fixes}
    if line.proposal is None:
        return {
            "kind": "attention",
            "text": tr(lang, "Not recognised: say what it is for."),
            "fixes": _fixes(look, split),
        }
    reason = tr(lang, line.proposal.reason, **line.proposal.params)
    if line.proposal.split:
        return {
            "kind": "attention",
            "text": tr(lang, "To look at: {reason}.", reason=reason),
            "fixes": _fixes(look, split),
        }
    if line.certain:
        text, kind = tr(lang, "Certain: {reason}.", reason=reason), "information"
    else:
        text, kind = tr(lang, "Probable: {reason}.", reason=reason), "attention"
    return {"kind": kind, "text": text, "fixes": _fixes(look, ("confirm", N_("Confirm")), split)}


def _fixes(look: _Look, *offers: tuple[str, str]) -> list[Fix]:
    return [{"action": action, "label": tr(look.lang, label)} for action, label in offers] if look.write else []
