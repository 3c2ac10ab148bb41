"""The organisations of the installation."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.estate.queries.buildings import OrganizationRow, organization_detail, organizations_page
from koprogo_app.estate.service.buildings import create_organization, update_organization
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.workspace.state.common import address, as_id, asked, enterprise, place
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, opening, submits

KINDS = {"professional": N_("Professional syndic"), "volunteer": N_("Volunteer syndic")}


@dataclass(frozen=True)
class OrganizationLine:
    """An organisation in the list."""

    id: str = ""
    name: str = ""
    kind: str = ""
    number: str = ""
    address: str = ""
    buildings: int = 0


@dataclass(frozen=True)
class OrganizationForm:
    """What the form of an organisation begins with."""

    name: str = ""
    kind: str = "professional"
    enterprise_number: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    lang: str = "fr"


_FIELDS = tuple(OrganizationForm.__dataclass_fields__)


class Organizations(PageState, rx.State):
    """The list, and the dialog of one organisation: its record is "" for a new one."""

    rows: list[OrganizationLine] = []
    at: dict[str, int] = {}
    filtered: bool = False
    values: OrganizationForm = OrganizationForm()

    load = loads("platform.read")

    async def _fill(self, w: Work, lang: str) -> None:
        query = self.router.url.query_parameters
        page = await organizations_page(w, asked(query), text=query.get("q", ""))
        self.rows, self.at = [_line(row, lang) for row in page.rows], place(page)
        self.filtered = bool(query.get("q"))

    @opening("platform.write", "organization")
    async def edit(self, w: Work, lang: str, record: str) -> None:
        """Opens the dialog of an organisation, or of a new one."""
        self.values = OrganizationForm()
        if record:
            row = await organization_detail(w, as_id(record))
            self.values = OrganizationForm(**{name: str(getattr(row, name) or "") for name in _FIELDS})

    @submits("platform.write", dialog="organization")
    async def save(self, w: Work, sent: Sent) -> Told:
        """Writes what was typed."""
        values = sent.typed(*_FIELDS)
        if sent.record:
            row = await update_organization(w, sent.record_id, values)
        else:
            row = await create_organization(w, values)
        return Told(N_("{name} is saved."), params={"name": row.name})


def _line(row: OrganizationRow, lang: str) -> OrganizationLine:
    return OrganizationLine(
        str(row.id), row.name, tr(lang, KINDS[row.kind]), enterprise(row.enterprise_number), address(row),
        row.building_count,
    )  # fmt: skip
