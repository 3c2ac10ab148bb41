"""What an owner sees of her own arrears: what is owed and why, interest day by day, the letters, how to pay."""

from dataclasses import dataclass, field

import reflex as rx

from koprogo_app.calls.service import claims
from koprogo_app.calls.state.paying import NOT_ASKED, Asking, asking
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview
from koprogo_app.recovery.state.lines import (
    DayLine,
    DebtLine,
    LetterLine,
    SliceLine,
    day_lines,
    debt_line,
    letter_line,
    slice_lines,
)
from koprogo_app.workspace.state.page import PageState, loads, reads


@dataclass(frozen=True)
class MyArrears:
    """One building in which she owes something."""

    building: str = ""
    asking: Asking = NOT_ASKED
    known: bool = True
    debts: list[DebtLine] = field(default_factory=list)
    slices: list[SliceLine] = field(default_factory=list)
    days: list[DayLine] = field(default_factory=list)
    letters: list[LetterLine] = field(default_factory=list)


@dataclass(frozen=True)
class LateAt:
    """A building in which something is past due."""

    building: str = ""
    amount: str = ""


class Mine(PageState, rx.State):
    """The page of an owner's own arrears, and the mark of them at their home."""

    rows: list[MyArrears] = []
    late: list[LateAt] = []

    load = loads("own_account.read")

    async def _fill(self, w: Work, lang: str) -> None:
        self.rows = [await _place(w, place, lang) for place in await names.own_places(w) if await _owes(w, place)]

    @reads("own_account.read")
    async def peek(self, w: Work, lang: str) -> None:
        """What is past due, for the home."""
        found = [
            (place.building, await claims.claim(w, place.building_id, place.owner_id))
            for place in await names.own_places(w)
        ]
        self.late = [LateAt(name, money(claim.late_cents, lang)) for name, claim in found if claim.late_cents]


async def _owes(w: Work, place: names.OwnPlace) -> bool:
    return bool((await claims.claim(w, place.building_id, place.owner_id)).owed_cents)


async def _place(w: Work, place: names.OwnPlace, lang: str) -> MyArrears:
    found = await overview.claim(w, place.building_id, place.owner_id)
    sent = await reminders(w, place.building_id, owner_id=place.owner_id, status="sent")
    return MyArrears(
        place.building, asking(found.asked, lang), found.interest.known,
        [debt_line(debt, w.today, lang) for debt in found.debts], slice_lines(found.interest, lang),
        day_lines(found.interest, lang), [letter_line(row, lang) for row in sent],
    )  # fmt: skip
