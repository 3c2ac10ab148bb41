"""What an owner sees of her own arrears: what is owed and why, interest day by day, the letters, how to pay."""

from dataclasses import dataclass, field

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import money
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper.epc import qr_image
from koprogo_app.identity.guard import handler
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import overview, writing
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
from koprogo_app.workspace.state.common import acting, failure, lang_of


@dataclass(frozen=True)
class MyArrears:
    """One building in which she owes something. `late`: past due, empty when nothing is."""

    building: str = ""
    total: str = ""
    late: str = ""
    charges: str = ""
    interest: str = ""
    costs: str = ""
    iban: str = ""
    name: str = ""
    communication: str = ""
    qr: str = ""
    known: bool = True
    debts: list[DebtLine] = field(default_factory=list)
    slices: list[SliceLine] = field(default_factory=list)
    days: list[DayLine] = field(default_factory=list)
    letters: list[LetterLine] = field(default_factory=list)


class Mine(rx.State):
    """The page of an owner's own arrears, and the mark of them at her home."""

    failed: dict[str, str] = {}
    ready: bool = False
    rows: list[MyArrears] = []
    late: list[dict[str, str]] = []

    @handler("own_account.read")
    async def load(self) -> None:
        """Builds the page."""
        lang = await lang_of(self)
        try:
            async with work(acting(lang)) as w:
                self.rows = [
                    await _place(w, place, lang) for place in await names.own_places(w) if await _owes(w, place)
                ]
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    @handler("own_account.read")
    async def peek(self) -> None:
        """What is past due, for the home."""
        lang = await lang_of(self)
        async with work(acting(lang)) as w:
            found = [
                (place.building, await overview.claim(w, place.building_id, place.owner_id))
                for place in await names.own_places(w)
            ]
        self.late = [
            {"building": building, "amount": money(claim.ages.late, lang)}
            for building, claim in found if claim.ages.late
        ]  # fmt: skip


async def _owes(w: Work, place: names.OwnPlace) -> bool:
    found = await overview.claim(w, place.building_id, place.owner_id)
    return bool(found.debts or found.interest_cents or found.costs_cents)


async def _place(w: Work, place: names.OwnPlace, lang: str) -> MyArrears:
    found = await overview.claim(w, place.building_id, place.owner_id)
    sent = await reminders(w, place.building_id, owner_id=place.owner_id, status="sent")
    pay = await writing.how_to_pay(w, place.building_id, place.owner_id, place.building)
    payload = pay.payload(found.total_cents)
    return MyArrears(
        place.building, money(found.total_cents, lang), money(found.ages.late, lang) if found.ages.late else "",
        money(found.open_cents, lang), money(found.interest_cents, lang), money(found.costs_cents, lang),
        show_iban(pay.iban) if pay.iban else "", pay.name,
        show_communication(pay.communication) if pay.communication else "", qr_image(payload) if payload else "",
        found.interest.known, [debt_line(debt, w.today, lang) for debt in found.debts],
        slice_lines(found.interest, lang), day_lines(found.interest, lang), [letter_line(row, lang) for row in sent],
    )  # fmt: skip
