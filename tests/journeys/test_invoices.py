"""An invoice's way: the accountant takes in an electronic one, mends its account and key in place and submits it; the
syndic approves it; the entry stands in the books, and the bank gets its file."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from koprogo_app.demo.suppliers import enterprise_number
from tests.journeys.conftest import WHO, Site
from tests.purchases.ubl import PDF, Doc, Line
from tests.world import this_year, today


@pytest.mark.parametrize("width", [1440, 375])
def test_from_the_electronic_invoice_to_the_books(page: Page, site: Site, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    ((building,),) = site.sql("select id::text from building where name like '%%Tilleuls%%'")
    base, number = f"/buildings/{building}", f"PEPPOL-{width}"
    site.sql("update app_user set lang = 'fr' where email = %s", WHO["accountant"])
    site.sign_in(page, "accountant")
    page.goto(f"{base}/invoices")
    expect(page.get_by_role("table", name="Factures")).to_be_visible()
    site.check(page, width)
    take_it_in(page, tmp_path, number, width)
    mend_it(page, number)
    site.check(page, width)
    page.get_by_role("button", name="Soumettre", exact=True).click()
    expect(page.get_by_text("Quatre yeux")).to_be_visible()
    expect(page.get_by_role("button", name="Approuver…")).to_have_count(0)
    address = page.url
    page.context.clear_cookies()
    site.sign_in(page, "syndic")
    page.goto(address)
    approve_it(page, site, number, width)
    pay_it(page, site, base, number, width)


def take_it_in(page: Page, folder: Path, number: str, width: int) -> None:
    """From a supplier that is not known yet: he is added, and no account is proposed."""
    doc = Doc(
        number=number, dated=this_year("01-01"), due=today().isoformat(), pdf=PDF,
        supplier=f"Ascenseurs Mosans {width}", supplier_number=enterprise_number(7_000_000 + width),
        lines=[Line("Entretien", "1000.00", "6"), Line("Pièce", "33.33", "21")],
        subtotals=[("6", "1000.00", "60.00"), ("21", "33.33", "7.00")], net="1033.33", tax="67.00", gross="1100.33",
        payable="1100.33", iban="BE68 5390 0754 7034" if width == 1440 else "BE11 0001 2345 6748",
    )  # fmt: skip
    file = folder / "facture.xml"
    page.get_by_role("button", name="Reprendre une facture électronique").click()
    file.write_bytes(doc.xml())
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_text("Une ligne n’a pas encore de compte")).to_be_visible()


def cell(page: Page, column: str, line: str) -> Locator:
    return page.get_by_label(f"{column}, {line}", exact=True)


def fill(page: Page, column: str, line: str, text: str) -> None:
    cell(page, column, line).focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def mend_it(page: Page, number: str) -> None:
    """A wrong account is refused where it was typed; the right one and the key are kept; the totals follow."""
    fill(page, "Compte", "Entretien", "4101")
    expect(page.locator(".kit-refused-text")).to_contain_text("4101")
    fill(page, "Compte", "Entretien", "61011")
    expect(page.locator(".kit-refused-text")).to_have_count(0)
    cell(page, "Réparti selon", "Entretien").select_option(label="Ascenseur")
    fill(page, "Compte", "Pièce", "61012")
    totals = page.get_by_role("status").filter(has_text="TVA comprise")
    expect(totals).to_contain_text("Les lignes donnent le document, au centime")
    fill(page, "Hors TVA", "Pièce", "40")
    expect(totals).to_contain_text(re.compile(r"diffèrent du document de 8,07"))
    expect(cell(page, "TVA", "Pièce")).to_have_value("8,40")
    expect(page.get_by_role("row", name=re.compile("61012"))).to_contain_text("48,40")
    cell(page, "Description", "Entretien").focus()
    fill(page, "Hors TVA", "Pièce", "33,33")
    expect(totals).to_contain_text("Les lignes donnent le document, au centime")


def approve_it(page: Page, site: Site, number: str, width: int) -> None:
    page.get_by_role("button", name="Approuver…").click()
    page.get_by_role("dialog").get_by_role("button", name="Approuver et comptabiliser").click()
    entry = page.get_by_role("link", name=re.compile(r"^ACH \d+$"))
    expect(entry).to_be_visible()
    expect(page.get_by_role("list", name="Documents de la facture").get_by_role("listitem")).to_have_count(2)
    site.check(page, width)
    entry.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ACH")
    expect(page.get_by_role("row", name=re.compile("Ascenseurs Mosans"))).to_contain_text(re.compile(r"1\s100,33"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def note_of_the_supplier(page: Page, site: Site, base: str, number: str) -> None:
    """A credit note of 100.33 by the same supplier, written by the syndic and approved without four eyes."""
    building = base.split("/")[2]
    supplier = site.sql("select supplier_id from invoice where number = %s", number)[0][0]
    headers = {"X-Requested-With": "koprogo", "Origin": site.url}

    def said(path: str, data: Any = None) -> Any:
        answer = page.request.post(f"/api/v1/{path}", headers=headers, data=data)
        assert answer.ok, answer.text()
        return answer.json()

    site.sql("update charge_settings set four_eyes = false where building_id = %s", building)
    line = {"account": "61011", "label": "Pièce reprise", "net_cents": 10_033, "vat_rate": 0}
    note = {
        "supplier_id": str(supplier),
        "kind": "credit_note",
        "number": f"NC-{number}",
        "dated": this_year("01-01"),
    }
    made = said(f"buildings/{building}/invoices", {**note, "lines": [line]})
    for step in ("submit", "approve"):
        said(f"invoices/{made['id']}/{step}")
    site.sql("update charge_settings set four_eyes = true where building_id = %s", building)


def pay_it(page: Page, site: Site, base: str, number: str, width: int) -> None:
    note_of_the_supplier(page, site, base, number)
    page.goto(f"{base}/payment-orders?until={today()}")
    row = page.get_by_role("row", name=re.compile(rf"^(?!.*NC-).*{number}"))
    expect(row.get_by_role("checkbox")).to_be_checked()
    note = page.get_by_role("row", name=re.compile(f"NC-{number}"))
    expect(note).to_contain_text("note de crédit")
    # Only these two, whatever else of the demo is due today.
    others = page.locator("tbody tr").filter(has_not_text=number).get_by_role("checkbox", checked=True)
    for left in reversed(range(others.count())):
        others.nth(left).click()
        expect(others).to_have_count(left)
    due = page.get_by_role("status").filter(has_text=re.compile(r"factures?, "))
    expect(due).to_contain_text(re.compile(r"1\s000,00"))
    note.get_by_role("checkbox").click()
    expect(due).to_contain_text(re.compile(r"1\s100,33"))
    note.get_by_role("checkbox").click()
    expect(due).to_contain_text(re.compile(r"1\s000,00"))
    site.check(page, width)
    page.get_by_role("button", name="Établir l’ordre de paiement").click()
    expect(page.get_by_role("link", name="Télécharger le fichier pour la banque")).to_be_visible()
    with page.expect_download() as loading:
        page.get_by_role("link", name="Télécharger le fichier pour la banque").click()
    file = Path(loading.value.path()).read_text()
    assert "<CtrlSum>1000.00</CtrlSum>" in file
    page.goto(f"{base}/invoices?q={number}")
    expect(page.get_by_role("row", name=re.compile(rf"^(?!.*NC-).*{number}"))).to_contain_text(
        "dans un ordre de paiement"
    )
    expect(page.get_by_role("row", name=re.compile(f"NC-{number}"))).to_contain_text("payée")
