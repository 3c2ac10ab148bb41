"""A year's budget: the accountant writes it and puts it to the vote, the syndic records the vote, an invoice pushes a
line 12 % over; the council sees the alert, opens the comparison, and reaches the invoice behind the bar."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Watch
from tests.journeys.conftest import PASSWORD, WHO, Site
from tests.world import this_year, today

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
        """with k as (insert into allocation_key (organization_id, building_id, name, kind, basis)
                      values (%s, %s, 'Ascenseur', 'utility', '') returning id)
           insert into key_weight (organization_id, key_id, lot_id, weight, period)
           select %s, k.id, l.id, 1, '[2020-01-01,)' from k, lot l
            where l.building_id = %s and l.number in ('B1', 'B2')""",
        office, found_id, office, found_id,
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


def invoice(page: Page, site: Site, building: str, net_cents: int) -> None:
    """Enters, submits and approves an invoice of electricity by the lift's key, through the API."""
    signed = page.request.post("/api/v1/auth/login", data={"email": WHO["syndic"], "password": PASSWORD})
    headers = {"authorization": f"Bearer {signed.json()['access_token']}"}
    ((lift,),) = site.sql(
        "select id from allocation_key where building_id = %s and name = 'Ascenseur'", building.rsplit("/", 1)[1]
    )

    def sent(path: str, data: dict[str, Any]) -> str:
        answer = page.request.post(f"/api/v1{path}", data=data, headers=headers)
        assert answer.ok, answer.text()
        return str(answer.json()["id"])

    line = {"account": "61210", "net_cents": net_cents, "vat_rate": 0, "divided_by": f"key:{lift}"}
    head = {
        "supplier_id": sent(f"{building}/suppliers", {"name": "Lumière des Bouleaux SA"}), "number": "2026-7",
        "dated": this_year("01-01"), "lines": [line],
    }  # fmt: skip
    made = sent(f"{building}/invoices", head)
    sent(f"/invoices/{made}/submit", {})
    sent(f"/invoices/{made}/approve", {"on": this_year("01-01")})


def test_from_the_draft_to_the_invoice_behind_a_bar(page: Page, site: Site, watch: Watch, building: str) -> None:
    draft_it(page, site, building)
    provisions(page, site, building)
    vote_it(page, site, building)
    run_over(page, site, building)
    the_council_looks(page, site, building)


def draft_it(page: Page, site: Site, building: str) -> None:
    site.sign_in(page, ACCOUNTANT)
    page.goto(f"{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill(this_year("01-01"))
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    page.goto(f"{building}/budget")
    expect(page.get_by_text("Pas encore de budget")).to_be_visible()
    page.get_by_role("button", name="Établir un budget").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Partir de").select_option("empty")
    dialog.get_by_role("button", name="Établir le projet").click()
    expect(page.get_by_role("heading", level=1, name=f"Budget {today().year}")).to_be_visible()
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
    by_the_lift(page)
    expect(total).to_have_text(money("17 050,00 €"))
    site.check(page)


def by_the_lift(page: Page) -> None:
    """The same account once more by another key; a third time it is refused."""
    for refused in (False, True):
        page.locator("#f-account_code").fill("61210")
        page.locator("#f-key").select_option(label="Ascenseur")
        page.locator("#f-cents").fill("1 000")
        page.get_by_role("button", name="Ajouter la ligne").click()
        if refused:
            expect(page.get_by_text("a déjà une ligne avec cette clé de répartition")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="61210")).to_have_count(2)


def add(page: Page, account: str, euros: str) -> None:
    page.locator("#f-account_code").fill(account)
    page.locator("#f-cents").fill(euros)
    page.get_by_role("button", name="Ajouter la ligne").click()
    if account != "4101":
        expect(page.get_by_role("row").filter(has_text=account)).to_be_visible()


def provisions(page: Page, site: Site, building: str) -> None:
    page.get_by_role("navigation", name="Budget", exact=True).get_by_role("link", name="Provisions").click()
    expect(page.get_by_text("tous les lots ensemble")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="B1").first).to_contain_text(money("8 525,00"))
    page.get_by_role("link", name="B1", exact=True).click()
    expect(page.get_by_text("Lot B1, par clé de répartition")).to_be_visible()
    lift = page.get_by_role("row").filter(has_text="Ascenseur")
    expect(lift).to_contain_text("1 / 2")
    expect(lift).to_contain_text(money("500,00"))
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
    dialog.get_by_label("Date de l’assemblée").fill(today().isoformat())
    dialog.get_by_role("button", name="Enregistrer le vote").click()
    expect(dialog.get_by_text("Citez le point du procès-verbal")).to_be_visible()
    dialog.get_by_label("Point du procès-verbal").fill("AG de mars, point 6")
    dialog.get_by_role("button", name="Enregistrer le vote").click()
    expect(page.get_by_text(f"Voté le {today():%d/%m/%Y} : AG de mars, point 6")).to_be_visible()
    page.get_by_role("button", name="Mettre en vigueur").click()
    expect(page.get_by_text("en vigueur", exact=True).first).to_be_visible()
    site.check(page)


def run_over(page: Page, site: Site, building: str) -> None:
    """12 % more electricity of the lift than the budget to date."""
    (months,) = site.sql("select extract(month from now() at time zone 'Europe/Brussels')::int")[0]
    invoice(page, site, building, 1_000_00 * months // 12 * 112 // 100)


def the_council_looks(page: Page, site: Site, building: str) -> None:
    site.sign_out(page)
    site.sign_in(page, "board")
    page.goto(building)
    alert = page.get_by_text("Plus de 10 % au-dessus du budget à ce jour")
    expect(alert).to_be_visible()
    page.get_by_role("link", name="Budget et réel", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name=f"Budget et réel {today().year}")).to_be_visible()
    told = page.get_by_label("Alertes").get_by_role("listitem")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("(Ascenseur)")
    expect(told).to_contain_text("+12 %")
    expect(page.locator(".kit-plot .main-svg").first).to_be_visible()
    site.check(page)
    figures = page.get_by_role("table", name=re.compile("Charges par mois"))
    figures.get_by_role("button", name=f"01/{today():%y}").press("Enter")
    page.wait_for_url(f"**/ledger?account=6&year={today().year}&part=m1")
    page.get_by_role("link", name="ACH 1").first.click()
    expect(page.get_by_role("heading", name="ACH 1")).to_be_visible()
    page.get_by_role("link", name="Facture 2026-7 – Lumière des Bouleaux SA").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026-7")


def test_the_report_of_the_year_compares_it_with_its_budget(page: Page, site: Site, building: str) -> None:
    site.sign_in(page, "board")
    page.goto(f"{building}/reports")
    page.get_by_role("link", name="Budget et réel", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=f"Budget et réel {today().year}")).to_be_visible()
    expect(page.get_by_text(f"en vigueur (assemblée du {today():%d/%m/%Y}, AG de mars, point 6)")).to_be_visible()
    lift = page.get_by_role("row").filter(has_text="Ascenseur")
    expect(lift).to_contain_text("61210")
    expect(lift).to_contain_text(money("1 000,00"))
    site.check(page)
    lift.get_by_role("link", name="61210").click()
    page.wait_for_url("**/budget/line?**")
    expect(page.get_by_text("Clé de répartition : Ascenseur")).to_be_visible()
    told = page.get_by_role("table", name="Derrière le chiffre").get_by_role("row").nth(1)
    expect(told).to_contain_text("Lumière des Bouleaux")
    site.check(page, 375, 1440)
    told.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026-7")


def test_more_is_voted_after_it_was_sent_back(page: Page, site: Site, watch: Watch, building: str) -> None:
    """A supplementary budget: sent back with the reason, corrected, put to the vote again, voted, in force."""
    site.sign_in(page, "syndic")
    page.goto(f"{building}/budget")
    page.get_by_role("button", name="Budget supplémentaire").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=label]").fill("Nouvelle chaudière")
    dialog.get_by_role("button", name="L’établir").click()
    expect(page.get_by_role("heading", level=1, name=f"Budget supplémentaire 1 de {today().year}")).to_be_visible()
    add(page, "6140", "900")
    page.get_by_role("button", name="Soumettre au vote").click()
    page.get_by_role("button", name="Remettre en brouillon").click()
    dialog.get_by_role("button", name="Le renvoyer").click()
    expect(dialog.get_by_text("Dites pourquoi le budget revient")).to_be_visible()
    dialog.locator("[name=reason]").fill("Joindre trois offres")
    dialog.get_by_role("button", name="Le renvoyer").click()
    expect(page.get_by_text("Joindre trois offres")).to_be_visible()
    amount = page.get_by_role("row").filter(has_text="6140").locator("input[inputmode=decimal]").first
    amount.focus()
    page.keyboard.type("850")
    page.keyboard.press("Enter")
    expect(page.locator("#budget-total")).to_have_text(money("850,00 €"))
    page.get_by_role("button", name="Soumettre au vote").click()
    page.get_by_role("button", name="Enregistrer le vote").click()
    dialog.get_by_label("Point du procès-verbal").fill("AG d’octobre, point 2")
    dialog.get_by_role("button", name="Enregistrer le vote").click()
    expect(page.get_by_text("Joindre trois offres")).to_have_count(0)
    page.get_by_role("button", name="Mettre en vigueur").click()
    expect(page.get_by_role("button", name="Mettre en vigueur")).to_have_count(0)
    site.check(page)
    page.goto(f"{building}/budget/variance")
    expect(page.get_by_text(money("17 900,00 €")).first).to_be_visible()


def test_the_pages_on_a_phone(page: Page, site: Site, building: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    site.sign_in(page, "board")
    for path, heading in (("budget", f"Budget {today().year}"), ("budget/provisions", "Provisions"),
                          ("budget/variance", f"Budget et réel {today().year}")):  # fmt: skip
        page.goto(f"{building}/{path}")
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        site.check(page)
