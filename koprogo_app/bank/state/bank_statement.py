"""One bank statement: what each movement is for, edited in place."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.bank.model import MatchedBy
from koprogo_app.bank.queries.bank_balance import bank_balances
from koprogo_app.bank.queries.bank_statements import movement_home, statement_home
from koprogo_app.bank.rules.continuity import gap_before, name_of
from koprogo_app.bank.rules.matching import Share
from koprogo_app.bank.service import bank_matching as service
from koprogo_app.bank.service.bank_matching import MatchLine, StatementView, Typed
from koprogo_app.bank.service.targets import Targets
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import parse_cents, show_iban
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, Fix, GridRow, Note, Saved, answers_together
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    shown_day,
    typed,
    workspace,
)
from koprogo_app.workspace.state.figures import amount

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


class BankStatementPage(rx.State):
    """The movements of one statement."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    shown: dict[str, str] = {}
    write: bool = False
    waiting: int = 0
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    dialog: str = ""
    about: dict[str, str] = {}
    parts: list[SplitRow] = []
    errors: dict[str, dict[str, str]] = {}
    _judged: dict[str, _Judged] = {}
    _codes: dict[str, str] = {}
    _names: dict[UUID, str] = {}

    @handler("bank.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            self.base = workspace(id_after(self, "buildings"))
            wanted = str(id_after(self, "bank"))
            if self.shown.get("id") != wanted:
                self.ready = False
                yield
            await self._fill()
            self.ready, self.failed = True, {}
            self._close()
        except KoproError as error:
            self.failed = failure(error)

    def _close(self) -> None:
        self.dialog, self.about, self.parts, self.errors = "", {}, [], {}

    async def _fill(self) -> None:
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            view = await self._view(w)
            self.building = view.row.building
            self.write = may("bank.write", view.row.organization_id, view.row.building_id)
            self.shown = await _head(w, view, lang)
            self._codes = {a.code: a.label(lang) for a in await books.accounts(w, view.row.building_id)}
        self._names, self.outcomes = view.names, []
        self._judged = {str(line.move.id): _Judged.of(line) for line in view.lines}
        self._count(lang)
        look = self._look(lang)
        self.rows = [_row(line, look) for line in view.lines]

    def _look(self, lang: str) -> "_Look":
        return _Look(lang, self.base, self.write, self._names, self._codes)

    def _count(self, lang: str) -> None:
        """How many are recognised and how many wait, from what each movement was judged to be."""
        judged = self._judged.values()
        share = 100 * sum(one.alone for one in judged) // len(judged) if judged else 100
        self.waiting = sum(one.waiting for one in judged)
        self.shown = {**self.shown, "recognised": tr(lang, "{share} %", share=share)}

    async def _view(self, w: Work) -> StatementView:
        return await service.statement_view(w, await self._statement(w))

    # In the table

    @handler("bank.write")
    async def save_cells(self, changes: list[Any]) -> None:
        """Notes what was typed as the targets of movements, all in one transaction."""
        lang = await lang_of(self)
        self.outcomes = await answers_together(self.outcomes, changes, self._save, lang)
        self._count(lang)

    async def _save(self, changes: Sequence[Change], lang: str) -> list[Saved | KoproError]:
        told: list[Saved | KoproError] = []
        typed = [Typed(as_id(one["row"]), one["version"], one["value"]) for one in changes if one["field"] == "target"]
        async with work(acting(lang)) as w:
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
        return told

    async def _statement(self, w: Work) -> UUID:
        """The statement of this page. Raises NotFound when it is another building's."""
        home = await statement_home(w, id_after(self, "bank"))
        if home.building_id != id_after(self, "buildings"):
            raise NotFound
        return home.id

    @handler("bank.write")
    async def act(self, row: str, action: str) -> None:
        """A link beside a movement was followed: confirm, split, start again, open again."""
        try:
            movement_id = as_id(row)
            if action == "confirm":
                await self._confirm(movement_id)
            elif action == "forget":
                async with work(acting(await lang_of(self))) as w:
                    await service.choose(w, await self._mine(w, movement_id), [])
                await self._fill()
            elif action in ("split", "undo"):
                await self._open(movement_id, action)
        except KoproError as error:
            await refuse(self, error)

    async def _mine(self, w: Work, movement_id: UUID) -> UUID:
        """A movement of this very statement. Raises NotFound."""
        statement = await self._statement(w)
        if (await movement_home(w, movement_id)).id != statement:
            raise NotFound
        return movement_id

    async def _line(self, w: Work, movement_id: UUID) -> MatchLine:
        """It, with what is proposed or was decided for it."""
        return await service.movement_line(w, await self._mine(w, movement_id))

    async def _confirm(self, movement_id: UUID) -> None:
        async with work(acting(await lang_of(self))) as w:
            posted = await service.confirm(w, await self._mine(w, movement_id))
        await self._fill()
        await notify(self, "done", N_("Posted as {name}."), name=f"{posted.journal} {posted.number}")

    async def _open(self, movement_id: UUID, name: str) -> None:
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            line = await self._line(w, movement_id)
        self.about = {
            "id": str(movement_id), "amount": amount(line.move.cents, lang), "name": line.move.name or line.move.text,
            "by_hand": line.move.entry if line.move.matched_by == MatchedBy.ENTRY else "",
        }  # fmt: skip
        look = self._look(lang)
        typed_before = [(look.targets([s]), amount(s.cents, lang)) for s in line.ready] if name == "split" else []
        blank = [("", "")] * max(_SPLIT_ROWS - len(typed_before), 0)
        self.parts = [SplitRow(str(n), *pair) for n, pair in enumerate(typed_before + blank)]
        self.errors, self.dialog = {}, name

    @handler("bank.write")
    async def confirm_all(self) -> None:
        """Posts everything that is certain."""
        try:
            async with work(acting(await lang_of(self))) as w:
                count = await service.confirm_certain(w, await self._statement(w))
            await self._fill()
        except KoproError as error:
            await refuse(self, error)
            return
        await notify(self, "done", N_("{count} movement posted.", "{count} movements posted."), count=count)

    # Dialogs

    @handler("bank.write")
    async def stop(self) -> None:
        """Closes whichever dialog is open."""
        self._close()

    @handler("bank.write")
    async def more(self) -> None:
        """One more part."""
        if len(self.parts) < MOST_PARTS:
            self.parts = [*self.parts, SplitRow(str(len(self.parts)))]

    @handler("bank.write")
    async def split(self, data: dict[str, Any]) -> None:
        """Posts a movement in the parts that were typed; the last may leave its amount empty: it takes the rest."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                line = await self._line(w, as_id(self.about.get("id", "")))
                shares = await _shares(w, id_after(self, "buildings"), line, _typed_parts(data, len(self.parts)), lang)
                await service.choose(w, line.move.id, shares)
                posted = await service.confirm(w, line.move.id)
        except KoproError as error:
            self.errors = problems(error) if error.field != "parts" else {"": failure(error)}
            self.parts = [SplitRow(str(n), *pair) for n, pair in enumerate(_typed_parts(data, len(self.parts)))]
            return
        self._close()
        await self._fill()
        await notify(self, "done", N_("Posted as {name}."), name=f"{posted.journal} {posted.number}")

    @handler("bank.write")
    async def undo(self, data: dict[str, Any]) -> None:
        """Takes the entry of a movement back."""
        try:
            async with work(acting(await lang_of(self))) as w:
                mine = await self._mine(w, as_id(self.about.get("id", "")))
                await service.undo(w, mine, typed(data, "reason").get("reason", ""))
        except KoproError as error:
            self.errors = problems(error)
            return
        self._close()
        await self._fill()
        await notify(self, "done", N_("The movement is open again."))


def _typed_parts(data: Mapping[str, Any], count: int) -> list[tuple[str, str]]:
    return [(str(data.get(f"target-{n}") or ""), str(data.get(f"amount-{n}") or "")) for n in range(count)]


async def _shares(
    w: Work, building_id: UUID, line: MatchLine, rows: Sequence[tuple[str, str]], lang: str
) -> list[Share]:
    """The parts as typed; amounts carry the movement's sign when they are typed without. Raises Invalid per field."""
    targets, sign = Targets(w, building_id), 1 if line.move.cents > 0 else -1
    shares, left = [], line.move.cents
    filled = [(n, who, cents) for n, (who, cents) in enumerate(rows) if who.strip() or cents.strip()]
    for place, (n, who, text) in enumerate(filled):
        try:
            target = await targets.read(who)
        except Invalid as error:
            raise Invalid(f"target-{n}", error.text(lang)) from error
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


async def _head(w: Work, view: StatementView, lang: str) -> dict[str, str]:
    row, missing = view.row, gap_before(view.row)
    balance = next(
        (b for b in await bank_balances(w, row.building_id) if b.bank_account_id == row.bank_account_id), None
    )
    waits = balance is not None and balance.open_cents != 0
    agrees = balance is not None and not balance.difference
    said = tr(lang, "the books say the same") if agrees else tr(lang, "the books say something else")
    return {
        "id": str(row.id),
        "name": name_of(row),
        "account": show_iban(row.iban),
        "days": f"{shown_day(row.old_on, lang)} – {shown_day(row.new_on, lang)}",
        "old": amount(row.old_cents, lang),
        "new": amount(row.new_cents, lang),
        "recognised": tr(lang, "{share} %", share=view.recognised),
        "open": str(row.open_count),
        "count": str(row.count),
        "agrees": tr(lang, "movements are still to be posted") if agrees and waits else said,
        "agrees_kind": "attention" if agrees and waits else "done" if agrees else "refused",
        "missing": missing.shown() or amount(missing.cents, lang) if missing else "",
        "document": f"/api/v1/documents/{row.document_id}" if row.document_id else "",
    }


def _row(line: MatchLine, look: _Look) -> GridRow:
    move = line.move
    target: Cell = {"value": look.targets(line.ready), "readonly": not look.write or move.posted}
    if len(line.ready) == 1 and (name := look.codes.get(line.ready[0].target.account)):
        target["hint"] = name
    cells: dict[str, str | Cell] = {
        "day": shown_day(move.booked_on, look.lang),
        "who": {"value": move.name or "–", "hint": show_iban(move.iban).replace(" ", "\u00a0")},
        "text": _text(line, look.lang),
        "amount": amount(move.cents, look.lang),
        "target": target,
    }
    return {
        "id": str(move.id), "version": move.version,
        "label": f"{move.name or move.text} {amount(move.cents, look.lang)}",
        "cells": cells, "lines": [], "note": _note(line, look),
    }  # fmt: skip


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
    if line.certain:
        text, kind = tr(lang, "Certain: {reason}.", reason=reason), "information"
    else:
        text, kind = tr(lang, "Probable: {reason}.", reason=reason), "attention"
    return {"kind": kind, "text": text, "fixes": _fixes(look, ("confirm", N_("Confirm")), split)}


def _fixes(look: _Look, *offers: tuple[str, str]) -> list[Fix]:
    return [{"action": action, "label": tr(look.lang, label)} for action, label in offers] if look.write else []
