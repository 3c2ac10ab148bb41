"""A quarter's call: the syndic writes it, sees it add up, posts it and sends the letters; the owner sees what she owes
and how to pay; a payment is written down and nothing is left to pay."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Watch
from tests.journeys.conftest import WHO, Site
from tests.world import this_year

OWNER = "charme@example.be"


def money(text: str) -> re.Pattern[str]:
    """An amount as the pages write it: its spaces are narrow ones."""
    return re.compile(re.escape(text).replace(r"\ ", r"\s"))


MADE = """
with b as (insert into building (organization_id, name, deed_total, street, postal_code, city, country, fiscal_month,
                                 fiscal_day)
             select organization_id, 'Le Charme', 1000, street, postal_code, city, country, 1, 1 from building
              where name = 'Les Érables' returning *),
     l as (insert into lot (organization_id, building_id, number, position, kind, share, status, complete_from,
                            version)
             select organization_id, id, 'C' || n, n, 'apartment', share, 'complete', '2021-01-01', 1
               from b, (values (1, 400), (2, 350), (3, 250)) as t (n, share) returning *),
     u as (insert into app_user (email, name, password_hash, status, lang, theme)
             select %s, 'Une Charme', password_hash, 'active', 'fr', 'system' from app_user where email = %s
          returning *),
     o as (insert into owner (organization_id, kind, name, first_name, lang, email, phone, street, postal_code, city,
                              country, email_consent_ref, user_id, version)
             select l.organization_id, 'person', 'CHARME ' || l.position, '', 'fr',
                    case l.position when 1 then u.email else '' end, '', '', '', '', 'BE', '',
                    case l.position when 1 then u.id end, 1 from l, u returning *),
     w as (insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact,
                                  period)
             select l.organization_id, l.id, o.id, 'full', 1, 1, true, '[2021-01-01,)' from l, o
              where o.name = 'CHARME ' || l.position),
     g as (insert into role_grant (user_id, role, organization_id, building_id, period)
             select u.id, 'owner', b.organization_id, b.id, '[2020-01-01,)' from u, b)
select id from b"""


@pytest.fixture
def charme(page: Page, site: Site) -> str:
    """A building of the volunteer's with its accounts open, both bank accounts, and one owner who can sign in."""
    (building,) = site.sql(MADE, OWNER, WHO["volunteer"])[0]
    site.sign_in(page, "volunteer")
    page.goto(f"/buildings/{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill(this_year("01-01"))
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    for iban, fund, journal in (("BE68539007547034", "working", "BQE"), ("BE11000123456748", "reserve", "BQR")):
        site.sql(
            """insert into bank_account (organization_id, building_id, journal_id, iban, holder, fund)
               select organization_id, building_id, id, %s, 'ACP Le Charme', %s from journal
                where building_id = %s and code = %s""",
            iban, fund, building, journal,
        )  # fmt: skip
    return f"/buildings/{building}"


def test_a_quarter_is_called_told_and_paid(page: Page, site: Site, watch: Watch, charme: str) -> None:
    page.goto(f"{charme}/calls")
    expect(page.get_by_text("Aucun appel encore")).to_be_visible()
    write_it(page, site)
    post_it(page, site)
    send_the_letters(page, site)
    owner = what_she_owes(page, site, charme)
    pay_it(page, site, owner)
    on_a_phone(page, site, charme, owner)


def write_it(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Nouvel appel").click()
    page.get_by_label("Nom de l’appel").fill("Premier trimestre 2027")
    page.get_by_label("Fonds de roulement", exact=False).first.fill("3000,01")
    page.get_by_label("Fonds de réserve", exact=False).first.fill("6x0")
    page.get_by_label("Jours pour payer").fill("30")
    page.get_by_label("Échéances").focus()
    expect(page.get_by_role("status").filter(has_text="6x0")).to_be_visible()
    page.get_by_label("Fonds de réserve", exact=False).first.fill("600")
    page.get_by_label("Échéances").focus()
    expect(page.get_by_text("6 lignes additionnées = ce qui est appelé, au centime près")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="CHARME 1")
    expect(row).to_contain_text(money("1 200,01"))
    expect(row).to_contain_text(money("1 440,01"))
    site.check(page)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_role("heading", level=1, name="Premier trimestre 2027")).to_be_visible()


def post_it(page: Page, site: Site) -> None:
    expect(page.get_by_text("Un brouillon : rien n’est dans les comptes")).to_be_visible()
    page.get_by_role("button", name="Comptabiliser l’appel…").click()
    page.get_by_role("dialog").get_by_role("button", name="Comptabiliser l’appel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("6 lignes additionnées = ce qui est appelé, au centime près")).to_be_visible()
    expect(page.get_by_role("link", name="APP 1")).to_be_visible()
    site.check(page)


def send_the_letters(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Créer et envoyer les avis").click()
    expect(page.get_by_text("Les avis sont créés")).to_be_visible(timeout=180_000)
    expect(page.get_by_role("link", name="Avis à imprimer (PDF)")).to_be_visible()
    table = page.get_by_role("table", name="Avis", exact=True)
    expect(table.get_by_role("row").filter(has_text="CHARME 1")).to_contain_text("envoyé par e-mail")
    expect(table.get_by_role("row").filter(has_text="CHARME 2")).to_contain_text("à imprimer")
    assert "/account" in site.mail(OWNER, "call")
    site.check(page)


def what_she_owes(page: Page, site: Site, building: str) -> str:
    """Her home, then her account line by line; returns its address."""
    site.sign_out(page)
    site.sign_in(page, OWNER)
    page.goto("/home")
    expect(page.get_by_text(money("1 440,01 €")).first).to_be_visible()
    expect(page.get_by_role("img", name="Code de paiement")).to_have_count(2)
    expect(page.get_by_text("BE11 0001 2345 6748")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Premier trimestre 2027"))).to_be_visible()
    site.check(page)
    page.get_by_role("link", name="Mon compte, ligne par ligne").click()
    expect(page.get_by_role("heading", level=1, name="Mon compte")).to_be_visible()
    expect(page.get_by_role("button", name="Enregistrer un paiement")).to_have_count(0)
    site.check(page)
    return page.url.split("?")[0]


def pay_it(page: Page, site: Site, owner: str) -> None:
    site.sign_out(page)
    site.sign_in(page, "volunteer")
    page.goto(owner)
    page.get_by_role("button", name="Enregistrer un paiement").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Montant").fill("rien")
    form.get_by_label("Référence").fill("Extrait 12")
    form.get_by_role("button", name="Enregistrer").click()
    expect(form.get_by_role("alert")).to_contain_text("rien")
    form.get_by_label("Montant").fill("1440,01")
    form.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Rien n’est ouvert.")).to_be_visible()
    expect(page.get_by_text("rien à payer")).to_be_visible()
    site.check(page)


def on_a_phone(page: Page, site: Site, building: str, owner: str) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    for address, heading in ((f"{building}/calls", "Appels de fonds"), (f"{building}/plans", "Plans de paiement"),
                             (f"{building}/new-call", "Nouvel appel"), (building, "Le Charme")):  # fmt: skip
        page.goto(address)
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        site.check(page)
    page.goto(owner)
    expect(page.get_by_role("heading", level=1, name="Compte de CHARME 1")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    site.sign_out(page)
    site.sign_in(page, OWNER)
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/home")
    expect(page.get_by_text("rien à payer")).to_be_visible()
    site.check(page)
