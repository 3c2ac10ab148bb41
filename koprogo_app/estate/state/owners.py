"""The owners of a building, with how to reach them."""

from dataclasses import dataclass
from typing import Final

import reflex as rx

from koprogo_app.estate.queries.buildings import building_row
from koprogo_app.estate.queries.owners import OwnerProblem, OwnerRow, owners_page
from koprogo_app.estate.service.owners import create_owner
from koprogo_app.estate.words import LANGUAGES
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import LANGS, N_, tr
from koprogo_app.workspace.state.common import address, asked, id_after, may, place, shown_day
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, opens, submits

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


class Owners(PageState, rx.State):
    """One page of the owners of a building; with `show=no_lot`, of its office. In the address: `q`, `show`, `lang`."""

    building: str = ""
    rows: list[OwnerLine] = []
    at: dict[str, int] = {}
    write: bool = False

    load = loads("owners.read")
    ask = opens("owners.write", "add")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        show, spoken = query.get("show", ""), query.get("lang", "")
        problem: OwnerProblem = show if show in PROBLEMS else ""  # type: ignore[assignment]
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
        self.building = row.name
        self.write = may("owners.write", row.organization_id, row.id) and not row.archived
        self.rows, self.at = [_line(one, lang) for one in page.rows], place(page)

    @submits("owners.write", dialog="add")
    async def create(self, w: Work, sent: Sent) -> Told:
        """Makes the card and goes to it."""
        building = await building_row(w, id_after(self, "buildings"))
        values = sent.typed("kind", "name", "first_name", "email", "phone", "lang")
        row = await create_owner(w, building.organization_id, values, building_id=building.id)
        said = N_("The card is made. Give the owner a lot on the lot's own page.")
        return Told(said, go=f"/owners/{row.id}")


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
