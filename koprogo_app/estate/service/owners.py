"""Owners: their cards, their consent to convocation by e-mail, and the account they sign in with.

- `create_owner(w, organization_id, values, building_id=None) -> Owner`
- `update_owner(w, owner_id, changes, version=None) -> Owner` — one or several fields (`OWNER`)
- `delete_owner(w, owner_id) -> None` — only who never held anything
- `link_owner_user(w, owner_id, user_id) -> Owner`, `unlink_owner_user(w, owner_id) -> Owner`
- `sync_owner_grants(w, owner_id) -> None` — role `owner` on a building exactly while the person holds a lot in it
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from koprogo_app.estate.model import Organization, Owner
from koprogo_app.estate.queries.owners import check_owner, held_by_account
from koprogo_app.foundation.audit import audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.identity.service.members import keep_owner_grants
from koprogo_app.workspace import fields

OWNER: Final[dict[str, fields.Read]] = {
    "kind": fields.one_of(("person", "company")),
    "name": fields.text(required=True),
    "first_name": fields.text(longest=100),
    "enterprise_number": fields.enterprise_number,
    "lang": fields.language,
    "email": fields.email,
    "phone": fields.phone,
    "street": fields.text(),
    "postal_code": fields.text(longest=12),
    "city": fields.text(longest=100),
    "country": fields.country,
    "email_consent_on": fields.day(),
    "email_consent_ref": fields.text(),
}
"""The fields of an owner that can be written. `email_consent_on` is the day of the individual, explicit, written
consent to convocation by e-mail (art. 3.87 §3); empty withdraws it."""


async def create_owner(
    w: Work, organization_id: UUID, values: Mapping[str, Any], *, building_id: UUID | None = None
) -> Owner:
    """A new person or company (`owners.write`, on the organisation or on the building he is entered for)."""
    await w.get(Organization, organization_id)
    require(w, "owners.write", organization_id, building_id)
    clean = fields.read({"name": "", **values}, OWNER, w.principal.lang)
    _check(w, clean)
    row = await w.add(Owner(organization_id=organization_id, **clean))
    await audit(
        w,
        "owner.created",
        "owner",
        row.id,
        organization_id=organization_id,
        building_id=building_id,
        after=clean,
    )
    return row


async def update_owner(w: Work, owner_id: UUID, changes: Mapping[str, Any], *, version: int | None = None) -> Owner:
    """Changes fields of an owner (`owners.write`). With `version`: Conflict when he was changed in the meantime."""
    await w.execute("select from owner where id = %(owner)s for update", owner=owner_id)
    row = await w.get(Owner, owner_id)
    await check_owner(w, "owners.write", row)
    if version is not None and version != row.version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before, clean = snapshot(row), fields.read(changes, OWNER, w.principal.lang)
    _withdraw_consent(row, clean)
    changed = {field: value for field, value in clean.items() if getattr(row, field) != value}
    if not changed:
        return row
    _check(w, before | changed)
    for field, value in changed.items():
        setattr(row, field, value)
    row.version += 1
    w.session.add(row)
    await w.flush()
    await audit(
        w, "owner.updated", "owner", row.id, organization_id=row.organization_id, before=before, after=snapshot(row)
    )
    return row


def _withdraw_consent(row: Owner, clean: dict[str, Any]) -> None:
    """Consent was given for an address: without one there is nothing to consent to."""
    if clean.get("email", row.email) == "" and row.email and "email_consent_on" not in clean:
        clean["email_consent_on"] = None
    if clean.get("email_consent_on", row.email_consent_on) is None and row.email_consent_on:
        clean.setdefault("email_consent_ref", "")


def _check(w: Work, values: Mapping[str, Any]) -> None:
    """Judged before anything is written to the row, so that a refused change leaves nothing behind."""
    consent = values.get("email_consent_on")
    if consent and not values.get("email"):
        raise Invalid("email_consent_on", N_("Type the e-mail address first."), article="3.87 §3")
    if consent and consent > w.today:
        raise Invalid("email_consent_on", N_("The consent cannot lie in the future."), article="3.87 §3")


async def delete_owner(w: Work, owner_id: UUID) -> None:
    """Deletes an owner who never held anything (`owners.write`); Conflict otherwise."""
    row = await w.get(Owner, owner_id)
    await check_owner(w, "owners.write", row)
    used = await w.value(
        "select exists (select from ownership where owner_id = %(p)s) "
        "or exists (select from mandatary where owner_id = %(p)s)",
        p=row.id,
    )
    if used:
        raise Conflict(N_("This owner is part of the history of a lot and cannot be deleted."))
    await audit(w, "owner.deleted", "owner", row.id, organization_id=row.organization_id, before=snapshot(row))
    await w.session.delete(row)
    await w.flush()


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
