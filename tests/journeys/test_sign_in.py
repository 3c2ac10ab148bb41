"""Getting in, staying in, getting out: as people do it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Watch
from tests.journeys.conftest import PASSWORD, WHO, Site

NEW = "armoire violette du jeudi"


def test_a_wrong_password_is_said_beside_the_form_and_nothing_typed_is_lost(page: Page, site: Site) -> None:
    page.goto("/sign-in")
    page.get_by_label("Adresse e-mail").fill(WHO["owner"])
    page.get_by_label("Mot de passe", exact=True).fill("not this one")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("ne correspondent pas")
    expect(page.get_by_label("Adresse e-mail")).to_have_value(WHO["owner"])
    assert WHO["owner"] not in page.url
    site.check(page)


def test_a_superadmin_sets_up_two_steps_and_signs_in_with_them(page: Page, site: Site) -> None:
    admin = "second-admin@example.be"
    site.sql(
        "with u as (insert into app_user (email, name, lang, theme, status, password_hash) select %s, 'Second', lang, "
        "theme, status, password_hash from app_user where email = %s returning id) insert into role_grant "
        "(user_id, role, period) select id, 'superadmin', daterange(current_date, null) from u",
        admin, WHO["admin"],
    )  # fmt: skip
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(admin)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="Code QR")).to_be_visible()
    site.check(page, 320, 375)
    scanned = dialog.locator("code").first.text_content() or ""
    page.goto("/admin/organizations")  # nothing else is open before
    expect(page).to_have_url(re.compile(r"/profile\?totp=required"))
    expect(dialog).to_be_visible()
    expect(dialog.locator("code").first).to_have_text(scanned)  # an app may hold it already
    dialog.get_by_label("Code").fill("000000")
    dialog.get_by_role("button", name="Activer", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("n’est pas correct")
    codes = site.set_up_totp(page, admin)
    expect(page.get_by_role("heading", name="Organisations", level=1)).to_be_visible()

    site.sign_out(page)
    site.sign_in(page, admin)
    expect(page.get_by_role("heading", name="Organisations", level=1)).to_be_visible()
    site.sign_out(page)

    page.locator("input[name=email]").fill(admin)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_label("Code").fill("123456")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("n’est pas correct")
    site.check(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", name="Organisations", level=1)).to_be_visible()


def test_owner_out_admin_in_twice_in_the_same_browser(page: Page, site: Site) -> None:
    for _ in range(2):
        site.sign_in(page, "owner")
        expect(page).to_have_url(f"{site.url}/home")
        expect(page.get_by_text("Ursula HERMANS").first).to_be_visible()
        site.sign_out(page)
        expect(page.get_by_text("Ursula HERMANS")).to_have_count(0)
        site.sign_in(page, "admin")
        expect(page).to_have_url(f"{site.url}/admin/organizations")
        expect(page.get_by_text("Camille Admin").first).to_be_visible()
        expect(page.get_by_text("Ursula HERMANS")).to_have_count(0)
        expect(page.get_by_role("link", name="Boîte d’envoi")).to_be_visible()
        site.sign_out(page)
        page.goto("/admin/organizations")
        expect(page).to_have_url(re.compile(r"/sign-in\?next=/admin/organizations$"))


def test_a_session_revoked_elsewhere_ends_the_open_page(page: Page, site: Site, browser: Browser) -> None:
    site.sign_in(page, "board")
    page.goto("/profile")
    expect(page.get_by_role("heading", name="Mon profil")).to_be_visible()
    with browser.new_context(locale="fr-BE", base_url=site.url) as elsewhere:
        other = elsewhere.new_page()
        site.sign_in(other, "board")
        other.goto("/profile")
        other.get_by_role("button", name="Terminer", exact=True).first.click()
        expect(other.get_by_role("status").filter(has_text="Cette connexion a été terminée.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page).to_have_url(re.compile(r"/sign-in\?error=ended&next=/profile"))
    expect(page.get_by_text("Votre session est terminée.")).to_be_visible()
    page.locator("input[name=email]").fill(WHO["board"])
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{site.url}/profile")


@pytest.mark.parametrize("path", ["/reset/new", "/invitation"])
def test_a_page_behind_a_link_takes_nothing_before_it_has_read_the_link(page: Page, site: Site, path: str) -> None:
    assert re.search(r'<button (?=[^>]*disabled="")[^>]*type="submit"', page.request.get(path).text())


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(page: Page, site: Site) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="Mot de passe oublié").click()
    # Both pages have a field of this name: wait for the second page.
    expect(page.get_by_role("heading", name="Mot de passe oublié")).to_be_visible()
    page.get_by_label("Adresse e-mail").fill(WHO["usufructuary"])
    page.get_by_role("button", name="M’envoyer un lien").click()
    expect(page.get_by_text("un lien est en route")).to_be_visible()
    site.check(page)
    page.goto(site.mail(WHO["usufructuary"], "reset"))
    page.get_by_label("Nouveau mot de passe").fill("password1234")
    page.get_by_label("Confirmez le mot de passe").fill("password1234")
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("trop facile à deviner")
    page.get_by_label("Nouveau mot de passe").fill(NEW)
    page.get_by_label("Confirmez le mot de passe").fill(NEW)
    site.check(page)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_text("Votre mot de passe est modifié.")).to_be_visible()
    expect(page.get_by_label("Adresse e-mail")).to_have_value(WHO["usufructuary"])
    page.get_by_label("Mot de passe", exact=True).fill(NEW)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{site.url}/home")
    page.goto(site.mail(WHO["usufructuary"], "reset"))
    expect(page.get_by_role("alert")).to_contain_text("n’est plus valable")


def test_an_invitation_from_the_syndic_to_the_first_page(page: Page, site: Site, browser: Browser) -> None:
    site.sign_in(page, "syndic")
    page.get_by_role("link", name="Personnes").click()
    page.get_by_role("button", name="Inviter quelqu’un").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Adresse e-mail").fill("pas une adresse")
    dialog.get_by_label("Nom", exact=True).fill("Lise Peeters")
    dialog.get_by_role("button", name="Envoyer l’invitation").click()
    expect(dialog.get_by_role("alert")).to_contain_text("n’est pas une adresse e-mail")
    expect(dialog.get_by_label("Nom", exact=True)).to_have_value("Lise Peeters")
    site.check(page)
    dialog.get_by_label("Adresse e-mail").fill("lise.peeters@example.be")
    dialog.get_by_label("Langue de l’e-mail").select_option("nl")
    dialog.get_by_label("Rôle").select_option("accountant")
    dialog.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("Un e-mail à lise.peeters@example.be est en route.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Lise Peeters.*invité"))).to_be_visible()

    with browser.new_context(locale="fr-BE", base_url=site.url) as elsewhere:
        guest = elsewhere.new_page()
        watch = Watch(guest)
        guest.goto(site.mail("lise.peeters@example.be", "invitation"))
        expect(guest.get_by_role("heading", name="Welkom bij KoproGo")).to_be_visible()
        expect(guest.get_by_label("Uw naam")).to_have_value("Lise Peeters")
        guest.get_by_label("Uw naam").fill("Lise Peeters-Maes")
        guest.get_by_label("Wachtwoord", exact=True).fill(NEW)
        guest.get_by_label("Bevestig het wachtwoord").fill("something else")
        guest.get_by_role("button", name="Beginnen").click()
        expect(guest.get_by_role("alert")).to_contain_text("niet gelijk")
        expect(guest.get_by_label("Uw naam")).to_have_value("Lise Peeters-Maes")
        site.check(guest)
        guest.get_by_label("Wachtwoord", exact=True).fill(NEW)
        guest.get_by_label("Bevestig het wachtwoord").fill(NEW)
        guest.get_by_role("button", name="Beginnen").click()
        expect(guest).to_have_url(f"{site.url}/portfolio")
        expect(guest.get_by_text("Lise Peeters-Maes").first).to_be_visible()
        watch.check()


def test_the_language_in_the_footer_is_kept_in_the_profile(page: Page, site: Site, browser: Browser) -> None:
    page.goto("/sign-in")
    page.locator("footer summary").click()
    page.locator("footer").get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    site.sign_in(page, "auditor")  # his profile speaks Dutch
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    page.locator("footer summary").click()
    page.locator("footer").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Buildings")).to_be_visible()
    with browser.new_context(locale="fr-BE", base_url=site.url) as elsewhere:
        other = elsewhere.new_page()
        site.sign_in(other, "auditor")
        expect(other.get_by_role("heading", name="Buildings")).to_be_visible()


def test_the_profile(page: Page, site: Site) -> None:
    site.sql("update app_user set lang = 'fr' where email = %s", WHO["half owner"])
    site.sign_in(page, "half owner")
    page.goto("/profile")
    name = page.get_by_label("Nom")
    expect(name).to_have_value("Dirk SCHMITZ")
    name.fill(" ")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez un nom.")
    name.fill("Dirk Schmitz")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Votre nom est enregistré.")).to_be_visible()
    site.check(page)

    page.get_by_label("Mot de passe actuel").fill("wrong")
    page.get_by_label("Nouveau mot de passe").fill(NEW)
    page.get_by_label("Confirmez le mot de passe").fill(NEW)
    page.get_by_role("button", name="Modifier le mot de passe").click()
    expect(page.get_by_text("Ce n’est pas votre mot de passe actuel.")).to_be_visible()
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_role("button", name="Modifier le mot de passe").click()
    expect(page.get_by_text("Toutes les autres connexions ont été terminées.")).to_be_visible()
    expect(page.get_by_label("Nouveau mot de passe")).to_have_value("")

    page.get_by_role("button", name="Activer maintenant").click()
    codes = site.set_up_totp(page, "half owner")
    expect(page.get_by_text("10 codes de secours restants")).to_be_visible()
    page.get_by_role("button", name="Désactiver").click()
    page.get_by_role("dialog").get_by_label("Code").fill(codes[1])
    page.get_by_role("dialog").get_by_role("button", name="Désactiver").click()
    expect(page.get_by_text("La connexion en deux étapes est désactivée.")).to_be_visible()
    page.get_by_role("button", name="Sombre", exact=True).click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    site.check(page, 375)


def test_an_address_that_is_none_of_ours_says_so_and_leads_home(page: Page, site: Site, watch: Watch) -> None:
    watch.allow("404")
    page.goto("/nowhere/at-all")
    expect(page.get_by_role("heading", name="Il n’y a pas de page à cette adresse")).to_be_visible()
    site.check(page)
    # Who is signed in reads it in the language of the profile, and goes on to the first page.
    site.sign_in(page, "owner")
    answer = page.goto("/nowhere/at-all")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", name="Op dit adres is er geen pagina")).to_be_visible()
    page.get_by_role("link", name="Naar mijn startpagina").click()
    expect(page).to_have_url(re.compile("/home$"))
