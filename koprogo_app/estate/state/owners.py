"""The owners of a building, with how to reach them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx

from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.owners import OwnerProblem, OwnerRow, owners_page
from koprogo_app.estate.service.owners import create_owner
from koprogo_app.estate.words import LANGUAGES
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, N_, tr
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify
from koprogo_app.workspace.state.common import (
    acting,
    address,
    as_id,
    asked,
    id_after,
    lang_of,
    may,
    opening,
    place,
    shown_day,
    typed,
)

PROBLEMS: Final[dict[str, str]] = {
    "no_email": N_("Without e-mail"),
    "no_consent": N_("Without consent to e-mail"),
    "no_address": N_("Without full address"),
    "no_lot": N_("Without lot"),
}


@dataclass(frozen=True)
class OwnerLine:
    """An owner in the list."""

    id: str = ""
    name: str = ""
    href: str = ""
    address: str = ""
    lots: str = ""
    email: str = ""
    phone: str = ""
    lang: str = ""
    consent: str = ""
    account: bool = False


class Owners(rx.State):
    """One page of the owners of a building; with `show=no_lot`, of its office."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    rows: list[OwnerLine] = []
    at: dict[str, int] = {}
    write: bool = False
    adding: bool = False
    errors: dict[str, dict[str, str]] = {}
    _organization: str = ""

    @handler("owners.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        self.adding = False
        async for _ in opening(self, self._fill):
            yield

    async def _fill(self) -> None:
        lang, building_id, query = await lang_of(self), id_after(self, "buildings"), self.router.url.query_parameters
        show, spoken = query.get("show", ""), query.get("lang", "")
        problem: OwnerProblem = show if show in PROBLEMS else ""  # type: ignore[assignment]
        async with work(acting(lang)) as w:
            row = await building_row(w, building_id)
            page = await owners_page(
                w,
                row.organization_id,
                asked(query),
                # Who holds nothing is in no building.
                building_id=None if problem == "no_lot" else building_id,
                text=query.get("q", ""),
                lang=spoken if spoken in LANGS else "",
                problem=problem,
            )
        self.building, self._organization = row.name, str(row.organization_id)
        self.write = may("owners.write", row.organization_id, row.id) and not row.archived
        self.rows, self.at = [_line(one, lang) for one in page.rows], place(page)

    @handler("owners.write")
    async def add(self) -> None:
        """Opens the dialog of a new owner."""
        self.adding, self.errors = True, {}

    @handler("owners.write")
    async def stop(self) -> None:
        """Closes it."""
        self.adding, self.errors = False, {}

    @handler("owners.write")
    async def create(self, data: dict[str, Any]) -> Any:
        """Makes the card and goes to it."""
        values = typed(data, "kind", "name", "first_name", "email", "phone", "lang")
        try:
            async with work(acting(await lang_of(self))) as w:
                row = await create_owner(w, as_id(self._organization), values, building_id=id_after(self, "buildings"))
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.adding, self.errors = False, {}
        await notify(self, "done", N_("The card is made. Give the owner a lot on the lot's own page."))
        return rx.redirect(f"/owners/{row.id}")


def _line(row: OwnerRow, lang: str) -> OwnerLine:
    return OwnerLine(
        str(row.id),
        row.full_name,
        f"/owners/{row.id}",
        address(row),
        row.lots,
        row.email,
        row.phone,
        tr(lang, LANGUAGES[row.lang]),
        shown_day(row.email_consent_on, lang),
        row.user_id is not None,
    )
