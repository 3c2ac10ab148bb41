"""What is done with a lot in a dialog: transfer, split, merge, mandatary."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.lots import LotDetail, LotRow, lot_detail, lots_page
from koprogo_app.estate.rules.ownership import Part
from koprogo_app.estate.service.division import Decision, LotPart, merge_lots, split_lot
from koprogo_app.estate.service.ownership import end_mandate, name_mandatary, transfer_lot
from koprogo_app.estate.state.common import decision_of
from koprogo_app.estate.state.lot import Found, LotPage, find_people
from koprogo_app.estate.words import RIGHTS
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, share_text, tr
from koprogo_app.foundation.lawful import lawful
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.law.shares import Right
from koprogo_app.law.written import parse_share
from koprogo_app.workspace.fields import day, whole
from koprogo_app.workspace.queries.paging import MAX_PER_PAGE, Asked
from koprogo_app.workspace.state.common import acting, as_id, id_after, lang_of, required_day, ticked, workspace

DIALOGS = ("transfer", "split", "merge", "mandatary", "end")
MOST_PARTS = 8
# Where the services' fields stand in these dialogs.
_PLACES = {"decision": "reference", "owner": "", "parts": "", "lots": "", "seller": "", "share": "", "right": ""}


@dataclass(frozen=True)
class Buyer:
    """Who receives a part in a transfer; `share` of the whole lot, empty for all the seller has."""

    id: str = ""
    name: str = ""
    share: str = ""


@dataclass(frozen=True)
class Done:
    """What is said once an act is kept (`said` a message id with its `values`), and where it leads: '' stays here."""

    said: str
    values: dict[str, str] = field(default_factory=dict)
    kind: str = "done"
    warning: str = ""
    address: str = ""


class LotActs(rx.State):
    """The dialogs of one lot; each ends by loading the page again."""

    dialog: str = ""
    errors: dict[str, dict[str, str]] = {}
    busy: bool = False
    sellers: list[dict[str, str]] = []
    persons: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    buyers: list[Buyer] = []
    found: list[Found] = []
    parts: int = 2
    number: str = ""
    kind: str = ""
    today: str = ""
    _organization: str = ""

    @handler("lots.read")
    async def open_asked(self) -> Any:
        """After the page: `?do=mandatary` in its address opens that dialog, when the lot may have a mandatary."""
        page = await self.get_state(LotPage)
        asked = self.router.url.query_parameters.get("do") == "mandatary"
        if asked and not page.failed and page.lot.write and page.lot.several:
            return LotActs.start("mandatary")  # type: ignore[call-arg,arg-type]
        return None

    @handler("lots.write")
    async def start(self, dialog: str) -> None:
        """Opens a dialog with what it offers to choose from."""
        if dialog not in DIALOGS:
            return
        lang = await lang_of(self)
        self.errors, self.buyers, self.found, self.parts = {}, [], [], 2
        try:
            async with work(acting(lang)) as w:
                detail = await lot_detail(w, id_after(self, "lots"))
                self.today = w.today.isoformat()
                self.others = await _mergeable(w, detail.lot) if dialog == "merge" else []
        except KoproError as error:
            await refuse(self, error)
            return
        self._show(detail, lang)
        self.dialog = dialog
        if dialog in ("transfer", "mandatary"):
            await self._look("")

    def _show(self, detail: LotDetail, lang: str) -> None:
        self.number, self.kind = detail.lot.number, detail.lot.kind
        self._organization = str(detail.organization_id)
        self.sellers = [
            {
                "value": f"{row.owner_id}:{row.right}",
                "label": tr(
                    lang,
                    "{name}: {value}",
                    name=row.name,
                    value=f"{tr(lang, RIGHTS[row.right])}, {share_text(row.share, lang)}",
                ),
            }
            for row in detail.holders
        ]
        self.persons = list(
            {row.owner_id: {"value": str(row.owner_id), "label": row.name} for row in detail.holders}.values()
        )

    @handler("lots.write")
    async def stop(self) -> None:
        """Closes the dialog."""
        self.dialog, self.errors = "", {}

    async def _do(self, act: Callable[[Work], Awaitable[Done]]) -> Any:
        """Runs a command; its refusal stays in the dialog, its success closes it and loads the page again.

        What was done is said once it is kept: the database may still refuse at the very end.
        """
        try:
            async with work(acting(await lang_of(self))) as w:
                done = await act(w)
        except KoproError as error:
            found = problems(error)
            self.errors = {_PLACES.get(error.field, error.field): next(iter(found.values()))}
            return None
        self.dialog, self.errors = "", {}
        await notify(self, done.kind, done.said, **done.values)
        if done.warning:
            await notify(self, "attention", done.warning)
        return rx.redirect(done.address) if done.address else LotPage.load

    # Finding people

    @handler("lots.write")
    async def look(self, text: str) -> None:
        """Finds people while one types."""
        await self._look(text)

    async def _look(self, text: str) -> None:
        self.found = await find_people(await lang_of(self), self._organization, id_after(self, "buildings"), text)

    @handler("lots.write")
    async def pick(self, owner: str) -> None:
        """Takes the chosen person into the dialog."""
        chosen = next((one for one in self.found if one.id == owner), None)
        if chosen is None:
            return
        if self.dialog == "transfer" and all(one.id != owner for one in self.buyers):
            self.buyers = [*self.buyers, Buyer(chosen.id, chosen.name)]
        elif self.dialog == "mandatary" and all(one["value"] != owner for one in self.persons):
            self.persons = [{"value": chosen.id, "label": chosen.name}, *self.persons]

    # Transfer

    @handler("lots.write")
    async def drop_buyer(self, owner: str) -> None:
        """Takes somebody out of those who receive."""
        self.buyers = [one for one in self.buyers if one.id != owner]

    @handler("lots.write")
    async def type_share(self, owner: str, share: str) -> None:
        """The part of one who receives is being typed."""
        self.buyers = [replace(one, share=share[:60]) if one.id == owner else one for one in self.buyers]

    @handler("lots.write")
    async def transfer(self, data: dict[str, Any]) -> Any:
        """Moves the right from the seller to those chosen, from a day on."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")

        async def act(w: Work) -> Done:
            on = required_day(data, "on", lang)
            seller, _, held = str(data.get("seller") or "").partition(":")
            given = Right(data["right"]) if data.get("right") in RIGHTS else None
            parts = [Part(as_id(one.id), _share(one.share), given) for one in self.buyers]
            if len(parts) > 1 and any(part.share is None for part in parts):
                raise Invalid("", N_("Say for each person how much of the lot he receives."))
            done = await transfer_lot(w, lot_id, as_id(seller), parts, on, right=held or None)
            again = N_("The mandate ended with it: the holders name their mandatary again.")
            said = N_("The transfer is recorded; the past stays in the history.")
            return Done(said, warning=again if done.mandate_ended else "")

        return await self._do(act)

    # Splitting and merging

    @handler("lots.write")
    async def more_parts(self) -> None:
        """One more part in a split."""
        self.parts = min(self.parts + 1, MOST_PARTS)

    @handler("lots.write")
    async def split(self, data: dict[str, Any]) -> Any:
        """Splits the lot by the decision stated."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")

        async def act(w: Work) -> Done:
            decision = decision_of(data, lang)
            typed_in = [i for i in range(MOST_PARTS) if data.get(f"number_{i}") or data.get(f"share_{i}")]
            parts = [_part(data, i, lang) for i in typed_in] if decision else []
            made = await split_lot(w, lot_id, parts, decision)
            said = N_("Lot {number} is split; its history is kept.")
            return Done(said, {"number": self.number}, address=_lots(made[0].building_id))

        return await self._do(act)

    @handler("lots.write")
    async def merge(self, data: dict[str, Any]) -> Any:
        """Merges this lot with those ticked, by the decision stated."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")

        async def act(w: Work) -> Done:
            decision: Decision | None = decision_of(data, lang)
            ticks = [as_id(one["value"]) for one in self.others if ticked(data, f"lot_{one['value']}")]
            kind = str(data.get("kind") or "") or None
            made = await merge_lots(w, [lot_id, *ticks], str(data.get("number") or ""), decision, kind=kind)
            # Translators: the number of the new lot
            said, address = N_("The lots are merged into lot {number}."), f"{_lots(made.building_id)}/{made.id}"
            return Done(said, {"number": made.number}, address=address)

        return await self._do(act)

    # The mandatary

    @handler("lots.write")
    async def name(self, data: dict[str, Any]) -> Any:
        """Records whom the holders named to vote for the lot."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")

        async def act(w: Work) -> Done:
            since = required_day(data, "since", lang)
            until = day()(data.get("until"), "until", lang)
            person = as_id(data.get("person"), "person")
            await name_mandatary(w, lot_id, person, since, str(data.get("reference") or ""), until=until)
            return Done(N_("The mandatary is recorded: the lot votes again."))

        return await self._do(act)

    @handler("lots.write")
    async def end(self, data: dict[str, Any]) -> Any:
        """Ends the mandate in force."""
        lang, lot_id = await lang_of(self), id_after(self, "lots")

        async def act(w: Work) -> Done:
            await end_mandate(w, lot_id, required_day(data, "on", lang))
            return Done(N_("The mandate has ended: the vote is suspended from that day."), kind="attention")

        return await self._do(act)


def _lots(building_id: UUID) -> str:
    return f"{workspace(building_id)}/lots"


def _share(text: str) -> Fraction | None:
    if not text.strip():
        return None
    with lawful():
        return parse_share(text, field="")


def _part(data: dict[str, Any], i: int, lang: str) -> LotPart:
    """One line of the split: its fields carry the line's number, so that the error stands below it."""
    share = whole(least=0)(data.get(f"share_{i}") or "", f"share_{i}", lang)
    number = str(data.get(f"number_{i}") or "")
    if not number.strip():
        raise Invalid(f"number_{i}", N_("Fill this in."))
    return LotPart(number, share, area=data.get(f"area_{i}") or None)


async def _mergeable(w: Work, lot: LotRow) -> list[dict[str, str]]:
    """The other lots of the building that the same persons hold in the same shares."""
    page = await lots_page(w, lot.building_id, Asked(per_page=MAX_PER_PAGE))
    held = {(h.owner_id, h.right, h.share) for h in lot.holders}
    return [
        {"value": str(one.id), "label": one.number}
        for one in page.rows
        if one.id != lot.id
        and one.status == lot.status
        and {(h.owner_id, h.right, h.share) for h in one.holders} == held
    ]
