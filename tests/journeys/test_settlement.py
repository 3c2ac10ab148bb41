"""The syndic settles a year with the co-owners: closes it, looks at what would be booked, books it; the statement says
what to pay, where and by when; the bank's file pays it to the cent; a year that is booked stays closed until the
booking is taken back."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import Page, expect

from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.foundation.numbers import make_communication, show_communication, show_iban
from tests.journeys.conftest import Site
from tests.world import today

HEADERS = {"X-Requested-With": "koprogo"}
IBAN = "BE43068999999501"
YEAR = 2025


def a_building(site: Site) -> tuple[str, str, str]:
    """A building of the demo's syndic with a lot of 600 and one of 400; its id and its two owners'."""
    ((building,),) = site.sql(
        """insert into building (organization_id, name, street, postal_code, city, country, deed_total, fiscal_month,
                                 fiscal_day)
           select organization_id, 'Le Charme', '', '', '', 'BE', 1000, 1, 1 from building
            where name like '%%Tilleuls%%' returning id::text"""
    )
    owners = []
    for number, share, name in (("C1", 600, "CHARLIER"), ("C2", 400, "CLAES")):
        ((owner,),) = site.sql(
            """with o as (insert into owner (organization_id, kind, name, first_name, lang, email, phone, street,
                                             postal_code, city, country)
                          select organization_id, 'person', %(name)s, 'Anne', 'fr', lower(%(name)s) || '@example.be',
                                 '', '', '', '', 'BE' from building where id = %(b)s returning *),
                    l as (insert into lot (organization_id, building_id, number, position, kind, share, status,
                                           complete_from, version)
                          select organization_id, %(b)s, %(number)s, 1, 'apartment', %(share)s, 'complete',
                                 '2021-01-01', 1 from o returning *),
                    w as (insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator,
                                                 primary_contact, period)
                          select l.organization_id, l.id, o.id, 'full', 1, 1, true, '[2021-01-01,)' from l, o)
               select id::text from o""".replace("%(name)s", f"'{name}'")
            .replace("%(b)s", f"'{building}'").replace("%(number)s", f"'{number}'").replace("%(share)s", str(share))
        )  # fmt: skip
        owners.append(owner)
    return building, owners[0], owners[1]


def books_of_the_year(page: Page, site: Site, building: str, caller: str) -> None:
    """Accounts opened through the page, an account at a bank, a bill of 1,000.01 and a call of 700.00."""
    page.goto(f"/buildings/{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill(f"{YEAR}-01-01")
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    page.goto(f"/buildings/{building}/bank")
    page.get_by_role("button", name="Ajouter un compte bancaire").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Numéro de compte").fill(IBAN)
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog).to_have_count(0)
    entries: list[tuple[str, list[dict[str, Any]]]] = [
        ("ENTRETIEN", [{"account": "61050", "cents": 100_001}, {"account": "551", "cents": -100_001}]),
        ("APPEL", [{"account": "4101", "cents": 70_000, "owner_id": caller}, {"account": "701", "cents": -70_000}]),
    ]
    for ref, lines in entries:
        answer = page.request.post(
            f"/api/v1/financial/entries/{building}", headers={**HEADERS, "Origin": site.url},
            data={"journal": "OD", "on": f"{YEAR}-03-10", "document_ref": ref, "label": ref, "lines": lines},
        )  # fmt: skip
        assert answer.status == 201, answer.text()


def test_a_year_is_settled_with_the_co_owners(page: Page, site: Site, tmp_path: Path) -> None:
    site.sign_in(page, "syndic")
    building, caller, debtor = a_building(site)
    base = f"/buildings/{building}"
    books_of_the_year(page, site, building, caller)
    until_it_is_closed(page, base, caller)
    close(page, base)
    book(page, site, base)
    statement_to_pay(page, site, base, debtor, tmp_path)
    the_bank_pays(page, site, base, debtor, tmp_path)
    stays_closed(page, base)
    take_back(page, base)


def until_it_is_closed(page: Page, base: str, owner: str) -> None:
    page.goto(f"{base}/reports/owner-charges?year={YEAR}&owner={owner}")
    expect(
        page.get_by_role("heading", level=1, name=re.compile(f"Décompte de charges {YEAR}.*provisoire"))
    ).to_be_visible()
    expect(page.get_by_text("rien n’est à payer sur ce décompte")).to_be_visible()
    expect(page.get_by_text("À payer par vous")).to_have_count(0)


def close(page: Page, base: str) -> None:
    page.goto(f"{base}/years")
    page.get_by_role("button", name="Clôturer…").click()
    page.get_by_role("dialog").get_by_role("button", name="Clôturer l’exercice").click()
    expect(page.get_by_text("L’exercice est clôturé et ses soldes sont reportés.")).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("pas encore réglé avec les copropriétaires"))).to_be_visible()


def book(page: Page, site: Site, base: str) -> None:
    page.get_by_role("link", name="Régler l’exercice").click()
    expect(page.get_by_role("heading", level=1, name=f"Règlement de l’exercice {YEAR}")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("CHARLIER"))).to_contain_text("100,00")  # 600,01 of 700,00
    expect(page.get_by_role("row", name=re.compile("CLAES"))).to_contain_text("400,00")
    expect(page.get_by_text("S’équilibre au centime près")).to_be_visible()
    site.check(page, 375, 1440)
    page.get_by_role("button", name="Comptabiliser les soldes…").click()
    dialog = page.get_by_role("dialog")
    due = dialog.get_by_label("À payer avant le")
    assert due.input_value() == (today() + timedelta(days=30)).isoformat()
    site.check(page, 375, 1440)
    dialog.get_by_role("button", name="Comptabiliser les soldes").click()
    expect(page.get_by_text("Par e-mail : 2, à imprimer : 0.")).to_be_visible(timeout=120_000)


def statement_to_pay(page: Page, site: Site, base: str, debtor: str, folder: Path) -> None:
    ((number,),) = site.sql("select base from payment_reference where owner_id = %s", debtor)
    message = show_communication(make_communication(number))
    page.goto(f"{base}/reports/owner-charges?year={YEAR}&owner={debtor}")
    expect(page.get_by_text(re.compile(r"Comptabilisé le .* \(OD \d+\)"))).to_be_visible()
    expect(page.get_by_text(message)).to_be_visible()
    expect(page.get_by_role("img", name="Code de paiement pour une application bancaire")).to_be_visible()
    site.check(page, 375, 1440)
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("link", name="PDF").click()
    download.value.save_as(folder / "statement.pdf")
    document = pypdfium2.PdfDocument((folder / "statement.pdf").read_bytes())
    words = " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())
    document.close()
    for word in ("Comptabilisé le", show_iban(IBAN), message, "400,00"):
        assert word in words, (word, words)
    assert message in mail_of(site, "claes@example.be")


def mail_of(site: Site, recipient: str) -> str:
    ((text,),) = site.sql(
        "select body_text from mail where recipient = %s and purpose = 'statement' order by id desc limit 1", recipient
    )
    return str(text)


def the_bank_pays(page: Page, site: Site, base: str, debtor: str, folder: Path) -> None:
    ((number,),) = site.sql("select base from payment_reference where owner_id = %s", debtor)
    file = folder / "extrait.cod"
    payment = Payment(today(), 40_000, "CLAES Anne", "BE26091000009729", make_communication(number))
    file.write_bytes(write([paid_in(IBAN, "Le Charme", 1, 0, today() - timedelta(1), [payment])]))
    page.goto(f"{base}/bank")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", level=1, name=re.compile("Extrait"))).to_be_visible()
    page.get_by_role("button", name="Confirmer ce qui est reconnu (1)").click()
    expect(page.get_by_text(re.compile("1 mouvement comptabilisé"))).to_be_visible()
    page.goto(f"{base}/settlement?year={YEAR}")
    expect(page.get_by_role("row", name=re.compile("CLAES"))).to_contain_text("réglé")
    site.check(page, 375, 1440)
    page.goto(f"{base}/reports/owner-charges?year={YEAR}&owner={debtor}")
    expect(page.get_by_text("Plus rien : le solde est réglé.")).to_be_visible()


def stays_closed(page: Page, base: str) -> None:
    page.goto(f"{base}/years")
    page.get_by_role("button", name="Rouvrir…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Raison").fill("Une facture manquait")
    dialog.get_by_role("button", name="Rouvrir").click()
    expect(dialog.get_by_text(re.compile("annulez d’abord cette comptabilisation"))).to_be_visible()


def take_back(page: Page, base: str) -> None:
    page.goto(f"{base}/settlement?year={YEAR}")
    page.get_by_role("button", name="Extourner…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Raison").fill("Une facture manquait")
    dialog.get_by_role("button", name="Extourner").click()
    expect(page.get_by_text("La comptabilisation est annulée", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Comptabiliser les soldes…")).to_be_visible()
