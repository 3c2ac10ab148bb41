"""Lots and owners of a building: the table edited in place."""

from collections.abc import Sequence
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
from koprogo_app.estate.state.common import ShareSum, decided, decision_of, share_sum
from koprogo_app.estate.state.rows import Look, inputs_of, lot_row, preview_of
from koprogo_app.estate.words import KINDS
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import AgainstTheLaw, Invalid, KoproError, NotFound
from koprogo_app.foundation.i18n import N_, number, share_text, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.grid import Change, Fix, GridRow, Saved
from koprogo_app.law.articles import UNANIMITY
from koprogo_app.workspace.fields import whole
from koprogo_app.workspace.state.common import as_id, enterprise, id_after, may, page_position, page_request
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
class Chip:
    """How many lots have a problem, and the filter that shows them."""

    show: str = ""
    text: str = ""


@dataclass(frozen=True)
class NewShare:
    """A change of shares that waits for its decision."""

    lot: str = ""
    number: str = ""
    before: str = ""
    after: str = ""


class Lots(PageState, rx.State):
    """One page of the lots of one building. In the address: `q`, `kind`, `show`, `page`, `per`, `sort`."""

    head: Head = Head()
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    at: dict[str, int] = {}
    sum: ShareSum = ShareSum()
    chips: list[Chip] = []
    pending: list[NewShare] = []
    _parts_saved: bool = False

    load = loads("lots.read")
    ask = opens("lots.write", "add")
    save_cells = saves("lots.write")

    async def _fill(self, w: Work, lang: str) -> None:
        # While a decision is being stated the table under it stays as it is.
        if self.dialog.name != "decide":
            self.outcomes, self.pending = [], []
            await self._read(w, lang)

    async def _read(self, w: Work, lang: str) -> None:
        """The head, and the rows that the address asks for."""
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        kind, show = query.get("kind", ""), query.get("show", "")
        problem: Problem = show if show in PROBLEMS else ""  # type: ignore[assignment]
        page = await lots_page(
            w,
            building_id,
            page_request(query),
            text=query.get("q", ""),
            kind=kind if kind in KINDS else "",
            problem=problem,
        )
        self._show_head(await building_overview(w, building_id), lang)
        beside = await said_of(w, [lot.id for lot in page.rows], lang)
        look = Look(lang, self.base, self.head.write)
        self.rows, self.at = [lot_row(lot, look, beside.get(lot.id, "")) for lot in page.rows], page_position(page)

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
        self.chips = [Chip(name, tr(lang, text, count=count)) for name, count, text in counts if count]

    # Saving cells

    async def _save(self, w: Work, change: Change, lang: str) -> Saved:
        if change["field"] == "part":
            return await self._save_part(w, change, lang)
        if change["field"] not in _LOT_FIELDS:
            raise Invalid(change["field"], N_("This field cannot be changed."))
        field = {change["field"]: change["value"]}
        lot = await update_lot(w, as_id(change["row"]), field, version=change["version"])
        return Saved(_shown(getattr(lot, change["field"]), change["field"], lang), lot.version)

    async def _save_part(self, w: Work, change: Change, lang: str) -> Saved:
        lot_id, owner_id, right = _line(change["row"])
        await change_percentage(w, lot_id, owner_id, change["value"], right=right)
        lot = (await lot_detail(w, lot_id)).lot
        held = next(h for h in lot.holders if h.owner_id == owner_id and h.right == right)
        self._parts_saved = True
        return Saved(share_text(held.share, lang), 0)

    async def _saved(self, w: Work, lang: str) -> None:
        """The totals follow every cell; a part changes what its whole row says."""
        if self._parts_saved:
            self._parts_saved = False
            await self._read(w, lang)
        else:
            self._show_head(await building_overview(w, id_after(self, "buildings")), lang)

    def _fixes(self, change: Change, error: KoproError, lang: str) -> Sequence[Fix]:
        """A settled division of the shares changes by decision only: offer to state it."""
        if change["field"] == "share" and isinstance(error, AgainstTheLaw) and error.article == UNANIMITY.code:
            return [{"action": f"decide:{change['value']}", "label": tr(lang, "Reference a decision")}]
        return []

    # What a link in a row does

    @acts("lots.write")
    async def act(self, w: Work, row: str, action: str) -> Told:
        """A link in a row was followed."""
        name, _, value = action.partition(":")
        if name in ("mandatary", "holders"):
            return Told(go=f"{self.base}/lots/{as_id(row)}?do={name}")
        if name == "mend":
            return await _mend(w, as_id(row), value)
        if name == "decide":
            return await self._propose(w, as_id(row), value)
        raise NotFound

    # Adding a lot

    @submits("lots.write", dialog="add")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Makes the lot and goes to it: its owners come next."""
        lot = await create_lot(w, id_after(self, "buildings"), sent.typed(*_LOT_FIELDS))
        said = N_("Lot {number} is added. Say who owns it.")
        return Told(said, params={"number": lot.number}, go=f"{self.base}/lots/{lot.id}")

    # Changing shares by a decision

    async def _propose(self, w: Work, lot_id: UUID, value: str) -> Told:
        """Puts a refused change of shares, and those refused before it, in the dialog of the decision."""
        lang = w.principal.lang
        last = {o["row"]: o for o in self.outcomes if o["field"] == "share"}
        wanted = {as_id(row): str(o["asked"]) for row, o in last.items() if o.get("error")} | {lot_id: value}
        waiting = []
        for one, text in wanted.items():
            lot = (await lot_detail(w, one)).lot
            after = whole()(text, "share", lang)
            if after != lot.share:
                waiting.append(NewShare(str(one), lot.number, number(lot.share, lang), number(after, lang)))
        self.pending = waiting
        return Told(dialog=Dialog("decide") if waiting else NO_DIALOG)

    @handler("lots.write")
    async def leave_out(self, lot: str) -> None:
        """Takes one change out of the dialog."""
        self.pending = [one for one in self.pending if one.lot != lot]
        if not self.pending:
            self.dialog = NO_DIALOG

    @submits("lots.write", dialog="decide", done=N_("The shares are changed; the decision is kept with them."))
    async def decide(self, w: Work, sent: Sent) -> None:
        """Changes the shares by the decision stated in the dialog."""
        shares = {as_id(one.lot): whole()(one.after, "share", sent.lang) for one in self.pending}
        kind: Literal["change", "correction"] = "correction" if sent.text("kind") == "correction" else "change"
        decision = decision_of(sent) or Decision(w.today, "")
        with decided():
            await change_shares(w, id_after(self, "buildings"), shares, decision, kind=kind)


async def _mend(w: Work, lot_id: UUID, number_of_mend: str) -> Told:
    lot = (await lot_detail(w, lot_id)).lot
    mends = preview_of(lot.holders).suggestions
    if not number_of_mend.isdecimal() or int(number_of_mend) >= len(mends):
        raise NotFound(N_("This was mended already."))
    await set_holders(w, lot_id, inputs_of(mends[int(number_of_mend)], lot.holders))
    return Told(N_("The ownership of lot {number} is complete."), params={"number": lot.number})


def _about(row: BuildingRow, lang: str) -> str:
    parts = [row.name]
    if row.enterprise_number:
        parts.append(tr(lang, "ACP {number}", number=enterprise(row.enterprise_number)))
    parts.append(tr(lang, N_("{count} main lot", "{count} main lots"), count=row.main_lots))
    return " · ".join(parts)


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
