"""The accountant's year in the books: opens them, takes balances over, writes an entry, reads it back from a balance,
takes it back, matches the two, closes the year, opens it again; an accountant closes the years of many buildings."""

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, expect

from tests.browser import Watch
from tests.journeys.conftest import Site

BALANCES = """Compte;Libellé;Débit;Crédit;Tiers
160;Fonds de réserve;;2 500,00;
100;Fonds de roulement;;800,00;
550;Épargne;2 500,00;;
5511;Compte à vue;550,00;;
4101;Appelé;250,00;;Dirk MAES
"""


def cell(page: Page, column: str, line: int) -> Locator:
    return page.get_by_label(f"{column}, Ligne {line}", exact=True)


def fill(page: Page, column: str, line: int, text: str) -> None:
    cell(page, column, line).focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Comptabilité").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def open_the_books(page: Page, site: Site) -> None:
    """To the accounts of a building of the demo's syndic, opened on 1 January 2025."""
    building = site.sql(
        """with b as (insert into building (organization_id, name, street, postal_code, city, country, deed_total,
                                            fiscal_month, fiscal_day)
                       select organization_id, 'Le Hêtre', '', '', '', 'BE', 1000, 1, 1 from building
                        where name like '%%Tilleuls%%' returning *),
                l as (insert into lot (organization_id, building_id, number, position, kind, share, status,
                                       complete_from, version)
                      select organization_id, id, 'H1', 1, 'apartment', 1000, 'complete', '2021-01-01', 1 from b
                      returning *),
                o as (insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator,
                                             primary_contact, period)
                      select l.organization_id, l.id, p.id, 'full', 1, 1, true, '[2021-01-01,)' from l, owner p
                       where p.name = 'MAES' and p.first_name = 'Dirk' and p.organization_id = l.organization_id)
           select id from b"""
    )[0][0]
    site.sign_in(page, "syndic")
    page.goto(f"/buildings/{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill("2025-01-01")
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()


def test_the_year_of_the_books(page: Page, site: Site, watch: Watch, tmp_path: Path) -> None:
    open_the_books(page, site)
    site.check(page)
    take_balances_over(page, tmp_path, watch)
    write_an_entry(page)
    site.check(page)
    from_a_balance_to_its_entry(page, site)
    take_it_back(page)
    match_the_two(page, site)
    add_a_journal(page, site)
    a_cost_of_the_year(page, site)
    close(page, site)
    statements_go_out(page, site)
    open_again(page)
    on_a_phone(page, site)
    close_years_of_many(page, site)


def take_balances_over(page: Page, tmp_path: Path, watch: Watch) -> None:
    page.get_by_role("link", name="Reprendre des soldes").click()
    file = tmp_path / "balance.csv"
    file.write_text(BALANCES.replace("250,00", "249,99"))
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("0,01")
    page.get_by_role("button", name="Autre fichier").or_(
        page.get_by_role("button", name="Un autre fichier")
    ).first.click()
    page.locator("input[type=file]").set_input_files(as_sheet(tmp_path / "balance.xlsx"))
    expect(page.get_by_text("Débit 3 300,00, crédit 3 300,00".replace(" ", "\u202f").replace("Débit\u202f", "Débit ")
                            .replace(",\u202fcrédit\u202f", ", crédit "))).to_be_visible()  # fmt: skip
    page.get_by_label("Pièce").fill("Bilan au 31/12/2024")
    page.get_by_role("button", name="Écrire").click()
    expect(page.get_by_role("heading", name="OUV 1")).to_be_visible()


def as_sheet(path: Path) -> Path:
    """The same balances as a workbook, its amounts as numbers."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Balance")
        for place, line in enumerate(BALANCES.splitlines()):
            for column, text in enumerate(line.split(";")):
                number = text.replace("\u202f", "").replace(" ", "").replace(",", ".")
                amount = place and column in (2, 3) and number
                (sheet.write_number if amount else sheet.write_string)(place, column, float(number) if amount else text)
    return path


def write_an_entry(page: Page) -> None:
    page.get_by_role("link", name="Journal", exact=True).click()
    page.get_by_role("link", name="Passer une écriture").click()
    page.get_by_label("Date", exact=True).fill("2025-11-20")
    page.get_by_label("Pièce", exact=True).fill("AF 2025/1")
    fill(page, "Compte", 1, "4101")
    cell(page, "Copropriétaire ou fournisseur", 1).select_option(label="MAES Dirk")
    fill(page, "Débit", 1, "1250,50")
    fill(page, "Compte", 2, "70x")
    expect(page.locator(".kit-refused-text")).to_contain_text("Il n’y a pas de compte 70x")
    fill(page, "Compte", 2, "701")
    fill(page, "Crédit", 2, "1250,49")
    totals = page.get_by_role("status").filter(has_text="Débit")
    expect(totals).to_contain_text("Le débit dépasse le crédit de 0,01")
    page.get_by_role("button", name="Comptabiliser").click()
    expect(page.get_by_role("alert").filter(has_text="0,01")).to_be_visible()
    fill(page, "Crédit", 2, "1250,50")
    expect(totals).to_contain_text("Débit et crédit sont égaux")
    page.get_by_role("button", name="Comptabiliser").click()
    expect(page.get_by_role("heading", name="OD 1")).to_be_visible()


def from_a_balance_to_its_entry(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Journal", exact=True).click()
    go(page, "Balance des comptes")
    page.get_by_label("Exercice", exact=True).select_option("2025")
    expect(page.get_by_text("S’équilibre au centime près")).to_be_visible()
    site.check(page)
    page.get_by_role("link", name=re.compile("^701")).click()
    page.get_by_role("link", name="OD 1").click()
    expect(page.get_by_role("heading", name="OD 1")).to_be_visible()


def take_it_back(page: Page) -> None:
    page.get_by_role("button", name="Extourner…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Extourner").click()
    expect(dialog.get_by_text("Dites pourquoi cette écriture est extournée.")).to_be_visible()
    dialog.get_by_label("Raison").fill("Mauvais copropriétaire")
    dialog.get_by_role("button", name="Extourner").click()
    expect(page.get_by_role("heading", name="OD 2")).to_be_visible()
    expect(page.get_by_text("Mauvais copropriétaire")).to_be_visible()


def match_the_two(page: Page, site: Site) -> None:
    """The entry and its mirror are proposed for their document; undone, they are ticked by hand."""
    page.get_by_role("link", name="Journal", exact=True).click()
    go(page, "Lettrage")
    page.get_by_role("link", name="MAES Dirk").click()
    expect(page.get_by_role("row", name=re.compile("OD 1 · OD 2.*même pièce"))).to_be_visible()
    page.get_by_role("button", name="Tout lettrer").click()
    matched = page.get_by_role("region", name="Lignes lettrées").get_by_role("row", name=re.compile("OD 1 · OD 2"))
    expect(matched).to_be_visible()
    matched.get_by_role("button", name="Délettrer").click()
    for name in ("OUV 1", "OD 1", "OD 2"):
        page.get_by_role("checkbox", name=name).click()
    chosen = page.get_by_role("status").filter(has_text="3 lignes choisies")
    expect(chosen).to_contain_text("Reste : 250,00")
    expect(chosen.get_by_role("button", name="Lettrer")).to_be_disabled()
    page.get_by_role("checkbox", name="OUV 1").click()
    site.check(page)
    page.get_by_role("status").filter(has_text="Elles se soldent").get_by_role("button", name="Lettrer").click()
    expect(page.get_by_role("checkbox", name="OD 1")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="OUV 1")).to_be_visible()


def add_a_journal(page: Page, site: Site) -> None:
    go(page, "Journal")
    page.get_by_role("button", name="Ajouter un journal").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type").select_option(label="Banque")
    dialog.get_by_label("Son compte bancaire ou de caisse").select_option(value="5511")
    dialog.get_by_label("Code").fill("b")
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog.get_by_text("Le code d’un journal compte de deux à six lettres ou chiffres.")).to_be_visible()
    site.check(page)
    dialog.get_by_label("Code").fill("bq2")
    dialog.get_by_label("Nom").fill("Second compte")
    dialog.get_by_role("button", name="Ajouter").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("combobox", name="Journal", exact=True)).to_contain_text("BQ2 · Second compte")


def close_years_of_many(page: Page, site: Site) -> None:
    """The office's accountant, who reads Dutch."""
    page.set_viewport_size({"width": 1440, "height": 900})
    site.sign_out(page)
    site.sign_in(page, "accountant")
    page.get_by_role("link", name="Afsluitingen").click()
    row = page.get_by_role("row", name=re.compile("Le Hêtre.*2025"))
    row.get_by_role("checkbox").click()
    site.check(page)
    page.get_by_role("button", name="De gekozen boekjaren afsluiten").click()
    expect(row.get_by_text("afgesloten", exact=True)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 van 1 boekjaar klaar")).to_be_visible()


def a_cost_of_the_year(page: Page, site: Site) -> None:
    building = page.url.split("/buildings/")[1].split("/")[0]
    entry = {"journal": "OD", "on": "2025-12-01", "document_ref": "Nettoyage", "lines": [
        {"account": "61050", "cents": 10_001}, {"account": "5511", "cents": -10_001},
    ]}  # fmt: skip
    headers = {"x-requested-with": "koprogo", "origin": site.url}
    answer = page.request.post(f"{site.url}/api/v1/financial/entries/{building}", data=entry, headers=headers)
    assert answer.status == 201, answer.text()


def close(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Journal", exact=True).click()
    go(page, "Exercices")
    page.get_by_role("button", name="Clôturer…").click()
    site.check(page)
    page.get_by_role("dialog").get_by_role("button", name="Clôturer l’exercice").click()
    expect(page.get_by_text("L’exercice est clôturé et ses soldes sont reportés.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("2025.*clôturé"))).to_be_visible()
    go(page, "Bilan et résultats")
    expect(page.get_by_role("row", name=re.compile("Fonds de réserve")).first).to_be_visible()
    site.check(page)


def statements_go_out(page: Page, site: Site) -> None:
    """Of the closed year, to its one owner by mail; of the running one not yet."""
    books = page.url
    reports = books.rpartition("/")[0] + "/reports/owner-charges"
    page.goto(f"{reports}?year=2026")
    expect(page.get_by_text("Une fois l’exercice clôturé")).to_be_visible()
    page.goto(f"{reports}?year=2025")
    page.get_by_role("button", name="Envoyer les décomptes…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Par e-mail à qui a une adresse")).to_be_checked()
    site.check(page, 375, 1440)
    dialog.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Par e-mail : 1, à imprimer : 0.")).to_be_visible(timeout=60_000)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Enregistrer tous les décomptes (PDF)").click()
    assert saved.value.suggested_filename == "statements-2025.pdf"
    ((address,),) = site.sql(
        "select p.email from owner p join ownership w on w.owner_id = p.id join lot l on l.id = w.lot_id "
        "where l.number = 'H1'"
    )
    assert "/reports/owner-charges?year=2025" in site.mail(address, "statement")
    page.goto(books)


def open_again(page: Page) -> None:
    go(page, "Exercices")
    page.get_by_role("button", name="Rouvrir…").click()
    page.get_by_role("dialog").get_by_label("Raison").fill("Une facture manquait")
    page.get_by_role("dialog").get_by_role("button", name="Rouvrir").click()
    expect(page.get_by_text("rouvert : Une facture manquait")).to_be_visible()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()


def on_a_phone(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    for name in ("Plan comptable", "Journal", "Grand livre", "Lettrage", "Balance des comptes", "Bilan et résultats"):
        go(page, name)
    site.check(page, 375)


@pytest.mark.usefixtures("watch")
def test_a_council_member_reads_the_books_and_cannot_write(page: Page, site: Site) -> None:
    site.sign_in(page, "board")
    page.get_by_role("link", name=re.compile("Tilleuls")).first.click()
    page.get_by_role("link", name="Comptabilité", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Passer une écriture")).to_have_count(0)
    expect(page.get_by_role("button", name="Ouvrir la comptabilité")).to_have_count(0)
