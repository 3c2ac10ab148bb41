"""The allocation keys of a building, their weights edited in place."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.model import Building
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.keys import KeyRow, WeightPeriod, WeightRow, key_history, key_weights, keys_of
from koprogo_app.estate.service.keys import (
    CHARGES_DIVISION,
    archive_key,
    create_key,
    restore_key,
    set_weights,
    update_key,
)
from koprogo_app.estate.service.ownership import fiscal_year_start
from koprogo_app.estate.state.common import decision_of
from koprogo_app.estate.words import KINDS
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import AgainstTheLaw, Invalid, KoproError
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, Fix, GridRow, Saved, answering
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    failure,
    id_after,
    lang_of,
    may,
    opening,
    required_day,
    shown_day,
    typed,
)

_KEY_KINDS = {"shares": N_("shares of the deed"), "value": N_("by value"), "utility": N_("by utility")}


@dataclass(frozen=True)
class KeyCard:
    """A key to choose. The shares themselves have the id "shares"."""

    id: str = ""
    name: str = ""
    kind: str = ""
    basis: str = ""
    total: str = ""
    lots: str = ""
    archived: bool = False
    stored: bool = False


@dataclass(frozen=True)
class Weight:
    """The weight of a lot, to be read."""

    lot: str = ""
    kind: str = ""
    weight: str = ""
    since: str = ""


@dataclass(frozen=True)
class NewWeight:
    """A change of weight that waits for its decision."""

    lot: str = ""
    number: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class PastWeight:
    """A weight a lot no longer has."""

    lot: str = ""
    weight: str = ""
    period: str = ""


class Keys(rx.State):
    """The keys, and the weights of the chosen one."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    keys: list[KeyCard] = []
    key: KeyCard = KeyCard()
    editable: bool = False
    rows: list[GridRow] = []
    weights: list[Weight] = []
    outcomes: list[dict[str, Any]] = []
    past: list[PastWeight] = []
    dialog: str = ""
    errors: dict[str, dict[str, str]] = {}
    pending: list[NewWeight] = []
    today: str = ""

    @handler("keys.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address; `key=` chooses one, `show=archived` lists the archived ones too."""
        self.outcomes, self.dialog = [], ""
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            row = await building_row(w, building_id)
            chosen = await self._list(w, lang)
            weights = await key_weights(w, building_id, chosen.id)
            history = await key_history(w, chosen.id) if chosen.id else []
            self.today = w.today.isoformat()
        self.building = row.name
        self.write = may("keys.write", row.organization_id, row.id) and not row.archived
        self.editable = self.write and chosen.id is not None and not chosen.archived
        self.rows = [_row(one, lang) for one in weights] if self.editable else []
        self.weights = [] if self.editable else [_weight(one, lang) for one in weights]
        self.past = [_past(one, lang) for one in history if one.valid_to is not None]

    async def _list(self, w: Work, lang: str) -> KeyRow:
        """Shows the keys with their totals; gives the chosen one."""
        query = self.router.url.query_parameters
        rows = await keys_of(w, id_after(self, "buildings"), archived=query.get("show") == "archived")
        chosen = next((one for one in rows if str(one.id) == query.get("key", "")), rows[0])
        self.keys, self.key = [_card(one, lang) for one in rows], _card(chosen, lang)
        return chosen

    # Weights

    @handler("keys.write")
    async def save_cells(self, changes: list[Any]) -> AsyncIterator[None]:
        """Saves typed or pasted weights; a long paste is answered in parts."""
        lang = await lang_of(self)
        parts = answering(self.outcomes, changes, self._save, lang, lambda change, error: _fixes(change, error, lang))
        async for outcomes in parts:
            self.outcomes = outcomes
            yield
        async with work(acting(lang)) as w:
            await self._list(w, lang)

    async def _save(self, change: Change) -> Saved:
        lang, key_id = await lang_of(self), as_id(self.key.id)
        if change["field"] != "weight":
            raise Invalid(change["field"], N_("This field cannot be changed."))
        weight = whole()(change["value"], "weight", lang)
        async with work(acting(lang)) as w:
            since = await _first_day(w, id_after(self, "buildings"), key_id)
            await set_weights(w, key_id, {as_id(change["row"]): weight}, since)
        return Saved(number(weight, lang), 0)

    @handler("keys.write")
    async def act(self, row: str, action: str) -> None:
        """“Reference a decision” beside a refused weight: opens the dialog with all that were refused."""
        name, _, value = action.partition(":")
        if name != "decide":
            return
        lang = await lang_of(self)
        last = {o["row"]: o for o in self.outcomes if o["field"] == "weight"}
        wanted = {key: str(o["asked"]) for key, o in last.items() if o.get("error")} | {row: value}
        try:
            self.pending = await self._waiting(wanted, lang)
        except KoproError as error:
            await refuse(self, error)
            return
        self.errors, self.dialog = {}, "decide" if self.pending else ""

    async def _waiting(self, wanted: Mapping[str, str], lang: str) -> list[NewWeight]:
        async with work(acting(lang)) as w:
            rows = {str(r.lot_id): r for r in await key_weights(w, id_after(self, "buildings"), as_id(self.key.id))}
        waiting = []
        for lot, text in wanted.items():
            after = whole()(text, "weight", lang)
            if lot in rows and rows[lot].weight != after:
                waiting.append(
                    NewWeight(lot, rows[lot].number, number(rows[lot].weight or 0, lang), number(after, lang))
                )
        return waiting

    @handler("keys.write")
    async def leave_out(self, lot: str) -> None:
        """Takes one change out of the dialog."""
        self.pending = [one for one in self.pending if one.lot != lot]
        self.dialog = "decide" if self.pending else ""

    @handler("keys.write")
    async def decide(self, data: dict[str, Any]) -> None:
        """Gives the lots their new weights by the decision stated, from a day on."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                since = required_day(data, "since", lang)
                weights = {as_id(one.lot): whole()(one.after, "weight", lang) for one in self.pending}
                await set_weights(w, as_id(self.key.id), weights, since, decision=decision_of(data, lang))
        except KoproError as error:
            self.errors = problems(error) if error.field != "decision" else {"reference": failure(error)}
            return
        self.dialog, self.errors, self.pending, self.outcomes = "", {}, [], []
        await self._fill()
        await notify(self, "done", N_("The weights are changed; the decision is kept with them."))

    # The key itself

    @handler("keys.write")
    async def open_dialog(self, name: str) -> None:
        """Opens a dialog: new or edit."""
        if name in ("new", "edit"):
            self.dialog, self.errors = name, {}

    @handler("keys.write")
    async def stop(self) -> None:
        """Closes whichever dialog is open."""
        self.dialog, self.errors, self.pending = "", {}, []

    @handler("keys.write")
    async def create(self, data: dict[str, Any]) -> Any:
        """Makes a key; its weights are typed or pasted next."""
        try:
            async with work(acting(await lang_of(self))) as w:
                key = await create_key(w, id_after(self, "buildings"), typed(data, "name", "kind", "basis"))
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.dialog, self.errors = "", {}
        await notify(self, "done", N_("The key is made. Type or paste the weight of each lot."))
        return rx.redirect(f"{self.base}/keys?key={key.id}")

    @handler("keys.write")
    async def save(self, data: dict[str, Any]) -> None:
        """Renames the key or states what it rests on."""
        try:
            async with work(acting(await lang_of(self))) as w:
                await update_key(w, as_id(self.key.id), typed(data, "name", "basis"))
        except KoproError as error:
            self.errors = problems(error)
            return
        self.dialog, self.errors = "", {}
        await self._fill()
        await notify(self, "done", N_("The key is saved."))

    @handler("keys.write")
    async def archive(self) -> Any:
        """Offers the key no longer, or again."""
        away = not self.key.archived
        try:
            async with work(acting(await lang_of(self))) as w:
                await (archive_key if away else restore_key)(w, as_id(self.key.id))
        except KoproError as error:
            await refuse(self, error)
            return None
        done = N_("The key is archived; what it divided stays.") if away else N_("The key is offered again.")
        await notify(self, "done", done)
        if away:
            return rx.redirect(f"{self.base}/keys?show=archived&key={self.key.id}")
        await self._fill()
        return None


async def _first_day(w: Work, building_id: UUID, key_id: UUID) -> date:
    """The day first weights count from: that of the key's first ones, else the first of the accounting year."""
    known = [one.valid_from for one in await key_history(w, key_id)]
    building = await w.get(Building, building_id)
    return min(known) if known else fiscal_year_start(building, w.today)


def _fixes(change: Change, error: KoproError, lang: str) -> list[Fix]:
    if isinstance(error, AgainstTheLaw) and error.article == CHARGES_DIVISION.code:
        return [{"action": f"decide:{change['value']}", "label": tr(lang, "Reference a decision")}]
    return []


def _card(row: KeyRow, lang: str) -> KeyCard:
    name = row.name or tr(lang, "Shares in the common parts")
    lots = tr(lang, N_("{count} lot", "{count} lots"), count=row.lot_count)
    kind = tr(lang, _KEY_KINDS[row.kind])
    key = str(row.id) if row.id else "shares"
    return KeyCard(key, name, kind, row.basis, number(row.total, lang), lots, row.archived, row.id is not None)


def _weight(row: WeightRow, lang: str) -> Weight:
    weight = "" if row.weight is None else number(row.weight, lang)
    return Weight(row.number, tr(lang, KINDS[row.kind]), weight, _period(row.valid_from, row.valid_to, lang))


def _row(row: WeightRow, lang: str) -> GridRow:
    shown = _weight(row, lang)
    cells: dict[str, str | Cell] = {
        "number": shown.lot,
        "kind": shown.kind,
        "weight": shown.weight,
        "since": shown.since,
    }
    return {"id": str(row.lot_id), "version": 0, "label": row.number, "cells": cells, "lines": []}


def _past(row: WeightPeriod, lang: str) -> PastWeight:
    return PastWeight(row.number, number(row.weight, lang), _period(row.valid_from, row.valid_to, lang))


def _period(start: date | None, end: date | None, lang: str) -> str:
    if start is None:
        return ""
    if end is None:
        return tr(lang, "since {start}", start=shown_day(start, lang))
    return tr(lang, "from {start} to {end}", start=shown_day(start, lang), end=shown_day(end, lang))
