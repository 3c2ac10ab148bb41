"""The allocation keys of a building, their weights edited in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.model import AllocationKey
from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.keys import KeyRow, WeightPeriod, WeightRow, key_history, key_weights, keys_of
from koprogo_app.estate.service.keys import (
    CHARGES_DIVISION,
    KEY,
    proposed_start,
    set_weights,
)
from koprogo_app.estate.state.common import decided, decision_of
from koprogo_app.estate.words import KINDS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import AgainstTheLaw, Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, number, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.grid import Cell, Change, Fix, GridRow, Saved
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.state.common import as_id, id_after, may, shown_day
from koprogo_app.workspace.state.page import (
    NO_DIALOG,
    Dialog,
    PageState,
    Sent,
    Told,
    acts,
    loads,
    opens,
    saves,
    submits,
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
    starts_on: str = ""
    begins: str = ""


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


class Keys(PageState, rx.State):
    """The keys, and the weights of the chosen one. In the address: `key`, the chosen one, and `show=archived`."""

    building: str = ""
    write: bool = False
    keys: list[KeyCard] = []
    key: KeyCard = KeyCard()
    editable: bool = False
    rows: list[GridRow] = []
    weights: list[Weight] = []
    outcomes: list[dict[str, Any]] = []
    past: list[PastWeight] = []
    pending: list[NewWeight] = []
    today: str = ""
    proposed: str = ""

    load = loads("keys.read")
    ask = opens("keys.write", "new", "edit")
    save_cells = saves("keys.write")

    async def _fill(self, w: Work, lang: str) -> None:
        # While a decision is being stated the table under it stays as it is.
        if self.dialog.name == "decide":
            return
        building_id = id_after(self, "buildings")
        row = await building_row(w, building_id)
        chosen = await self._list(w, lang)
        weights = await key_weights(w, building_id, chosen.id)
        history = await key_history(w, chosen.id) if chosen.id else []
        self.today, self.building = w.today.isoformat(), row.name
        self.proposed = (await proposed_start(w, building_id)).isoformat()
        self.write = may("keys.write", row.organization_id, row.id) and not row.archived
        self.editable = self.write and chosen.id is not None and not chosen.archived
        self.outcomes, self.pending = [], []
        self.rows = [_row(one, chosen.id, lang) for one in weights] if self.editable and chosen.id else []
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

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        key_id, lot_id = _ids(change["row"])
        if change["field"] != "weight":
            raise Invalid(change["field"], N_("This field cannot be changed."))
        weight = whole()(change["value"], "weight", lang)
        since = await _first_day(w, id_after(self, "buildings"), key_id)
        await set_weights(w, key_id, {lot_id: weight}, since)
        return Saved(number(weight, lang), 0)

    async def _saved(self, w: Work, lang: str) -> None:
        await self._list(w, lang)

    def _fixes(self, change: Change, error: KoproError, lang: str) -> Sequence[Fix]:
        """Known weights change by decision only: offer to state it."""
        if isinstance(error, AgainstTheLaw) and error.article == CHARGES_DIVISION.code:
            return [{"action": f"decide:{change['value']}", "label": tr(lang, "Reference a decision")}]
        return []

    @acts("keys.write")
    async def act(self, w: Work, row: str, action: str) -> Told:
        """“Reference a decision” beside a refused weight: opens the dialog with all that were refused."""
        name, _, value = action.partition(":")
        if name != "decide":
            raise NotFound
        key_id, lot_id = _ids(row)
        last = {_ids(o["row"]): o for o in self.outcomes if o["field"] == "weight"}
        wanted = {lot: str(o["asked"]) for (key, lot), o in last.items() if key == key_id and o.get("error")}
        self.pending = await self._waiting(w, key_id, wanted | {lot_id: value})
        return Told(dialog=Dialog("decide", str(key_id)) if self.pending else NO_DIALOG)

    async def _waiting(self, w: Work, key_id: UUID, wanted: Mapping[UUID, str]) -> list[NewWeight]:
        lang = w.principal.lang
        rows = {r.lot_id: r for r in await key_weights(w, id_after(self, "buildings"), key_id)}
        waiting = []
        for lot, text in wanted.items():
            after = whole()(text, "weight", lang)
            if lot in rows and rows[lot].weight != after:
                before = number(rows[lot].weight or 0, lang)
                waiting.append(NewWeight(str(lot), rows[lot].number, before, number(after, lang)))
        return waiting

    @handler("keys.write")
    async def leave_out(self, lot: str) -> None:
        """Takes one change out of the dialog."""
        self.pending = [one for one in self.pending if one.lot != lot]
        if not self.pending:
            self.dialog = NO_DIALOG

    @submits("keys.write", dialog="decide", done=N_("The weights are changed; the decision is kept with them."))
    async def decide(self, w: Work, sent: Sent) -> None:
        """Gives the lots their new weights by the decision stated, from a day on."""
        since = sent.day("since")
        weights = {as_id(one.lot): whole()(one.after, "weight", sent.lang) for one in self.pending}
        with decided():
            await set_weights(w, sent.record_id, weights, since, decision=decision_of(sent))

    # The key itself

    @submits("keys.write", dialog="new")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Makes a key; its weights are typed or pasted next."""
        key = await KEY.add(w, id_after(self, "buildings"), sent.typed("name", "kind", "basis", "starts_on"))
        said = N_("The key is made. Type or paste the weight of each lot.")
        return Told(said, go=f"{self.base}/keys?key={key.id}")

    @submits("keys.write", dialog="edit", done=N_("The key is saved."))
    async def save(self, w: Work, sent: Sent) -> None:
        """Renames the key, states what it rests on, corrects its first day."""
        await KEY.change(w, sent.record_id, None, sent.typed("name", "basis", "starts_on"))

    @acts("keys.write")
    async def archive(self, w: Work, key_id: str) -> Told:
        """Offers the key no longer."""
        await KEY.use(w, as_id(key_id), used=False)
        said = N_("The key is archived; what it divided stays.")
        return Told(said, go=f"{self.base}/keys?show=archived&key={key_id}")

    @acts("keys.write", done=N_("The key is offered again."))
    async def restore(self, w: Work, key_id: str) -> None:
        """Offers it again."""
        await KEY.use(w, as_id(key_id), used=True)


def _ids(row: str) -> tuple[UUID, UUID]:
    """Key and lot of a row of the table."""
    key, _, lot = row.partition(":")
    return as_id(key), as_id(lot)


async def _first_day(w: Work, building_id: UUID, key_id: UUID) -> date:
    """The day first weights count from: that of the key's first ones, else the one chosen for the key."""
    known = [one.valid_from for one in await key_history(w, key_id)]
    chosen = (await w.get(AllocationKey, key_id)).starts_on
    return min(known, default=None) or chosen or await proposed_start(w, building_id)


def _card(row: KeyRow, lang: str) -> KeyCard:
    name = row.name or tr(lang, "Shares in the common parts")
    lots = tr(lang, N_("{count} lot", "{count} lots"), count=row.lot_count)
    kind = tr(lang, _KEY_KINDS[row.kind])
    key = str(row.id) if row.id else "shares"
    return KeyCard(
        key,
        name,
        kind,
        row.basis,
        number(row.total, lang),
        lots,
        row.archived,
        row.id is not None,
        row.starts_on.isoformat() if row.starts_on else "",
        tr(lang, "Divides costs since {day}.", day=shown_day(row.starts_on, lang)) if row.starts_on else "",
    )


def _weight(row: WeightRow, lang: str) -> Weight:
    weight = "" if row.weight is None else number(row.weight, lang)
    return Weight(row.number, tr(lang, KINDS[row.kind]), weight, _period(row.valid_from, row.valid_to, lang))


def _row(row: WeightRow, key_id: UUID, lang: str) -> GridRow:
    shown = _weight(row, lang)
    cells: dict[str, str | Cell] = {
        "number": shown.lot,
        "kind": shown.kind,
        "weight": shown.weight,
        "since": shown.since,
    }
    return {"id": f"{key_id}:{row.lot_id}", "version": 0, "label": row.number, "cells": cells, "lines": []}


def _past(row: WeightPeriod, lang: str) -> PastWeight:
    return PastWeight(row.number, number(row.weight, lang), _period(row.valid_from, row.valid_to, lang))


def _period(start: date | None, end: date | None, lang: str) -> str:
    if start is None:
        return ""
    if end is None:
        return tr(lang, "since {start}", start=shown_day(start, lang))
    return tr(lang, "from {start} to {end}", start=shown_day(start, lang), end=shown_day(end, lang))
