"""The accountant and the bank: an account, the bank's file, everything recognised confirmed at once, the last movement
split, and the co-owners owe nothing any more."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from koprogo_app.demo.coda import COSTS, Payment, paid_in, write
from koprogo_app.foundation.numbers import make_communication
from tests.journeys.conftest import PASSWORD, WHO, Site

IBANS = {"Résidence Le Chêne": "BE68539007547034", "Les Érables": "BE54000000009797"}


@pytest.mark.parametrize(
    ("who", "building", "width"), [("syndic", "Résidence Le Chêne", 1440), ("volunteer", "Les Érables", 375)]
)
def test_from_the_banks_file_to_a_zero_balance(
    page: Page, site: Site, tmp_path: Path, who: str, building: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, who)
    base, owners = open_books(page, site, building)
    owe(page, site, who, base, owners)
    add_account(page, base, IBANS[building])
    site.check(page, width)
    send(page, site, base, building, owners[0], tmp_path)
    confirm_all(page)
    split(page, owners[1][1])
    site.check(page, width)
    for owner, _ in owners:
        page.goto(f"{base}/ledger?party={owner}")
        expect(page.locator("tbody tr").last).to_contain_text("0,00")
    twice(page, base)


def open_books(page: Page, site: Site, building: str) -> tuple[str, list[tuple[str, str]]]:
    """Opens the accounts; the building's address, and two of its co-owners."""
    ((found,),) = site.sql("select id::text from building where name = %s", building)
    page.goto(f"/buildings/{found}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill("2026-01-01")
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    rows = site.sql(
        """select distinct o.id::text, trim(concat_ws(' ', nullif(o.first_name, ''), o.name)) from owner o
             join ownership w on w.owner_id = o.id join lot l on l.id = w.lot_id
            where l.building_id = %s and l.status = 'complete' order by 2 limit 2""",
        found,
    )
    return f"/buildings/{found}", [(row[0], row[1]) for row in rows]


def owe(page: Page, site: Site, who: str, base: str, owners: list[tuple[str, str]]) -> None:
    """250 € from the first, 100 € from the second."""
    signed = page.request.post("/api/v1/auth/login", data={"email": WHO[who], "password": PASSWORD})
    headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
    lines = [{"account": "4101", "cents": cents, "owner_id": owner}
             for (owner, _), cents in zip(owners, (25_000, 10_000), strict=True)]  # fmt: skip
    entry = {"journal": "OD", "on": "2026-03-01", "document_ref": "AF 1",
             "lines": [*lines, {"account": "701", "cents": -35_000}]}  # fmt: skip
    path = base.replace("/buildings/", "/api/v1/financial/entries/")
    assert page.request.post(path, data=entry, headers=headers).status == 201
    site.sql(
        "insert into payment_reference (organization_id, building_id, owner_id) "
        "select organization_id, %s, id from owner where id = %s",
        base.rpartition("/")[2], owners[0][0],
    )  # fmt: skip


def add_account(page: Page, base: str, iban: str) -> None:
    page.goto(f"{base}/bank")
    expect(page.get_by_text("Aucun compte bancaire n’est enregistré pour le fonds de réserve")).to_be_visible()
    page.get_by_role("button", name="Ajouter un compte bancaire").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Numéro de compte").fill(iban.replace("BE6", "BE7").replace("BE5", "BE6"))
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog.get_by_text("contient une erreur")).to_be_visible()
    dialog.get_by_label("Numéro de compte").fill(iban)
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("551 · BQE")).to_be_visible()


def send(page: Page, site: Site, base: str, building: str, owner: tuple[str, str], folder: Path) -> None:
    ((number,),) = site.sql("select base from payment_reference where owner_id = %s", owner[0])
    on = date(2026, 3, 12)
    payments = [
        Payment(on, 25_000, owner[1], "BE26091000009729", make_communication(number)),
        Payment(on, -250, text="FRAIS DE TENUE DE COMPTE", code=COSTS),
        Payment(on, 12_000, "TANTE JEANNE", "BE88363000000141", text="pour mars"),
    ]
    file = folder / "extrait.cod"
    file.write_bytes(write([paid_in(IBANS[building], building, 1, 0, date(2026, 3, 11), payments)]))
    broken = folder / "abime.cod"
    broken.write_bytes(file.read_bytes().replace(b"0000000000250000", b"0000000000350000", 1))
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(broken)
    expect(page.get_by_role("alert").filter(has_text="Ligne")).to_be_visible()
    chooser.set_input_files(file)
    expect(page.get_by_role("heading", level=1, name="Extrait 2026/1")).to_be_visible()


def confirm_all(page: Page) -> None:
    expect(page.get_by_text("66 %")).to_be_visible()
    page.get_by_role("button", name="Confirmer ce qui est reconnu (2)").click()
    expect(page.get_by_text("2 mouvements comptabilisés.")).to_be_visible()
    expect(page.get_by_text("Comptabilisé : BQE 1 (communication structurée)")).to_be_visible()
    expect(page.get_by_text("Comptabilisé : BQE 2 (frais bancaires)")).to_be_visible()


def split(page: Page, owner: str) -> None:
    expect(page.get_by_text("Non reconnu : dites à quoi il sert.")).to_be_visible()
    page.get_by_role("button", name="Répartir…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=target-0]").fill(owner)
    dialog.locator("input[name=amount-0]").fill("100")
    dialog.locator("input[name=target-1]").fill("499x")
    dialog.get_by_role("button", name="Comptabiliser les parts").click()
    expect(dialog.get_by_text("Personne ici ne s’appelle")).to_be_visible()
    dialog.locator("input[name=target-1]").fill("4996")
    dialog.get_by_role("button", name="Comptabiliser les parts").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Comptabilisé : BQE 3 (à la main)")).to_be_visible()
    expect(page.get_by_text("la comptabilité dit de même")).to_be_visible()


def twice(page: Page, base: str) -> None:
    """The statement is in the list, wholly posted."""
    page.goto(f"{base}/bank")
    expect(page.get_by_role("row", name="2026/1").get_by_text("tout est comptabilisé")).to_be_visible()
