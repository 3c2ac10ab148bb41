"""A superadmin's day: organisations, people, the outbox, the audit trail, health."""

import re

from playwright.sync_api import Page, expect

from tests.browser import Watch
from tests.journeys.conftest import Site


def test_organisations_people_and_outbox(page: Page, site: Site) -> None:
    site.sign_in(page, "admin")
    page.get_by_role("button", name="Ajouter une organisation").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nom", exact=True).fill("Syndic du Parc")
    dialog.get_by_label("Numéro d’entreprise").fill("0123.456.789")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Numéro d’entreprise").fill("")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Syndic du Parc est enregistré.")).to_be_visible()
    site.check(page)
    row = page.get_by_role("row", name=re.compile("Syndic du Parc"))
    row.get_by_role("button", name="Syndic du Parc").click()
    dialog.get_by_label("Localité").fill("Namur")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(row).to_contain_text("Namur")
    row.get_by_role("link", name="Personnes").click()

    page.get_by_role("button", name="Inviter quelqu’un").click()
    dialog.get_by_label("Adresse e-mail").fill("paul@example.be")
    dialog.get_by_label("Nom", exact=True).fill("Paul Parc")
    dialog.get_by_label("Rôle").select_option("syndic")
    dialog.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_role("row", name=re.compile("Paul Parc.*Syndic du Parc.*invité"))).to_be_visible()
    site.check(page)

    page.get_by_role("link", name="Boîte d’envoi").click()
    mail = page.get_by_role("row", name=re.compile("paul@example.be"))
    expect(mail).to_contain_text("en attente")
    mail.get_by_role("button").click()
    link = dialog.locator("a[href*='/invitation#']")
    expect(link).to_be_visible()
    site.check(page)
    link.click()
    expect(page.get_by_label("Votre nom")).to_have_value("Paul Parc")


def test_a_person_is_given_another_role_loses_it_and_is_disabled(page: Page, site: Site) -> None:
    site.sign_in(page, "admin")
    page.goto("/admin/users?q=Fontaine")
    page.get_by_role("button", name="Véronique Fontaine").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Donner un autre rôle").click()
    dialog.get_by_role("combobox", name="Rôle").select_option("auditor")
    dialog.get_by_role("button", name="Envoyer l’invitation").click()
    row = page.get_by_role("row", name=re.compile("Véronique Fontaine"))
    expect(row).to_contain_text("commissaire aux comptes")
    page.get_by_role("button", name="Véronique Fontaine").click()
    entry = dialog.get_by_role("listitem").filter(has_text="commissaire aux comptes")
    entry.get_by_role("button", name="Terminer ce rôle").click()
    expect(page.get_by_text("Le rôle a été terminé.")).to_be_visible()
    expect(row).not_to_contain_text("commissaire aux comptes")
    page.get_by_role("button", name="Véronique Fontaine").click()
    dialog.get_by_role("button", name="Désactiver le compte").click()
    expect(row).to_contain_text("désactivé")
    page.get_by_role("button", name="Véronique Fontaine").click()
    dialog.get_by_role("button", name="Rouvrir le compte").click()
    expect(row).to_contain_text("actif")


def test_the_audit_trail_is_filtered_and_its_chain_verified(page: Page, site: Site) -> None:
    site.sign_in(page, "syndic")
    page.get_by_role("link", name="Journal d’audit").click()
    expect(page.get_by_role("row", name=re.compile("Anne Nowak.*Immeuble ajouté")).first).to_be_visible()
    page.get_by_role("searchbox").fill("building.created")
    expect(page.get_by_role("row", name=re.compile("building.created")).first).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text(re.compile(r"sur \d\d?$"))
    expect(page.get_by_role("row", name=re.compile("owner.updated"))).to_have_count(0)
    page.get_by_role("button", name="Vérifier la chaîne").click()
    expect(page.get_by_text("la chaîne est intacte")).to_be_visible()
    site.check(page)


def test_health_names_each_part(page: Page, site: Site) -> None:
    site.sign_in(page, "admin")
    page.get_by_role("link", name="État du système").click()
    for part in ("Base de données", "Schéma", "Service d’arrière-plan", "E-mail"):
        expect(page.get_by_role("listitem").filter(has_text=part).filter(has_text="fonctionne").first).to_be_visible()
    expect(page.get_by_text("Tout fonctionne.")).to_be_visible()
    site.check(page)


def test_a_syndic_is_kept_out_of_administration(page: Page, site: Site, watch: Watch) -> None:
    site.sign_in(page, "syndic")
    for path in ("/admin/organizations", "/admin/outbox", "/admin/health"):
        page.goto(path)
        expect(page).to_have_url(f"{site.url}/forbidden")
        expect(page.get_by_role("heading", name="Cette page n’est pas prévue pour votre rôle")).to_be_visible()
    site.check(page)
