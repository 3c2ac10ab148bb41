"""Organisations: the syndics' offices of the installation (`ORGANIZATION`)."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from koprogo_app.estate.model import Organization
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.workspace import fields
from koprogo_app.workspace.records import kinds
from koprogo_app.workspace.records.fields import Field
from koprogo_app.workspace.records.record import Record, wherever

KINDS = {"professional": N_("Professional syndic"), "volunteer": N_("Volunteer syndic")}


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """A syndic's office."""

    id: UUID
    name: Annotated[
        str,
        Field(
            N_("Name"), fields.text(required=True), N_("Organisation"), example="Syndic Lambert", required=True,
            primary=True, sort=True,
        ),
    ]  # fmt: skip
    kind: Annotated[
        Literal["professional", "volunteer"],
        Field(
            N_("Kind"), fields.one_of(tuple(KINDS)), description="Professional or volunteer syndic", sort=True,
            unit="select", options=tuple(KINDS.items()), wide=True,
        ),
    ]  # fmt: skip
    enterprise_number: kinds.EnterpriseNumber
    email: kinds.Email
    phone: kinds.Phone
    street: kinds.Street
    postal_code: kinds.PostalCode
    city: kinds.City
    country: kinds.Country
    lang: kinds.Language
    building_count: Annotated[
        int,
        Field(
            N_("Buildings"), unit="number",
            sql="(select count(*) from building b where b.organization_id = r.id and b.archived_at is null)",
        ),
    ]  # fmt: skip


class _Organizations(Record[OrganizationRow, Organization]):
    def owned(self, row: Organization) -> tuple[UUID | None, UUID | None]:
        return row.id, None

    async def removable(self, w: Work, row: Organization) -> None:
        used = await w.value(
            "select exists (select from building where organization_id = %(o)s) "
            "or exists (select from owner where organization_id = %(o)s)",
            o=row.id,
        )
        if used:
            raise Conflict(N_("This organisation has buildings or owners and cannot be deleted."))

    async def told(self, w: Work, verb: str, row: Organization, **values: Any) -> None:
        if verb != "deleted":
            return await super().told(w, verb, row, **values)
        # It is no longer there to have acts of its own.
        await audit(w, "organization.deleted", "organization", row.id, organization_id=None, before=values["before"],
                    personal=self.personal)  # fmt: skip
        return None


ORGANIZATION = _Organizations(
    row=OrganizationRow, model=Organization, noun="organization", title=N_("Organisations"), read="organizations.read",
    write="organizations.write", create="organizations.create", delete="organizations.create", under="", public=True,
    parent=wherever("%(everything)s or r.id = any(%(organizations)s)"), order="lower(r.name), r.id",
    search="r.name ilike %(text)s", listed=("name", "kind", "enterprise_number", "building_count"),
    layout=(
        ("name",), ("kind", "enterprise_number"), ("email", "phone"), ("street",), ("postal_code", "city"), ("lang",),
    ),
)  # fmt: skip
