"""A late payer: the syndic prepares a reminder, looks at it, sends it; the bank's file brings the payment; it stops."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pypdfium2
from playwright.sync_api import Page, expect

from koprogo_app.demo.coda import Payment, paid_in, write
from koprogo_app.law.interest import CIVIL
from tests.browser import Watch
from tests.journeys.conftest import Site
from tests.world import today

IBAN, CENTS = "BE68539007547034", 412_36


def call(page: Page, site: Site, method: str, path: str, **sent: Any) -> Any:
    """The API, as the person who is signed in."""
    answer = page.request.fetch(
        f"{site.url}/api/v1{path}", method=method, headers={"x-requested-with": "koprogo", "origin": site.url}, **sent
    )
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
    return answer.json() if "json" in answer.headers.get("content-type", "") else answer.body()


MADE = """
with b as (insert into building (organization_id, name, street, postal_code, city, country, deed_total, fiscal_month,
                                 fiscal_day)
             select organization_id, %(building)s, street, postal_code, city, country, 1000, 1, 1 from building
              where name = 'Les Érables' returning *),
     l as (insert into lot (organization_id, building_id, number, position, kind, share, status, complete_from,
                            version)
             select organization_id, id, 'N1', 1, 'apartment', 1000, 'complete', '2021-01-01', 1 from b returning *),
     o as (insert into owner (organization_id, kind, name, first_name, lang, email, phone, street, postal_code, city,
                              country, email_consent_ref, version)
             select organization_id, 'person', %(owner)s, '', 'fr', '', '', '', '', '', 'BE', '', 1 from l returning *),
     w as (insert into ownership (organization_id, lot_id, owner_id, "right", numerator, denominator, primary_contact,
                                  period)
             select l.organization_id, l.id, o.id, 'full', 1, 1, true, '[2021-01-01,)' from l, o)
select id, organization_id from b"""


def a_late_owner(page: Page, site: Site, name: str = "Les Aulnes", late: str = "AULNE 1", days: int = 20) -> str:
    """A small building, its books open since the month before the call; its first owner owes one, due `days` ago."""
    due = today() - timedelta(days=days)
    made = MADE.replace("%(building)s", f"'{name}'").replace("%(owner)s", f"'{late}'")
    ((building, organization),) = site.sql(made)
    first = (due - timedelta(days=40)).replace(day=1)
    site.sql("update building set fiscal_month = %s, fiscal_day = 1 where id = %s", first.month, building)
    page.goto(f"/buildings/{building}/accounts")
    page.get_by_label("Premier jour du premier exercice").fill(first.isoformat())
    page.get_by_role("button", name="Ouvrir la comptabilité").click()
    expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    call(page, site, "POST", f"/bank/accounts/{building}", data={"iban": IBAN, "fund": "working"})
    ((owner,),) = site.sql("select id from owner where name = %s and organization_id = %s", late, organization)
    lines = [{"account": "4101", "cents": CENTS, "owner_id": str(owner)}, {"account": "701", "cents": -CENTS}]
    entry = {"journal": "APP", "on": due.isoformat(), "document_ref": "AF 1", "label": "Appel de fonds", "lines": lines}
    call(page, site, "POST", f"/financial/entries/{building}", data=entry)
    return str(building)


def test_a_late_payer(page: Page, site: Site, watch: Watch) -> None:
    site.sign_in(page, "volunteer")
    building = a_late_owner(page, site)
    page.goto(f"/buildings/{building}/arrears")
    expect(page.get_by_role("row", name=re.compile("AULNE 1"))).to_contain_text("412,36")
    page.get_by_role("button", name="Préparer les rappels du jour").click()
    expect(page.get_by_text("1 rappel est prêt.")).to_be_visible()
    site.check(page)
    message = look_at_the_letter(page, site)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("AULNE 1"))).to_contain_text("Rappel amiable")
    expect(page.get_by_role("button", name="Envoyer", exact=True)).to_have_count(0)
    the_owner_file(page, site)
    pay_by_coda(page, site, building, message)
    page.goto(f"/buildings/{building}/arrears")
    expect(page.get_by_text("Personne n’est en retard. Les rappels")).to_be_visible()
    page.get_by_role("button", name="Préparer les rappels du jour").click()
    expect(page.get_by_text("Rien de nouveau à rappeler aujourd’hui.")).to_be_visible()


def look_at_the_letter(page: Page, site: Site) -> str:
    """The letter as it would go out: names the amount and the account. Returns its structured message."""
    href = page.get_by_role("link", name=re.compile("Courrier : Rappel amiable")).get_attribute("href")
    pdf = pypdfium2.PdfDocument(io.BytesIO(page.request.get(f"{site.url}{href}").body()))
    text = pdf[0].get_textpage().get_text_range()
    assert "AULNE 1" in text and "412,36" in text and "BE68 5390 0754 7034" in text
    picture = pdf[0].render(scale=1).to_pil().convert("L")
    darkest, brightest = picture.getextrema()
    assert picture.width > 500 and darkest < 80 and brightest == 255  # drawn, not an empty sheet
    found = re.search(r"\+\+\+(\d{3})/(\d{4})/(\d{5})\+\+\+", text)
    assert found
    return "".join(found.groups())


def the_owner_file(page: Page, site: Site) -> None:
    """The owner's page: the letter that was sent, the pause and its end."""
    page.get_by_role("link", name="AULNE 1").click()
    expect(page.get_by_role("heading", level=1, name="AULNE 1")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Rappel amiable")).last).to_contain_text("envoyé")
    page.get_by_role("button", name="Mettre en pause…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Mettre en pause", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Indiquez pourquoi")
    dialog.locator("[name=reason]").fill("Conteste le décompte")
    dialog.get_by_role("button", name="Mettre en pause", exact=True).click()
    expect(page.get_by_text("Conteste le décompte")).to_be_visible()
    site.check(page)
    page.get_by_role("button", name="Mettre fin à la pause").click()
    over = page.get_by_role("table", name="Pauses précédentes").get_by_role("row", name=re.compile("Conteste"))
    expect(over).to_contain_text(today().strftime("%d/%m/%Y"))
    expect(page.get_by_role("button", name="Mettre fin à la pause")).to_have_count(0)
    site.check(page)


def pay_by_coda(page: Page, site: Site, building: str, message: str) -> None:
    """The bank's file of today with the owner's payment; what is certain is posted."""
    paid = [Payment(today(), CENTS, "ERABLE 1", "BE54000000009797", ogm=message)]
    file = write([paid_in(IBAN, "LES ERABLES", 1, 0, today() - timedelta(days=1), paid)])
    taken = call(
        page, site, "POST", f"/bank/statements/{building}",
        multipart={"file": {"name": "extrait.cod", "mimeType": "text/plain", "buffer": file}},
    )  # fmt: skip
    statement = UUID(taken["statements"][0]["id"])
    assert call(page, site, "POST", f"/bank/statement/{statement}/confirm")["posted"] == 1


def test_the_policy_and_the_phone(page: Page, site: Site, watch: Watch) -> None:
    site.sign_in(page, "syndic")
    ((building,),) = site.sql("select id from building where name = 'Résidence Les Tilleuls'")
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"/buildings/{building}/recovery-policy")
    page.get_by_label("Jours pour réagir").first.fill("13")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert").first).to_contain_text("au moins 14 jours")
    page.get_by_label("Jours pour réagir").first.fill("15")
    page.get_by_label("Intérêts", exact=True).select_option("clause")
    page.get_by_label("Taux de la clause, % par an").fill("8")
    page.get_by_label("Où le règlement le dit").fill("Règlement de copropriété, art. 40")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La politique est enregistrée.")).to_be_visible()
    site.check(page)
    page.goto(f"/buildings/{building}/arrears")
    late = page.get_by_role("row", name=re.compile("MAES Camille"))
    expect(late).to_contain_text("Mise en demeure")
    site.check(page)
    page.goto("/portfolio/arrears")
    expect(page.get_by_role("heading", level=1, name="Arriérés de tous les immeubles")).to_be_visible()
    site.check(page)


def test_interest_and_costs_come_on_the_account_and_off_again(page: Page, site: Site, watch: Watch) -> None:
    """Explained before it is posted, with the letter as its document; taken back with a reason."""
    site.sign_in(page, "volunteer")
    building = a_late_owner(page, site, "Les Saules", "SAULE 1", days=36)
    policy = {"basis": "clause", "clause_percent": "8", "clause_start": "due", "clause_reference": "Règlement, art. 40",
              "levels": {"2": {"costs_cents": 1200}}}  # fmt: skip
    call(page, site, "PATCH", f"/buildings/{building}/recovery-policy", data=policy)
    page.goto(f"/buildings/{building}/arrears")
    page.get_by_role("button", name="Préparer les rappels du jour").click()
    page.get_by_role("link", name="SAULE 1").click()
    page.get_by_role("button", name="Annuler…").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=reason]").fill("Déjà rappelé par téléphone")
    dialog.get_by_role("button", name="Annuler le rappel").click()
    expect(dialog).to_have_count(0)
    page.goto(f"/buildings/{building}/arrears")
    page.get_by_role("button", name="Préparer les rappels du jour").click()
    expect(page.get_by_text("1 rappel est prêt.")).to_be_visible()
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("SAULE 1"))).to_contain_text("Second rappel")
    page.get_by_role("link", name="SAULE 1").click()
    page.get_by_role("button", name="Imputer au compte…").click()
    # 35 days at 8 % on 412.36 €.
    expect(dialog).to_contain_text("3,16")
    expect(dialog).to_contain_text("12,00")
    expect(dialog).to_contain_text("15,16")
    site.check(page)
    dialog.get_by_role("button", name="Imputer au compte").click()
    expect(page.get_by_text("Les intérêts et frais sont imputés au compte")).to_be_visible()
    expect(page.get_by_role("button", name="Imputer au compte…")).to_have_count(0)
    page.get_by_role("link", name="Imputé au compte").click()
    expect(page.get_by_role("heading", level=1, name="OD 1")).to_be_visible()
    expect(page.locator("#main")).to_contain_text("Second rappel")
    page.go_back()
    page.get_by_role("button", name="Extourner…").click()
    dialog.get_by_role("button", name="Extourner", exact=True).click()
    expect(dialog.get_by_role("alert").first).to_be_visible()
    dialog.locator("[name=reason]").fill("Geste commercial")
    dialog.get_by_role("button", name="Extourner", exact=True).click()
    expect(page.get_by_role("button", name="Imputer au compte…")).to_be_visible()
    site.check(page)
    waive(page, site)


def waive(page: Page, site: Site) -> None:
    """The costs are given up for good, with the reason; the letter still says what it asked."""
    claim = page.locator("dl").filter(has_text="Frais des courriers")
    expect(claim).to_contain_text("12,00")
    page.get_by_role("button", name="Abandonner les frais…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Abandonner les frais").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("Dites pourquoi")
    dialog.locator("[name=reason]").fill("Premier retard")
    dialog.get_by_role("button", name="Abandonner les frais").click()
    expect(page.get_by_text("Les frais du courrier sont abandonnés.")).to_be_visible()
    expect(claim).not_to_contain_text("12,00")
    given = page.get_by_role("table", name="Frais abandonnés").get_by_role("row", name=re.compile("Premier retard"))
    expect(given).to_contain_text("12,00")
    expect(page.get_by_role("button", name="Abandonner les frais…")).to_have_count(0)
    site.check(page)


def test_the_rate_of_a_year_is_typed_once_it_is_published(page: Page, site: Site, watch: Watch) -> None:
    """Wrong years and rates are refused where they are typed; the list says who typed it."""
    site.sign_in(page, "admin")
    page.goto("/admin/interest-rates")
    year = str(max(CIVIL) + 1)
    expect(page.locator("[name=year]")).to_have_value(year)

    def save(year: str, percent: str, source: str) -> None:
        page.locator("[name=year]").fill(year)
        page.locator("[name=percent]").fill(percent)
        page.locator("[name=source]").fill(source)
        page.get_by_role("button", name="Enregistrer").click()

    for typed, said in (((str(max(CIVIL)), "4", "Moniteur"), "est connu et ne change pas"),
                        ((str(today().year + 9), "4", "Moniteur"), "publié en janvier"),
                        ((year, "beaucoup", "Moniteur"), "nombre")):  # fmt: skip
        save(*typed)
        expect(page.get_by_role("alert").first).to_contain_text(said)
    save(year, "4,25", "Moniteur belge du 20/01")
    expect(page.get_by_text("Le taux est enregistré.")).to_be_visible()
    row = page.get_by_role("row", name=re.compile(rf"^{year}"))
    expect(row).to_contain_text("4,25")
    expect(row).to_contain_text(today().strftime("%d/%m/%Y"))
    page.set_viewport_size({"width": 375, "height": 800})
    site.check(page)


def test_what_a_late_owner_sees(page: Page, site: Site, watch: Watch) -> None:
    """At her home the amount, on its page why, interest day by day, the code to pay with, the letters."""
    who = "select id from app_user where email = 'u.hermans@example.be'"
    site.sql(f"update owner set user_id = ({who}) where name = 'MAES' and first_name = 'Camille'")
    try:
        site.sign_in(page, "owner")
        page.set_viewport_size({"width": 375, "height": 800})
        page.get_by_role("link", name=re.compile("Waarom, en hoe betalen|Pourquoi, et comment payer")).click()
        expect(page.get_by_role("img", name=re.compile("Betaalcode|Code de paiement")).first).to_be_visible()
        expect(page.get_by_text("Ingebrekestelling").or_(page.get_by_text("Mise en demeure")).first).to_be_visible()
        page.get_by_text("Dag per dag").or_(page.get_by_text("Jour par jour")).first.click()
        site.check(page)
    finally:
        site.sql("update owner set user_id = null where name = 'MAES' and first_name = 'Camille'")
