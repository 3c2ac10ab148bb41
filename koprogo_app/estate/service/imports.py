"""Importing lots and owners from a syndic's file: all or nothing, and the same file twice changes nothing.

- `preview_import(w, building_id, data) -> ImportPlan` — what would be created or changed, every problem by line
- `apply_import(w, building_id, data, filename="", since=None) -> ImportPlan` — the plan it wrote; Invalid("file") when
  it has errors. `since` is the first day of the ownerships; the fiscal year's first day unless given.

Lots are matched by number; owners by their reference (our own export writes it), enterprise number, then name with what
goes with it. Filled cells win over what is known; empty ones never erase. A complete lot keeps its owners: other owners
in the file are an error, because only a transfer with its day keeps the history.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from koprogo_app.estate.importing import ImportedLot, ImportedOwner, Preview, Problem, Severity, read_file
from koprogo_app.estate.importing.people import name_key
from koprogo_app.estate.model import Building
from koprogo_app.estate.rules.holding import check_completeness
from koprogo_app.estate.service import import_rows
from koprogo_app.estate.service.buildings import open_building
from koprogo_app.estate.service.import_plan import ImportPlan, KnownLot, KnownOwner, PlannedLot, PlannedOwner
from koprogo_app.estate.service.owners import sync_owner_grants
from koprogo_app.estate.service.ownership import fiscal_year_start
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import MAX_BYTES
from koprogo_app.identity.access import require
from koprogo_app.law.articles import UNANIMITY
from koprogo_app.law.shares import Right


async def preview_import(w: Work, building_id: UUID, data: bytes, *, since: date | None = None) -> ImportPlan:
    """What a file would create and change (`lots.write` and `owners.write`); writes nothing."""
    building = await open_building(w, building_id, "lots.write")
    require(w, "owners.write", building.organization_id, building_id)
    if len(data) > MAX_BYTES:
        raise Invalid("file", N_("This file is larger than {size} MB."), size=MAX_BYTES // 1_000_000)
    preview = read_file(data, deed_total=building.deed_total)
    lots = await import_rows.known_lots(w, building_id)
    owners = await import_rows.known_owners(w, building.organization_id)
    return _Planning(building, preview, lots, owners, since or fiscal_year_start(building, w.today)).plan()


async def apply_import(
    w: Work, building_id: UUID, data: bytes, *, filename: str = "", since: date | None = None
) -> ImportPlan:
    """Writes what `preview_import` shows, in one go. Raises Invalid on `file` when there is any error."""
    await w.execute("select from building where id = %(b)s for update", b=building_id)
    plan = await preview_import(w, building_id, data, since=since)
    if not plan.importable:
        errors = sum(p.severity is Severity.ERROR for p in plan.problems)
        raise Invalid(
            "file",
            N_(
                "Nothing was imported: the file has {count} error. Look at the preview.",
                "Nothing was imported: the file has {count} errors. Look at the preview.",
            ),
            count=errors,
        )
    if plan.changes_nothing:
        return plan
    building = await w.get(Building, building_id)
    for owner_id in await import_rows.write(w, building, plan.lots, plan.owners, plan.since):
        await sync_owner_grants(w, owner_id)
    await audit(
        w,
        "building.imported",
        "building",
        building_id,
        organization_id=building.organization_id,
        building_id=building_id,
        after={
            "file": filename[:200],
            "since": plan.since,
            "new_lots": [one.lot.number for one in plan.lots if one.action == "new"],
            "changed_lots": [one.lot.number for one in plan.lots if one.action == "changed"],
            "new_owners": plan.count("owners", "new"),
            "changed_owners": plan.count("owners", "changed"),
        },
    )
    return plan


class _Planning:
    """Holds a file against what is already there."""

    def __init__(
        self, building: Building, preview: Preview, lots: list[KnownLot], owners: list[KnownOwner], since: date
    ) -> None:
        self.building, self.preview, self.since = building, preview, since
        self.lots = {lot.key: lot for lot in lots}
        self.owners = owners
        self.settled = sum(lot.share for lot in lots) == building.deed_total
        self.problems: list[Problem] = []
        self.taken: set[UUID] = set()

    def plan(self) -> ImportPlan:
        owners = [self._owner(owner) for owner in self.preview.owners]
        known = {one.owner.key: one.known.id for one in owners if one.known}
        rights: dict[str, list[tuple[str, Right, Fraction, bool]]] = {}
        for one in self.preview.ownerships:
            rights.setdefault(one.lot_key, []).append((one.owner_key, one.right, one.share, one.primary))
        lots = [self._lot(lot, rights.get(lot.key, []), known) for lot in self.preview.lots]
        return ImportPlan(self.preview, self.since, lots, owners, (*self.preview.problems, *self.problems))

    def _lot(
        self, lot: ImportedLot, rights: list[tuple[str, Right, Fraction, bool]], owners: Mapping[str, UUID]
    ) -> PlannedLot:
        known = self.lots.get(lot.key)
        people = {owner: owners.get(owner) or UUID(int=at) for at, owner in enumerate({r[0] for r in rights}, 1)}
        shares = {(people[owner], right): share for owner, right, share, _ in rights}
        complete = check_completeness(False, shares)
        if known is None:
            return PlannedLot(lot, None, {}, rights, complete, bool(rights))
        changes = _changes(known, lot)
        if "share" in changes and self.settled:
            self._refuse(
                "shares-settled",
                N_("Lot {lot} has {share} shares: only a decision of all co-owners changes that ({article})."),
                lot.line,
                lot=known.number, share=known.share, article=UNANIMITY,
            )  # fmt: skip
        same = shares == known.shares
        if known.complete and rights and not same:
            self._refuse(
                "other-owners",
                N_("Lot {lot} is complete and has other owners: record a transfer with its day instead."),
                lot.line,
                lot=known.number,
            )
        return PlannedLot(lot, known, changes, rights, complete, bool(rights) and not same and not known.complete)

    def _refuse(self, code: str, message: str, line: int, **params: object) -> None:
        self.problems.append(Problem(Severity.ERROR, code, message, line, params=params))

    def _owner(self, owner: ImportedOwner) -> PlannedOwner:
        known = self._match(owner)
        if known is None:
            return PlannedOwner(owner, None, {})
        self.taken.add(known.id)
        return PlannedOwner(owner, known, _owner_changes(known, owner))

    def _match(self, owner: ImportedOwner) -> KnownOwner | None:
        """The same person among those known, each of whom is found once."""
        free = [known for known in self.owners if known.id not in self.taken]
        if found := next((known for known in free if str(known.id) == owner.reference.lower()), None):
            return found
        number = owner.enterprise_number
        if found := next((known for known in free if number and known.enterprise_number == number), None):
            return found
        name = name_key(owner.name, owner.first_name)
        namesakes = [known for known in free if name_key(known.name, known.first_name) == name]
        if found := next((known for known in namesakes if owner.email and known.email.lower() == owner.email), None):
            return found
        lots = {one.lot_key for one in self.preview.ownerships if one.owner_key == owner.key}
        if found := next((known for known in namesakes if lots & self._held_by(known)), None):
            return found
        alike = [known for known in namesakes if not _contradict(known, owner)]
        return alike[0] if len(alike) == 1 else None

    def _held_by(self, known: KnownOwner) -> set[str]:
        return {key for key, lot in self.lots.items() if any(owner == known.id for owner, _ in lot.shares)}


def _contradict(known: KnownOwner, owner: ImportedOwner) -> bool:
    """Whether two people of one name differ in what tells people apart."""
    numbers = owner.enterprise_number and known.enterprise_number and owner.enterprise_number != known.enterprise_number
    return bool(numbers or (owner.email and known.email and owner.email != known.email.lower()))


def _changes(known: KnownLot, lot: ImportedLot) -> dict[str, Any]:
    wanted: dict[str, Any] = {"kind": str(lot.kind), "share": lot.share}
    if lot.floor is not None:
        wanted["floor"] = lot.floor
    if lot.area is not None:
        wanted["area"] = lot.area
    return {name: value for name, value in wanted.items() if getattr(known, name) != value}


def _owner_changes(known: KnownOwner, owner: ImportedOwner) -> dict[str, Any]:
    wanted = import_rows.owner_values(owner)
    if str(known.id) != owner.reference.lower():
        for name in ("name", "first_name", "kind"):
            wanted.pop(name)
    if known.email.lower() == wanted["email"]:
        wanted.pop("email")
    return {name: value for name, value in wanted.items() if value and getattr(known, name) != value}
