"""Owners: their cards, their consent to convocation by e-mail, and the account they sign in with.

- `OWNER` — the record: list, `add`, `change`; `remove` only who never held anything
- `owner_card(w, owner_id) -> OwnerCard` — the whole card with the lots held; also for the person herself
- `link_owner_user(w, owner_id, user_id) -> Owner`, `unlink_owner_user(w, owner_id) -> Owner`
- `sync_owner_grants(w, owner_id) -> None` — role `owner` on a building exactly while the person holds a lot in it
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from koprogo_app.estate.model import Organization, Owner
from koprogo_app.estate.queries.lots import full_name
from koprogo_app.estate.queries.owners import HeldLot, check_owner, held_by_account, held_lots
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.identity.access import require
from koprogo_app.identity.service.members import keep_owner_grants
from koprogo_app.workspace import fields
from koprogo_app.workspace.records import kinds
from koprogo_app.workspace.records.fields import Field
from koprogo_app.workspace.records.filters import Filter
from koprogo_app.workspace.records.record import Parent, Record, wherever


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """An owner with his contact data: `lots` are the numbers he holds today, with their building."""

    id: UUID
    organization_id: UUID
    kind: Annotated[
        Literal["person", "company"],
        Field(
            N_("Person or company"), fields.one_of(("person", "company")), unit="select",
            options=(("person", N_("Person")), ("company", N_("Company"))), sort=True,
        ),
    ]  # fmt: skip
    name: Annotated[
        str,
        Field(N_("Family name or company"), fields.text(required=True), heading=N_("Name"), required=True,
              example="DUBOIS", personal=True),
    ]  # fmt: skip
    first_name: Annotated[str, Field(N_("First name"), fields.text(longest=100), longest=100, example="Anne")]
    full_name: Annotated[
        str,
        Field(N_("Name"), sql=full_name("r"), sort="name", order="lower(r.name)", example="DUBOIS Anne", primary=True,
              link="/owners/{id}"),
    ]  # fmt: skip
    enterprise_number: Annotated[str | None, replace(kinds.ENTERPRISE_NUMBER, hint=N_("Of a company"))]
    lang: kinds.Language
    email: Annotated[str, replace(kinds.EMAIL, sort=True, order="nullif(r.email, '')", wide=True)]
    phone: kinds.Phone
    street: kinds.Street
    postal_code: kinds.PostalCode
    city: kinds.City
    country: kinds.Country
    email_consent_on: Annotated[
        date | None,
        Field(
            N_("Consent to convocation by e-mail"), fields.day(), unit="date", sort="consent", wide=True,
            description="Day of the written consent to convocation by e-mail (art. 3.87 §3); null withdraws it",
        ),
    ]  # fmt: skip
    email_consent_ref: Annotated[str, Field("", fields.text())]
    user_id: Annotated[
        UUID | None, Field(P_("to sign in", "Account"), description="The account he signs in with", wide=True)
    ]
    version: int
    lots: Annotated[str, Field(N_("Lots"), sql="coalesce(h.lots, '')", sort=True, order="h.lots", example="A1.1, G4")]
    lot_count: Annotated[int, Field(sql="coalesce(h.lot_count, 0)")]


_HELD = """left join lateral (
  select string_agg(distinct l.number, ', ' order by l.number) as lots, count(distinct l.id) as lot_count,
         array_agg(distinct l.building_id) as buildings
    from ownership o join lot l on l.id = o.lot_id
   where o.owner_id = r.id and o.period @> %(today)s::date and l.retired_on is null
) h on true"""
PROBLEMS = {
    "no_email": ("r.email = ''", N_("Without e-mail")),
    "no_consent": ("r.email_consent_on is null", N_("Without consent to e-mail")),
    "no_address": ("r.street = '' or r.postal_code = '' or r.city = ''", N_("Without full address")),
    "no_lot": ("coalesce(h.lot_count, 0) = 0", N_("Without lot")),
}


class _Owners(Record[OwnerRow, Owner]):
    """Consent to convocation by e-mail is given for an address, and not in advance (art. 3.87 §3)."""

    async def add(
        self, w: Work, organization_id: UUID | None, values: Mapping[str, Any], *, building_id: UUID | None = None
    ) -> Owner:
        """A new person or company (`owners.write`, on the organisation or on the building he is entered for)."""
        await w.get(Organization, organization_id)
        require(w, self.write, organization_id, building_id)
        return await self.insert(w, Parent(organization_id), values, seen_in=building_id)

    async def authorise(self, w: Work, permission: str, row: Owner) -> None:
        await check_owner(w, permission, row, herself=permission == self.read)

    async def decide(self, w: Work, row: Owner | None, clean: dict[str, Any]) -> dict[str, Any]:
        if row is not None:
            _withdraw_consent(row, clean)
        values = (snapshot(row) if row else {}) | clean
        consent = values.get("email_consent_on")
        if consent and not values.get("email"):
            raise Invalid("email_consent_on", N_("Type the e-mail address first."), article="3.87 §3")
        if consent and consent > w.today:
            raise Invalid("email_consent_on", N_("The consent cannot lie in the future."), article="3.87 §3")
        return clean

    async def removable(self, w: Work, row: Owner) -> None:
        used = await w.value(
            "select exists (select from ownership where owner_id = %(p)s) "
            "or exists (select from mandatary where owner_id = %(p)s)",
            p=row.id,
        )
        if used:
            raise Conflict(N_("This owner is part of the history of a lot and cannot be deleted."))


OWNER = _Owners(
    row=OwnerRow, model=Owner, noun="owner", title=N_("Owners"), read="owners.read", write="owners.write",
    delete="owners.write", within="organization_id", under="", strict=False, joins=_HELD,
    parent=wherever(
        "%(everything)s or r.organization_id = any(%(organizations)s) or exists (select from ownership o "
        "join lot l on l.id = o.lot_id where o.owner_id = r.id and l.building_id = any(%(buildings)s))"
    ),
    order="lower(r.name), lower(r.first_name), r.id",
    search=f"{full_name('r')} ilike %(text)s or r.first_name || ' ' || r.name ilike %(text)s "
    "or r.email ilike %(text)s or h.lots ilike %(text)s",
    filters=(
        Filter(
            "problem", {name: where for name, (where, _) in PROBLEMS.items()}, N_("What is missing"), N_("All owners"),
            [(name, label) for name, (_, label) in PROBLEMS.items()], "show",
        ),
        Filter("lang", "r.lang = %(lang)s", N_("Language"), N_("All languages"), tuple(kinds.LANGUAGES.items())),
        Filter("organization_id", "r.organization_id = %(organization_id)s"),
        Filter(
            "building_id", "%(building_id)s = any(h.buildings)",
            description="Only those who hold a unit of this building today",
        ),
    ),
    layout=(("kind", "lang", "name", "first_name", "email", "phone"),),
    listed=("full_name", "lots", "email", "lang", "email_consent_on", "user_id"),
    filed=("name", "first_name", "lots", "enterprise_number", "email", "phone", "lang", "street", "postal_code", "city",
           "email_consent_on"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """Everything about one owner: his data and what he holds today."""

    owner: OwnerRow
    lots: list[HeldLot]


async def owner_card(w: Work, owner_id: UUID) -> OwnerCard:
    """An owner's whole card (`owners.read`, or the person herself). Raises NotFound."""
    return OwnerCard(await OWNER.detail(w, owner_id), await held_lots(w, owner_id))


def _withdraw_consent(row: Owner, clean: dict[str, Any]) -> None:
    """Consent was given for an address: without one there is nothing to consent to."""
    if clean.get("email", row.email) == "" and row.email and "email_consent_on" not in clean:
        clean["email_consent_on"] = None
    if clean.get("email_consent_on", row.email_consent_on) is None and row.email_consent_on:
        clean.setdefault("email_consent_ref", "")


async def link_owner_user(w: Work, owner_id: UUID, user_id: UUID) -> Owner:
    """Lets an account see what this owner holds (`users.write`). Conflict when another account is already linked."""
    row = await w.get(Owner, owner_id)
    await check_owner(w, "users.write", row)
    if row.user_id == user_id:
        await sync_owner_grants(w, owner_id)
        return row
    if row.user_id is not None:
        raise Conflict(N_("This owner already has an account. Unlink it first."), field="user")
    if not await w.value("select exists (select from identity.app_user where id = %(u)s)", u=user_id):
        raise NotFound
    row.user_id = user_id
    w.session.add(row)
    await w.flush()
    await sync_owner_grants(w, owner_id)
    await audit(w, "owner.linked", "owner", row.id, organization_id=row.organization_id, after={"user_id": user_id})
    return row


async def unlink_owner_user(w: Work, owner_id: UUID) -> Owner:
    """Ends what an account sees through this owner (`users.write`)."""
    row = await w.get(Owner, owner_id)
    await check_owner(w, "users.write", row)
    user_id = row.user_id
    if user_id is None:
        return row
    row.user_id = None
    w.session.add(row)
    await w.flush()
    await _sync(w, row.organization_id, user_id)
    await audit(w, "owner.unlinked", "owner", row.id, organization_id=row.organization_id, before={"user_id": user_id})
    return row


async def sync_owner_grants(w: Work, owner_id: UUID) -> None:
    """Brings the account of an owner in step with what he holds: role `owner` on each building, for the very days on
    which he holds a lot in it. Several owners may be linked to one account. Does nothing without an account."""
    row = await w.get(Owner, owner_id)
    if row.user_id is not None:
        await _sync(w, row.organization_id, row.user_id)


async def _sync(w: Work, organization_id: UUID, user_id: UUID) -> None:
    await keep_owner_grants(w, user_id, organization_id, await held_by_account(w, organization_id, user_id))
