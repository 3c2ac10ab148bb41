"""Lots and owners of a building: the table edited in place."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.buildings import BuildingRow, Overview, building_overview
from koprogo_app.estate.queries.lots import Problem, lot_detail, lots_page
from koprogo_app.estate.service.division import Decision, change_shares
from koprogo_app.estate.service.lots import create_lot, update_lot
from koprogo_app.estate.service.ownership import change_percentage, set_holders
from koprogo_app.estate.state.beside import said_of
from koprogo_app.estate.state.common import decision_of, share_sum
from koprogo_app.estate.state.rows import Look, inputs_of, lot_row, preview_of
from koprogo_app.estate.words import KINDS
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import AgainstTheLaw, Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Change, Fix, GridRow, Saved, answering
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.law.articles import UNANIMITY
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    asked,
    enterprise,
    failure,
    id_after,
    lang_of,
    may,
    opening,
    place,
    typed,
)

PROBLEMS: dict[str, str] = {
    "draft": N_("Incomplete"),
    "suspended": N_("Vote suspended"),
    "no_owner": N_("Without owner"),
    "no_share": N_("Without shares"),
}
_LOT_FIELDS = ("number", "kind", "floor", "area", "share")


@dataclass(frozen=True)
class Head:
    """What stands above the table. `council` says what the number of main lots entails, `council_article` why."""

    name: str = ""
    about: str = ""
    council: str = ""
    council_article: str = ""
    lots: int = 0
    write: bool = False
    export: bool = False


@dataclass(frozen=True)
class NewShare:
    """A change of shares that waits for its decision."""

    lot: str = ""
    number: str = ""
    before: str = ""
    after: str = ""


class Lots(rx.State):
    """One page of the lots of one building."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    head: Head = Head()
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    at: dict[str, int] = {}
    sum: dict[str, str] = {}
    chips: list[dict[str, str]] = []
    adding: bool = False
    deciding: bool = False
    errors: dict[str, dict[str, str]] = {}
    pending: list[NewShare] = []

    @handler("lots.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.outcomes, self.adding, self.deciding = [], False, False
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        kind, show = query.get("kind", ""), query.get("show", "")
        problem: Problem = show if show in PROBLEMS else ""  # type: ignore[assignment]
        async with work(acting(lang)) as w:
            page = await lots_page(
                w,
                building_id,
                asked(query),
                text=query.get("q", ""),
                kind=kind if kind in KINDS else "",
                problem=problem,
            )
            overview = await building_overview(w, building_id)
            beside = await said_of(w, [lot.id for lot in page.rows], lang)
        self._show_head(overview, lang)
        look = Look(lang, self.base, self.head.write)
        self.rows, self.at = [lot_row(lot, look, beside.get(lot.id, "")) for lot in page.rows], place(page)

    def _show_head(self, overview: Overview, lang: str) -> None:
        row, council = overview.building, overview.consequences[0]
        self.head = Head(
            row.name,
            _about(row, lang),
            tr(lang, "council mandatory") if council.required else tr(lang, "council optional"),
            council.article.code,
            row.lot_count,
            may("lots.write", row.organization_id, row.id) and not row.archived,
            may("owners.read", row.organization_id, row.id),
        )
        self.sum = share_sum(row, lang)
        counts = (
            ("draft", row.draft_lots, N_("{count} incomplete lot", "{count} incomplete lots")),
            ("suspended", row.suspended_lots, N_("{count} vote suspended", "{count} votes suspended")),
        )
        self.chips = [{"show": name, "text": tr(lang, text, count=count)} for name, count, text in counts if count]

    # Saving cells

    @handler("lots.write")
    async def save_cells(self, changes: list[Any]) -> AsyncIterator[None]:
        """Saves what was typed or pasted, cell by cell; a long paste is answered in parts."""
        lang = await lang_of(self)
        before = self.outcomes[-1:]
        async for outcomes in answering(self.outcomes, changes, self._save, lang, lambda c, e: _fixes(c, e, lang)):
            self.outcomes = outcomes
            yield
        fresh = [o for o in self.outcomes if o not in before and "error" not in o]
        if any(o["field"] == "part" for o in fresh):
            await self._fill()
        elif any(o["field"] in ("share", "kind") for o in fresh):
            await self._count()

    async def _count(self) -> None:
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            self._show_head(await building_overview(w, id_after(self, "buildings")), lang)

    async def _save(self, change: Change) -> Saved:
        lang = await lang_of(self)
        if change["field"] == "part":
            return await self._save_part(change, lang)
        if change["field"] not in _LOT_FIELDS:
            raise Invalid(change["field"], N_("This field cannot be changed."))
        async with work(acting(lang)) as w:
            field = {change["field"]: change["value"]}
            lot = await update_lot(w, as_id(change["row"]), field, version=change["version"])
        return Saved(_shown(getattr(lot, change["field"]), change["field"], lang), lot.version)

    async def _save_part(self, change: Change, lang: str) -> Saved:
        lot_id, owner_id, right = _line(change["row"])
        async with work(acting(lang)) as w:
            await change_percentage(w, lot_id, owner_id, change["value"], right=right)
            lot = (await lot_detail(w, lot_id)).lot
        held = next(h for h in lot.holders if h.owner_id == owner_id and h.right == right)
        return Saved(share_text(held.share, lang), 0)

    # What a link in a row does

    @handler("lots.write")
    async def act(self, row: str, action: str) -> Any:
        """A link in a row was followed."""
        name, _, value = action.partition(":")
        if name in ("mandatary", "holders"):
            return rx.redirect(f"{self.base}/lots/{as_id(row)}?do={name}")
        try:
            if name == "mend":
                await self._mend(as_id(row), value)
            elif name == "decide":
                await self._propose(as_id(row), value)
        except KoproError as error:
            await refuse(self, error)
        return None

    async def _mend(self, lot_id: UUID, number_of_mend: str) -> None:
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            lot = (await lot_detail(w, lot_id)).lot
            mends = preview_of(lot.holders).suggestions
            if not number_of_mend.isdecimal() or int(number_of_mend) >= len(mends):
                raise NotFound(N_("This was mended already."))
            await set_holders(w, lot_id, inputs_of(mends[int(number_of_mend)], lot.holders))
        self.outcomes = []
        await self._fill()
        await notify(self, "done", N_("The ownership of lot {number} is complete."), number=lot.number)

    # Adding a lot

    @handler("lots.write")
    async def add(self) -> None:
        """Opens the dialog of a new lot."""
        self.adding, self.errors = True, {}

    @handler("lots.write")
    async def stop(self) -> None:
        """Closes whichever dialog is open."""
        self.adding = self.deciding = False
        self.errors, self.pending = {}, []

    @handler("lots.write")
    async def create(self, data: dict[str, Any]) -> Any:
        """Makes the lot and goes to it: its owners come next."""
        try:
            async with work(acting(await lang_of(self))) as w:
                lot = await create_lot(w, id_after(self, "buildings"), typed(data, *_LOT_FIELDS))
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("Lot {number} is added. Say who owns it."), number=lot.number)
        return rx.redirect(f"{self.base}/lots/{lot.id}")

    # Changing shares by a decision

    async def _propose(self, lot_id: UUID, value: str) -> None:
        """Puts a refused change of shares, and those refused before it, in the dialog of the decision."""
        lang = await lang_of(self)
        last = {o["row"]: o for o in self.outcomes if o["field"] == "share"}
        wanted = {as_id(row): str(o["asked"]) for row, o in last.items() if o.get("error")} | {lot_id: value}
        waiting = []
        async with work(acting(lang)) as w:
            for one, text in wanted.items():
                lot = (await lot_detail(w, one)).lot
                after = whole()(text, "share", lang)
                if after != lot.share:
                    waiting.append(NewShare(str(one), lot.number, number(lot.share, lang), number(after, lang)))
        self.pending, self.deciding, self.errors = waiting, bool(waiting), {}

    @handler("lots.write")
    async def leave_out(self, lot: str) -> None:
        """Takes one change out of the dialog."""
        self.pending = [one for one in self.pending if one.lot != lot]
        self.deciding = bool(self.pending)

    @handler("lots.write")
    async def decide(self, data: dict[str, Any]) -> None:
        """Changes the shares by the decision stated in the dialog."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                shares = {as_id(one.lot): whole()(one.after, "share", lang) for one in self.pending}
                kind: Literal["change", "correction"] = "correction" if data.get("kind") == "correction" else "change"
                decision = decision_of(data, lang) or Decision(w.today, "")
                await change_shares(w, id_after(self, "buildings"), shares, decision, kind=kind)
        except KoproError as error:
            self.errors = problems(error) if error.field != "decision" else {"reference": failure(error)}
            return
        self.deciding, self.errors, self.pending, self.outcomes = False, {}, [], []
        await self._fill()
        await notify(self, "done", N_("The shares are changed; the decision is kept with them."))


def _about(row: BuildingRow, lang: str) -> str:
    parts = [row.name]
    if row.enterprise_number:
        parts.append(tr(lang, "ACP {number}", number=enterprise(row.enterprise_number)))
    parts.append(tr(lang, N_("{count} main lot", "{count} main lots"), count=row.main_lots))
    return " · ".join(parts)


def _fixes(change: Change, error: KoproError, lang: str) -> Sequence[Fix]:
    """A settled division of the shares changes by decision only: offer to state it."""
    if change["field"] == "share" and isinstance(error, AgainstTheLaw) and error.article == UNANIMITY.code:
        return [{"action": f"decide:{change['value']}", "label": tr(lang, "Reference a decision")}]
    return []


def _line(row: str) -> tuple[UUID, UUID, str]:
    lot, _, rest = row.partition(":")
    owner, _, right = rest.partition(":")
    return as_id(lot), as_id(owner), right


def _shown(value: Any, field: str, lang: str) -> str:
    if value is None:
        return ""
    if field == "area":
        return number(value, lang)
    return number(value, lang) if field == "share" else str(value)
