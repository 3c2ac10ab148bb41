"""What is said of a document: reading and checking it, changing it, deleting it.

- `described(w, values) -> Description` — who may put this there, and the clean values
- `update_document(w, document_id, changes, version=None) -> Document`
- `delete_document(w, document_id, reason) -> None`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.model import Document, Visibility
from koprogo_app.documents.queries.library import document_detail
from koprogo_app.documents.service.subjects import check_subject
from koprogo_app.estate.model import Building, Lot, Owner
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.foundation.audit import PERSONAL, audit, snapshot
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.jobs import defer
from koprogo_app.foundation.lawful import heed
from koprogo_app.identity.access import require
from koprogo_app.identity.model import User
from koprogo_app.law.retention import RETENTION, Paper, deletion_refusal, destroy_on
from koprogo_app.workspace import fields

ENTITIES: Final = ("meeting", "invoice", "ticket", "supplier", "transfer", "reminder")
HIDDEN: Final = PERSONAL | {"title", "file_name", "delete_reason", "body", "search"}
"""Fields whose values the audit does not copy: they can name people, or are long."""


def read_id(value: Any, name: str, lang: str = "") -> UUID | None:
    """An id, or None when nothing is given. Raises Invalid."""
    if value is None or value == "":
        return None
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise Invalid(name, N_("This is not an id.")) from error


FIELDS: Final[dict[str, fields.Read]] = {
    "kind": fields.one_of(tuple(Paper)),
    "title": fields.text(required=True),
    "dated": fields.day(),
    "lang": fields.language,
    "visibility": fields.one_of(tuple(Visibility)),
    "lot_id": read_id,
    "owner_id": read_id,
    "reader_id": read_id,
    "entity": fields.one_of(("", *ENTITIES)),
    "entity_id": read_id,
    "destroy_on": fields.day(),
}
"""What can be said of a document."""


@dataclass(frozen=True, slots=True)
class Description:
    """Where a document goes and what is said of it, checked."""

    building: Building
    values: dict[str, Any] = field(default_factory=dict)


async def described(w: Work, values: Mapping[str, Any]) -> Description:
    """Reads and checks what is said of a new document (`documents.write`). Raises Invalid on the field.

    Without a title the file's name gives one later; without a date it is today's; `visibility` is the syndic's only
    unless said otherwise. The day of destruction follows from the kind, and can be put later, never earlier.
    """
    given = {k: v for k, v in values.items() if k != "building_id"}
    building_id = read_id(values.get("building_id"), "building_id")
    if building_id is None:
        raise Invalid("building_id", N_("Choose a building."))
    building = await open_building(w, building_id, "documents.write")
    given = {"kind": Paper.OTHER, "lang": building.langs[0], "visibility": Visibility.SYNDIC, "dated": w.today, **given}
    untitled = not str(given.get("title") or "").strip()
    clean = fields.read(given | ({"title": "-"} if untitled else {}), FIELDS, w.principal.lang)
    clean["title"] = "" if untitled else clean["title"]
    clean["dated"] = clean["dated"] or w.today
    clean["destroy_on"] = _kept_until(clean["kind"], clean["dated"], clean.get("destroy_on"))
    await _check(w, building, clean)
    if clean.get("entity"):
        await check_subject(w, building, clean["entity"], clean["entity_id"])
    return Description(building, clean)


def _kept_until(kind: str, dated: date, asked: date | None) -> date | None:
    due = destroy_on(Paper(kind), dated)
    if asked is None or due is None:
        return due
    if asked < due:
        rule = RETENTION[Paper(kind)]
        raise Invalid(
            "destroy_on", N_("This kind is kept until {until} at least."), until=due,
            article=rule.article.code if rule.article else "",
        )  # fmt: skip
    return asked


async def _check(w: Work, building: Building, clean: Mapping[str, Any]) -> None:
    """The things it names exist, in this building or organisation, and the writer will be able to see it himself."""
    if not 1800 <= clean["dated"].year <= w.today.year + 2:
        raise Invalid("dated", N_("Check the year of this date."))
    if (lot_id := clean.get("lot_id")) is not None:
        lot = await w.session.get(Lot, lot_id)
        if lot is None or lot.building_id != building.id:
            raise Invalid("lot_id", N_("This lot is not in this building."))
    if clean["visibility"] == Visibility.OWNER and clean.get("owner_id") is None:
        raise Invalid("owner_id", N_("Choose the owner who may see it."))
    if (owner_id := clean.get("owner_id")) is not None:
        owner = await w.session.get(Owner, owner_id)
        if owner is None or owner.organization_id != building.organization_id:
            raise Invalid("owner_id", N_("This owner does not exist."))
    if (reader_id := clean.get("reader_id")) is not None and await w.session.get(User, reader_id) is None:
        raise Invalid("reader_id", N_("This person does not exist."))
    if clean["visibility"] == Visibility.NOTARY and not (clean.get("reader_id") and clean.get("entity_id")):
        raise Invalid("reader_id", N_("Choose the notary and his file."))
    if bool(clean.get("entity")) != bool(clean.get("entity_id")):
        raise Invalid("entity_id", N_("Say both what it belongs to and which one."))
    _sees(w, building, clean["visibility"])


_TO_SEE: Final = {
    Visibility.CO_OWNERS: "documents.read_co_owners",
    Visibility.BOARD: "documents.read_board",
    Visibility.SYNDIC: "documents.read_syndic",
    Visibility.OWNER: "documents.read_owner",
    Visibility.NOTARY: "documents.read_syndic",
}


def _sees(w: Work, building: Building, visibility: str) -> None:
    try:
        require(w, _TO_SEE[Visibility(visibility)], building.organization_id, building.id)
    except Forbidden as error:
        raise Invalid("visibility", N_("You would not see this document yourself. Choose who may see it.")) from error


async def open_document(w: Work, document_id: UUID, permission: str) -> Document:
    """A document to work on: visible to this person, who may do this in its building. Raises NotFound, Forbidden."""
    seen = (await document_detail(w, document_id)).row
    require(w, permission, seen.organization_id, seen.building_id)
    row = await w.get(Document, document_id)
    if row.deleted_at is not None:
        raise NotFound
    return row


async def update_document(
    w: Work, document_id: UUID, changes: Mapping[str, Any], *, version: int | None = None
) -> Document:
    """Changes what is said of a document (`documents.write`). A new kind or date gives a new day of destruction."""
    row = await open_document(w, document_id, "documents.write")
    if version is not None and version != row.version:
        raise Conflict(N_("Somebody else changed this in the meantime. Look at it again."))
    before, clean = snapshot(row), fields.read(changes, FIELDS, w.principal.lang)
    clean = {name: value for name, value in clean.items() if getattr(row, name) != value}
    if not clean:
        return row
    after = {name: getattr(row, name) for name in FIELDS} | clean
    if after["dated"] is None:
        raise Invalid("dated", N_("Fill this in."))
    if {"kind", "dated", "destroy_on"} & clean.keys():
        clean["destroy_on"] = after["destroy_on"] = _kept_until(after["kind"], after["dated"], clean.get("destroy_on"))
    building = await w.get(Building, row.building_id)
    await _check(w, building, after)
    if {"entity", "entity_id"} & clean.keys() and after["entity"]:
        await check_subject(w, building, after["entity"], after["entity_id"])
    for name, value in clean.items():
        setattr(row, name, value)
    row.version += 1
    w.session.add(row)
    await w.flush()
    await audited(w, "document.updated", row, before=before, after=snapshot(row))
    return row


async def delete_document(w: Work, document_id: UUID, reason: str) -> None:
    """Deletes a document (`documents.delete`): its bytes go, a trace with the reason stays.

    Raises AgainstTheLaw or Invalid on `reason` before its day of destruction when none is given.
    """
    row = await open_document(w, document_id, "documents.delete")
    why = fields.text(longest=500)(reason, "reason", w.principal.lang)
    heed(deletion_refusal(Paper(row.kind), row.destroy_on, w.today, why))
    await _delete(w, row, why)


async def withdraw(w: Work, document_id: UUID, reason: str) -> None:
    """Deletes a paper that the program filed for an act that is taken back, as `delete_document`; the caller has
    authorised that act. One that is deleted already stays so."""
    row = await w.get(Document, document_id)
    if row.deleted_at is None:
        await _delete(w, row, reason)


async def _delete(w: Work, row: Document, why: str) -> None:
    before = snapshot(row)
    row.deleted_at, row.deleted_by, row.delete_reason, row.body = w.now, w.principal.user_id, why, ""
    w.session.add(row)
    await w.flush()
    await audited(w, "document.deleted", row, before=before, after=snapshot(row))
    await defer(w, "documents.remove_objects", document_id=str(row.id))


async def audited(w: Work, action: str, row: Document, *, before: Any = None, after: Any = None) -> None:
    """Records an act on a document, without its words."""
    await audit(
        w, action, "document", row.id, organization_id=row.organization_id, building_id=row.building_id,
        before=before, after=after, personal=HIDDEN,
    )  # fmt: skip
