"""The organisations of the installation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from koprogo_app.estate.queries.buildings import OrganizationRow, organization_detail, organizations_page
from koprogo_app.estate.service.buildings import create_organization, update_organization
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_, catalogue
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.workspace.state.common import acting, address, asked, enterprise, lang_of, place, typed

KINDS = {"professional": N_("Professional syndic"), "volunteer": N_("Volunteer syndic")}
_FIELDS = ("name", "kind", "enterprise_number", "email", "phone", "street", "postal_code", "city", "lang")


@dataclass(frozen=True)
class OrganizationLine:
    """An organisation in the list."""

    id: str = ""
    name: str = ""
    kind: dict[str, str] | None = None
    number: str = ""
    address: str = ""
    buildings: int = 0


class Organizations(rx.State):
    """The list, and the dialog of one organisation."""

    ready: bool = False
    rows: list[OrganizationLine] = []
    at: dict[str, int] = {}
    filtered: bool = False
    step: str = ""
    values: dict[str, str] = {}
    errors: dict[str, dict[str, str]] = {}
    _id: str = ""

    @handler("platform.read")
    async def load(self) -> None:
        """Builds the page from its address."""
        query = self.router.url.query_parameters
        async with work(acting(await lang_of(self))) as w:
            page = await organizations_page(w, asked(query), text=query.get("q", ""))
        self.rows, self.at = [_line(row) for row in page.rows], place(page)
        self.filtered, self.ready, self.step = bool(query.get("q")), True, ""

    @handler("platform.write")
    async def add(self) -> None:
        """Opens the dialog of a new organisation."""
        self._id, self.values, self.errors, self.step = "", {"kind": "professional", "lang": "fr"}, {}, "new"

    @handler("platform.write")
    async def edit(self, organization_id: str) -> None:
        """Opens the dialog of one that exists."""
        try:
            async with work(acting(await lang_of(self))) as w:
                row = await organization_detail(w, UUID(organization_id))
        except KoproError as error:
            await refuse(self, error)
            return
        self.values = {name: str(getattr(row, name) or "") for name in _FIELDS}
        self._id, self.errors, self.step = organization_id, {}, "edit"

    @handler("platform.write")
    async def close(self) -> None:
        """Closes the dialog."""
        self.step, self.errors = "", {}

    @handler("platform.write")
    async def save(self, data: dict[str, Any]) -> Any:
        """Writes what was typed."""
        values = typed(data, *_FIELDS)
        try:
            async with work(acting(await lang_of(self))) as w:
                if self._id:
                    row = await update_organization(w, UUID(self._id), values)
                else:
                    row = await create_organization(w, values)
        except KoproError as error:
            self.errors = problems(error)
            return None
        self.step, self.errors = "", {}
        await notify(self, "done", N_("{name} is saved."), name=row.name)
        return Organizations.load


def _line(row: OrganizationRow) -> OrganizationLine:
    return OrganizationLine(
        str(row.id), row.name, catalogue(KINDS[row.kind]), enterprise(row.enterprise_number), address(row),
        row.building_count,
    )  # fmt: skip
