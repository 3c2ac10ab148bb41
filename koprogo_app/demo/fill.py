"""Fills an empty installation with the demo: the Tilleuls, a small building with red flags, and a volunteer's."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from koprogo_app.demo import books, budget, documents, people, recovery
from koprogo_app.demo.people import Login
from koprogo_app.estate.model import Organization
from koprogo_app.estate.service import keys, lots, ownership
from koprogo_app.estate.service.buildings import BUILDING
from koprogo_app.estate.service.imports import apply_import
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.estate.service.owners import OWNER
from koprogo_app.estate.service.ownership import HolderInput
from koprogo_app.foundation import installation
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.identity.access import Person
from koprogo_app.identity.model import Role
from koprogo_app.identity.service.members import Place

Step = Callable[[str, float], None]
DATA: Final = Path(__file__).parent / "data"
SINCE: Final = date(2021, 1, 1)

_ADMIN: Final = "admin@koprogo.example.be"
_SYNDIC: Final = "syndic@koprogo.example.be"
_ACCOUNTANT: Final = "comptable@koprogo.example.be"
_BOARD: Final = "conseil@koprogo.example.be"
_AUDITOR: Final = "commissaire@koprogo.example.be"
_VOLUNTEER: Final = "benevole@koprogo.example.be"
_OWNERS: Final = ("u.hermans@example.be", "f.collard@example.be", "d.schmitz@example.be")

LOGINS: Final = [
    Login("superadmin", _ADMIN),
    Login("syndic", _SYNDIC),
    Login("accountant", _ACCOUNTANT),
    Login("council", _BOARD),
    Login("auditor", _AUDITOR),
    Login("owner", _OWNERS[0]),
    Login("owner (usufruct)", _OWNERS[1]),
    Login("owner (half a lot)", _OWNERS[2]),
    Login("volunteer syndic", _VOLUNTEER),
]


async def fill(step: Step) -> list[Login]:
    """Writes the demo once and returns a login per role. `step(what, share)` tells how far it is, from 0 to 1.

    Called again it changes nothing. Raises Conflict on an installation that holds anything else.
    """
    if await _is_demo():
        return LOGINS
    step("People", 0.05)
    admin = await people.admin(_ADMIN, "Camille Admin")
    office = await _office(admin, "Gestion Saint-Job SRL", "professional", "0403.101.217")
    place = Place(office, None, "Gestion Saint-Job SRL")
    syndic = await people.member(admin, _SYNDIC, "Anne Nowak", Role.SYNDIC, place)
    accountant = await people.member(admin, _ACCOUNTANT, "Bram De Wit", Role.ACCOUNTANT, place, "nl")
    step("Les Tilleuls", 0.1)
    tilleuls = await _tilleuls(syndic, office)
    step("Allocation keys", 0.2)
    await _keys(syndic, tilleuls)
    step("Documents", 0.22)
    await documents.fill(syndic, tilleuls)
    step("Accounts of owners", 0.25)
    await _people_of_tilleuls(syndic, office, tilleuls)
    step("The books of Les Tilleuls", 0.3)
    await books.fill(syndic, accountant, tilleuls, lambda done: step("The books of Les Tilleuls", 0.3 + 0.5 * done))
    step("Reminders", 0.78)
    await recovery.fill(syndic, tilleuls)
    await budget.fill(syndic, tilleuls)
    step("Le Chêne", 0.8)
    await _oak(syndic, office)
    step("A volunteer's building", 0.9)
    await _volunteer(admin)
    async with work(SYSTEM) as w:
        await installation.becomes_demo(w)
    step("Done", 1.0)
    return LOGINS


async def _is_demo() -> bool:
    async with work(SYSTEM) as w:
        if await installation.is_demo(w):
            return True
        if await w.value("select exists (select from identity.app_user) or exists (select from estate.organization)"):
            raise Conflict(N_("This installation holds data already: the demo only fills an empty one."))
    return False


async def _office(admin: Person, name: str, kind: str, number: str = "") -> UUID:
    async with work(admin) as w:
        row: Organization = await ORGANIZATION.add(
            w, None,
            {
                "name": name, "kind": kind, "enterprise_number": number, "email": "info@koprogo.example.be",
                "phone": "+32 2 555 01 23", "street": "Chaussée de Saint-Job 12", "postal_code": "1180",
                "city": "Uccle", "lang": "fr",
            },
        )  # fmt: skip
    return row.id


async def _tilleuls(syndic: Person, office: UUID) -> UUID:
    async with work(syndic) as w:
        building = await BUILDING.add(
            w, office,
            {
                "name": "Résidence Les Tilleuls", "enterprise_number": "0712.345.630",
                "street": "Avenue des Tilleuls 8", "postal_code": "1180", "city": "Uccle", "deed_total": 10_000,
                "provisional_acceptance": "2021-03-12",
                "fiscal_month": 1, "fiscal_day": 1, "assembly_month": 12, "assembly_day": 8,
                "langs": ["fr", "nl", "de"],
            },
        )  # fmt: skip
        sheet = DATA / "tilleuls.csv"
        await apply_import(w, building.id, sheet.read_bytes(), filename=sheet.name, since=SINCE)
    async with work(syndic) as w:
        usufruct = await _lot(w, building.id, "A2.2")
        await ownership.name_mandatary(
            w, usufruct, await _owner(w, "f.collard@example.be"), date(2024, 3, 12), "Lettre du 5 mars 2024"
        )
        for address in _OWNERS:
            owner = await _owner(w, address)
            await OWNER.change(
                w,
                owner,
                None,
                {"email_consent_on": "2024-05-02", "email_consent_ref": "Formulaire signé, dossier 2024"},
            )
        for box, owner in enumerate(await _owners_by_name(w), 1):
            await OWNER.change(
                w, owner, None, {"street": f"Avenue des Tilleuls 8 bte {box}", "postal_code": "1180", "city": "Uccle"}
            )
    return building.id


async def _owners_by_name(w: Work) -> list[UUID]:
    found: list[UUID] = await w.value("select array_agg(id order by name, first_name) from estate.owner")
    return found


async def _lot(w: Work, building_id: UUID, number: str) -> UUID:
    found: UUID = await w.value(
        "select id from estate.lot where building_id = %(b)s and number = %(n)s", b=building_id, n=number
    )
    return found


async def _owner(w: Work, email: str) -> UUID:
    found: UUID = await w.value("select id from estate.owner where email = %(e)s", e=email)
    return found


async def _keys(syndic: Person, building_id: UUID) -> None:
    """The lift by use: flats from the second floor up; the heating by value: what is heated."""
    async with work(syndic) as w:
        rows = await w.rows(
            "select id as lot_id, kind, coalesce(floor, 0) as floor, share from estate.lot "
            "where building_id = %(b)s and retired_on is null",
            dict, b=building_id,
        )  # fmt: skip
        lift = {r["lot_id"]: r["share"] for r in rows if r["kind"] == "apartment" and r["floor"] >= 2}
        heat = {r["lot_id"]: r["share"] for r in rows if r["kind"] in ("apartment", "shop")}
        await keys.KEY.add(
            w, building_id,
            {"name": "Ascenseur", "kind": "utility", "basis": "Acte de base, art. 14 : appartements dès le 2e étage"},
            weights=lift, since=SINCE,
        )  # fmt: skip
        await keys.KEY.add(
            w, building_id,
            {"name": "Chauffage", "kind": "value", "basis": "Acte de base, art. 15 : locaux chauffés"},
            weights=heat, since=SINCE,
        )  # fmt: skip


async def _people_of_tilleuls(syndic: Person, office: UUID, building_id: UUID) -> None:
    place = Place(office, building_id, "Résidence Les Tilleuls")
    await people.member(syndic, _BOARD, "Véronique Fontaine", Role.BOARD, place)
    await people.member(syndic, _AUDITOR, "Dirk Maes", Role.AUDITOR, place, "nl")
    for address in _OWNERS:
        async with work(syndic) as w:
            owner = await _owner(w, address)
        await people.owner_account(syndic, owner, place)


async def _oak(syndic: Person, office: UUID) -> None:
    """A building that shows its red flags: shares short of the deed, a draft, no acceptance date, no period."""
    async with work(syndic) as w:
        building = await BUILDING.add(
            w, office,
            {"name": "Résidence Le Chêne", "street": "Rue du Chêne 3", "postal_code": "4700", "city": "Eupen",
             "deed_total": 1_000, "langs": ["de", "fr"]},
        )  # fmt: skip
        names = ["KRAUSE Erika", "PETERS Jonas", "WILMS Anna", "LAMBERT Paul"]
        for place, (share, name) in enumerate(zip((240, 260, 250, 230), names, strict=True), 1):
            lot = await lots.create_lot(
                w, building.id, {"number": str(place), "kind": "apartment", "floor": place - 1, "share": share}
            )
            family, first = name.split(" ")
            owner = await OWNER.add(
                w, office, {"name": family, "first_name": first, "lang": "de"}, building_id=building.id
            )
            part = "1/1" if place < 4 else "1/2"
            await ownership.set_holders(w, lot.id, [HolderInput(owner.id, part)], on=SINCE)


async def _volunteer(admin: Person) -> None:
    office = await _office(admin, "Copropriété Les Érables", "volunteer")
    place = Place(office, None, "Copropriété Les Érables")
    person = await people.member(admin, _VOLUNTEER, "Marc Lejeune", Role.SYNDIC, place)
    async with work(person) as w:
        building = await BUILDING.add(
            w, office,
            {"name": "Les Érables", "street": "Place du Marché 1", "postal_code": "5000", "city": "Namur",
             "deed_total": 1_000, "provisional_acceptance": "2009-06-30", "assembly_month": 4, "assembly_day": 1},
        )  # fmt: skip
        for place_no, share in enumerate((400, 350, 250), 1):
            lot = await lots.create_lot(
                w, building.id, {"number": f"E{place_no}", "kind": "apartment", "floor": place_no - 1, "share": share}
            )
            owner = await OWNER.add(w, office, {"name": f"ÉRABLE {place_no}"}, building_id=building.id)
            await ownership.set_holders(w, lot.id, [HolderInput(owner.id, "1/1")], on=SINCE)
