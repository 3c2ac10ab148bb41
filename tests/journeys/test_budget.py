"""A year's budget: the accountant writes it and puts it to the vote, the syndic records the vote, an invoice pushes a
line 12 % over; the council sees the alert, opens the comparison, and reaches the entry behind the bar."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Watch
from tests.journeys.conftest import PASSWORD, WHO, Site

NAME = "Résidence Les Bouleaux"
ACCOUNTANT = "bouleau@example.be"


def money(text: str) -> re.Pattern[str]:
    """An amount as the pages write it: its spaces are narrow ones."""
    return re.compile(re.escape(text).replace(r"\ ", r"\s"))


@pytest.fixture(scope="module")
def building(running: Site) -> str:
    """A building of the syndic's office with three lots, that the council member of the demo sits on too."""
    site = running
    if found := site.sql("select id from building where name = %s", NAME):
        return f"/buildings/{found[0][0]}"
    (office,) = site.sql(
        """select g.organization_id from role_grant g join app_user u on u.id = g.user_id
            where u.email = %s and g.role = 'syndic'""",
        WHO["syndic"],
    )[0]
    (found_id,) = site.sql(
        """insert into building (organization_id, name, street, postal_code, city, country, deed_total,
                                 provisional_acceptance, fiscal_month, fiscal_day)
           values (%s, %s, '', '', '', 'BE', 1000, '2009-06-30', 1, 1) returning id""",
        office, NAME,
    )[0]  # fmt: skip
    for position, share in enumerate((500, 300, 200), 1):
        site.sql(
            """with l as (insert into lot (organization_id, building_id, number, position, kind, share, status,
                                           complete_from, version)
                          values (%s, %s, %s, %s, 'apartment', %s, 'complete', '2020-01-01', 1) returning id),
                    o as (insert into owner (organization_id, kind, name, first_name, lang, email, phone, street,
                                             postal_code, city, country, email_consent_ref, version)
                          values (%s, 'person', %s, '', 'fr', '', '', '', '', '', 'BE', '', 1) returning id)
               insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator,
                                      primary_contact, period)
               select %s, l.id, o.id, 'full', 1, 1, true, '[2020-01-01,)' from l, o""",
            office, found_id, f"B{position}", position, share, office, f"BOULEAU {position}", office,
        )  # fmt: skip
    site.sql(
        """insert into role_grant (user_id, role, organization_id, building_id, period)
           select id, 'board', %s, %s, '[2020-01-01,)' from app_user where email = %s""",
        office, found_id, WHO["board"],
    )  # fmt: skip
    site.sql(
        """insert into app_user (email, name, password_hash, status, lang, theme)
           select %s, 'Carole Bouleau', password_hash, 'active', 'fr', 'system' from app_user where email = %s""",
        ACCOUNTANT, WHO["syndic"],
    )  # fmt: skip
    site.sql(
        """insert into role_grant (user_id, role, organization_id, building_id, period)
           select id, 'accountant', %s, %s, '[2020-01-01,)' from app_user where email = %s""",
        office, found_id, ACCOUNTANT,
    )  # fmt: skip
    return f"/buildings/{found_id}"


def post(page: Page, who: str, building: str, lines: list[dict[str, Any]], on: str, ref: str) -> None:
    """Posts an entry through the API."""
    signed = page.request.post("/api/v1/auth/login", data={"email": WHO[who], "password": PASSWORD})
    headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
    path = building.replace("/buildings/", "/api/v1/financial/entries/")
    entry = {"journal": "OD", "on": on, "document_ref": ref, "lines": lines}
    answer = page.request.post(path, data=entry, headers=headers)
    assert answer.status == 201, answer.text()


def cell(page: Page, account: str, column: int) -> Locator:
    """A cell of the table of lines, by the account's number."""
    row = page.get_by_role("row").filter(has_text=account)
    return row.locator("td, th").nth(column).locator("input, select").first


def test_from_the_draft_to_the_entry_behind_a_bar(page: Page, site: Site, watch: Watch, building: str) -> None:
    draft_it(page, site, building)
    provisions(page, site, building)
    vote_it(page, site, building)
    run_over(page, site, building)
    the_council_looks(page, site, building)


def draft_it(page: Page, site: Site, building: str) -> None:
    site.sign_in(page, ACCOUNTANT)
    page.goto(f"{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill("2026-01-01")
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    page.goto(f"{building}/budget")
    expect(page.get_by_text("Pas encore de budget")).to_be_visible()
    page.get_by_role("button", name="Établir un budget").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Partir de").select_option("empty")
    dialog.get_by_role("button", name="Établir le projet").click()
    expect(page.get_by_role("heading", level=1, name="Budget 2026")).to_be_visible()
    add(page, "61210", "10 000")
    add(page, "6140", "4 000")
    add(page, "700", "50")
    add(page, "4101", "50")
    expect(page.get_by_text("Choisissez un compte de charges (6)")).to_be_visible()
    total = page.locator("#budget-total")
    expect(total).to_have_text(money("14 050,00 €"))
    amount = page.get_by_role("row").filter(has_text="61210").locator("input[inputmode=decimal]").first
    amount.focus()
    page.keyboard.type("12000")
    page.keyboard.press("Enter")
    expect(total).to_have_text(money("16 050,00 €"))
    site.check(page)


def add(page: Page, account: str, euros: str) -> None:
    page.locator("#f-account_code").fill(account)
    page.locator("#f-cents").fill(euros)
    page.get_by_role("button", name="Ajouter la ligne").click()
    if account != "4101":
        expect(page.get_by_role("row").filter(has_text=account)).to_be_visible()


def provisions(page: Page, site: Site, building: str) -> None:
    page.get_by_role("navigation", name="Budget", exact=True).get_by_role("link", name="Provisions").click()
    expect(page.get_by_text("tous les lots ensemble")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="B1").first).to_contain_text(money("8 025,00"))
    site.check(page)
    page.goto(f"{building}/budget")
    page.get_by_role("button", name="Soumettre au vote").click()
    expect(page.get_by_text("Le budget est soumis au vote")).to_be_visible()


def vote_it(page: Page, site: Site, building: str) -> None:
    site.sign_out(page)
    site.sign_in(page, "syndic")
    page.goto(f"{building}/budget")
    page.get_by_role("button", name="Enregistrer le vote").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Date de l'assemblée").fill("2026-03-12")
    dialog.get_by_role("button", name="Enregistrer le vote").click()
    expect(dialog.get_by_text("Citez le point du procès-verbal")).to_be_visible()
    dialog.get_by_label("Point du procès-verbal").fill("AG 12/03/2026, point 6")
    dialog.get_by_role("button", name="Enregistrer le vote").click()
    expect(page.get_by_text("Voté le 12/03/2026 : AG 12/03/2026, point 6")).to_be_visible()
    page.get_by_role("button", name="Mettre en vigueur").click()
    expect(page.get_by_text("en vigueur", exact=True).first).to_be_visible()
    site.check(page)


def run_over(page: Page, site: Site, building: str) -> None:
    """12 % more electricity than the budget to date."""
    (months,) = site.sql("select extract(month from now() at time zone 'Europe/Brussels')::int")[0]
    cents = 12_000_00 * months // 12 * 112 // 100
    lines = [{"account": "61210", "cents": cents}, {"account": "551", "cents": -cents}]
    post(page, "syndic", building, lines, "2026-01-20", "Facture 2026-7")


def the_council_looks(page: Page, site: Site, building: str) -> None:
    site.sign_out(page)
    site.sign_in(page, "board")
    page.goto(building)
    alert = page.get_by_text("Plus de 10 % au-dessus du budget à ce jour")
    expect(alert).to_be_visible()
    page.get_by_role("link", name="Budget et réel", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Budget et réel 2026")).to_be_visible()
    expect(page.get_by_label("Alertes").get_by_text("+12 %")).to_be_visible()
    expect(page.locator(".kit-plot .main-svg").first).to_be_visible()
    site.check(page)
    figures = page.get_by_role("table", name=re.compile("Budget et réel par mois"))
    figures.get_by_role("button", name="01/26").press("Enter")
    page.wait_for_url("**/ledger?account=6&year=2026&part=m1")
    expect(page.get_by_text("Facture 2026-7")).to_be_visible()
    page.get_by_role("link", name="OD 1").click()
    expect(page.get_by_role("heading", name="OD 1")).to_be_visible()


def test_the_pages_on_a_phone(page: Page, site: Site, building: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    site.sign_in(page, "board")
    for path, heading in (("budget", "Budget 2026"), ("budget/provisions", "Provisions"),
                          ("budget/variance", "Budget et réel 2026")):  # fmt: skip
        page.goto(f"{building}/{path}")
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        site.check(page)
