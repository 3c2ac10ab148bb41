"""A syndic enters a building and keeps it in order; its owners see their part, and nothing of other people's."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from koprogo_app.demo.fill import DATA
from tests.browser import Watch
from tests.journeys.conftest import PASSWORD, Site

TILLEULS = (DATA / "tilleuls.csv").read_bytes()
PHONE = {"width": 375, "height": 800}


def file_of(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def send(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)


def cell(page: Page, field: str, at: str) -> Locator:
    """An editable cell of the grid by its column and the label of its row."""
    return page.locator(f'[data-field="{field}"][aria-label$=", {at}"]')


def row_of(page: Page, number: str) -> Locator:
    """All lines of a lot in the grid."""
    return page.locator("tbody[data-group]", has=cell(page, "number", number))


def paste(page: Page, text: str) -> None:
    """What Ctrl V does with cells copied in a spreadsheet."""
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const how = {clipboardData: data, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def building(site: Site, name: str) -> str:
    """The address of a building's workspace."""
    return f"/buildings/{site.sql('select id from building where name = %s', name)[0][0]}"


def lot(site: Site, name: str, number: str) -> str:
    """The address of a lot's page."""
    rows = site.sql(
        "select l.building_id, l.id from lot l join building b on b.id = l.building_id "
        "where b.name = %s and l.number = %s and l.retired_on is null",
        name,
        number,
    )
    return f"/buildings/{rows[0][0]}/lots/{rows[0][1]}"


def open_dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


def submit(page: Page) -> None:
    open_dialog(page).locator("button[type=submit]").click()


def make_building(page: Page, name: str) -> None:
    """From the portfolio to the import page of a new building."""
    page.goto("/portfolio")
    page.get_by_role("button", name="Ajouter un immeuble").click()
    dialog = open_dialog(page)
    dialog.get_by_label("Nom de l’association").fill(name)
    dialog.get_by_label("Total des quotités").fill("10 000")
    submit(page)
    expect(page).to_have_url(re.compile(r"/import$"))


def test_import_fix_edit_in_place_and_the_owner_sees_it(page: Page, site: Site, watch: Watch, tmp_path: Path) -> None:
    name = "Les Bouleaux"
    site.sign_in(page, "volunteer")
    page.goto("/portfolio")
    page.get_by_role("button", name="Ajouter un immeuble").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert").first).to_contain_text("Complétez ce champ")
    site.check(page, 320, 375, 768)
    page.keyboard.press("Escape")
    make_building(page, name)

    # A file with an error is refused as a whole, with the place of the error.
    send(page, file_of(tmp_path, "faux.csv", TILLEULS.replace(b";349;", b";beaucoup;", 1)))
    expect(page.get_by_text("Rien ne peut encore être importé")).to_be_visible()
    expect(page.get_by_text(re.compile(r"ligne 2, colonne «.Quotit.s.», E2"))).to_be_visible()
    expect(page.get_by_role("button", name="Tout importer")).to_have_count(0)
    site.check(page)
    page.get_by_role("button", name="Un autre fichier").click()

    # The real one has a lot of which 5 % are missing.
    flawed = file_of(tmp_path, "bouleaux.csv", flawed_table())
    send(page, flawed)
    expect(page.get_by_text("Le fichier peut être importé")).to_be_visible()
    expect(page.get_by_text("il manque 5 %")).to_be_visible()
    page.get_by_role("button", name="Tout importer").click()
    expect(page.get_by_text("bouleaux.csv est importé")).to_be_visible()
    page.get_by_role("button", name="Importer un autre fichier").click()
    send(page, flawed)
    expect(page.get_by_text("importer ne change rien")).to_be_visible()

    # The flagged line is mended with one click.
    page.goto(building(site, name) + "/lots?show=draft")
    row = page.locator("tbody[data-group]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("il manque 5 %")
    row.get_by_role("button", name=re.compile("Attribuer le reste à VANDENBROUCKE")).click()
    expect(page.get_by_text("La propriété du lot A2.4 est complète")).to_be_visible()
    expect(page.locator("#share-sum")).to_contain_text("Σ 10 000 / 10 000")

    edit_in_place(page, site, name)
    owner_sees_it(page, site, name)


def flawed_table() -> bytes:
    """The table of the Tilleuls, in which one owner of A2.4 has 45 % instead of a half."""
    whole, flawed = b";50,00 %;", b";45,00 %;"
    at = TILLEULS.index(whole, TILLEULS.index(b"VANDENBROUCKE Thierry"))
    return TILLEULS[:at] + flawed + TILLEULS[at + len(whole) :]


def edit_in_place(page: Page, site: Site, name: str) -> None:
    page.goto(building(site, name) + "/lots")
    cell(page, "area", "A1.2").click()
    page.keyboard.type("88,5")
    page.keyboard.press("Enter")
    expect(row_of(page, "A1.2")).to_contain_text("enregistré")
    expect(cell(page, "area", "A1.3")).to_be_focused()

    # Two lines pasted at once, one of them wrong; the right one is saved, the wrong one says why.
    cell(page, "area", "A3.1").focus()
    paste(page, "50,25\ngrand")
    expect(row_of(page, "A3.2")).to_contain_text("« grand » n’est pas un nombre")
    expect(row_of(page, "A3.1")).to_contain_text("enregistré")
    assert areas(site, name) == {"A1.2": "88.50", "A3.1": "50.25", "A3.2": "50.00"}
    page.keyboard.press("Control+z")
    expect(cell(page, "area", "A3.1")).to_have_value("86")
    expect(cell(page, "area", "A3.2")).to_have_value("50")
    expect(row_of(page, "A3.1")).to_contain_text("enregistré")
    page.wait_for_function("() => !document.body.innerText.includes('enregistrement…')")
    assert areas(site, name)["A3.1"] == "86.00"

    # The lots total the deed: another division needs a decision.
    cell(page, "share", "A1.1").click()
    page.keyboard.type("350")
    page.keyboard.press("Enter")
    refused = row_of(page, "A1.1")
    expect(refused).to_contain_text("3.88 §3")
    refused.get_by_role("button", name="Référencer une décision").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("Tous les copropriétaires")
    site.check(page, 320, 375, 768)
    open_dialog(page).get_by_label("Date de la décision").fill("2026-05-12")
    open_dialog(page).get_by_label("Référence").fill("AG 12/05/2026, point 7")
    submit(page)
    expect(page.get_by_text("la décision est conservée")).to_be_visible()
    expect(cell(page, "share", "A1.1")).to_have_value("350")
    expect(page.locator("#share-sum")).to_contain_text("1 de trop")

    # A whole column at once: it is answered in parts, and no answer is missed. What lies beyond the rows is told.
    page.goto(building(site, name) + "/lots?per=100")
    expect(cell(page, "floor", "K23")).to_be_attached()
    cell(page, "floor", "A1.1").focus()
    paste(page, "\n".join(str(1 + n % 3) for n in range(62)))
    expect(page.get_by_text("2 valeurs collées sont restées sans place")).to_be_visible()
    expect(row_of(page, "K23")).to_contain_text("enregistré")
    page.wait_for_function("() => !document.body.innerText.includes('enregistrement…')")
    floors = "select floor from lot l join building b on b.id = l.building_id where b.name = %s order by l.position"
    assert [row[0] for row in site.sql(floors, name)] == [1 + n % 3 for n in range(60)]


def areas(site: Site, name: str) -> dict[str, str]:
    rows = site.sql(
        "select number, area from lot l join building b on b.id = l.building_id where b.name = %s and number = any(%s)",
        name,
        ["A1.2", "A3.1", "A3.2"],
    )
    return {number: str(area) for number, area in rows}


def owner_sees_it(page: Page, site: Site, name: str) -> None:
    """The syndic invites an owner, who chooses a password and finds her lot as it was just typed."""
    page.goto(building(site, name) + "/owners?q=LECLERCQ")
    page.get_by_role("link", name=re.compile("LECLERCQ")).click()
    page.get_by_role("button", name="Inviter à se connecter").click()
    open_dialog(page).get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.get_by_text("L’invitation est en route")).to_be_visible()
    site.check(page)
    site.sign_out(page)
    email = site.sql("select email from app_user where email like 'l.leclercq%%'")[0][0]
    page.goto(site.mail(email, "invitation"))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.locator("form[action='/api/auth/invitation'] button[type=submit]").click()
    site.arrive(page)
    page.goto("/home")
    expect(page.get_by_role("heading", name="Lot A1.2", exact=True).first).to_be_visible()
    expect(page.get_by_text("88,5 m²").first).to_be_visible()
    expect(page.get_by_text("Vous votez pour ce lot").first).to_be_visible()
    site.check(page)
    # Of the others: name, lot, shares, address. Neither e-mail nor telephone.
    expect(page.get_by_role("table", name="Copropriétaires").get_by_text("DENIS Hugo").first).to_be_visible()
    assert "h.denis@" not in page.content()
    page.get_by_role("button", name="Modifier").click()
    open_dialog(page).get_by_label("Téléphone").fill("tout")
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("numéro de téléphone")
    open_dialog(page).get_by_label("Téléphone").fill("+32 2 555 01 99")
    submit(page)
    expect(page.get_by_text("votre syndic les voit")).to_be_visible()
    expect(page.get_by_text("+32 2 555 01 99")).to_be_visible()


def test_ownership_is_checked_while_one_types(page: Page, site: Site) -> None:
    site.sign_in(page, "syndic")
    page.goto(lot(site, "Résidence Les Tilleuls", "A1.3"))
    total = page.locator("#ownership-total")
    expect(total).to_contain_text("100 %")
    part = page.get_by_label("Part de SIMON François")
    part.fill("")
    part.press_sequentially("20 %")
    expect(total).to_contain_text("manque")
    part.fill("un tiers")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas une part")
    part.fill("20 %")
    total.get_by_role("button", name="Attribuer le reste à SIMON François").click()
    expect(page.get_by_label("Part de SIMON François")).to_have_value("1/3")
    expect(total).to_contain_text("complète")
    site.check(page, 320, 375)
    page.get_by_role("button", name="Rétablir").click()
    expect(page.get_by_role("button", name="Enregistrer la propriété")).to_have_count(0)


def test_a_new_lot_is_a_draft_until_its_owners_make_the_whole(page: Page, site: Site) -> None:
    site.sign_in(page, "syndic")
    page.goto(building(site, "Résidence Le Chêne") + "/lots")
    page.get_by_role("button", name="Ajouter un lot").click()
    dialog = open_dialog(page)
    dialog.get_by_label("Numéro").fill("9")
    dialog.get_by_label("Quotités").fill("beaucoup")
    submit(page)
    expect(dialog.get_by_role("alert")).to_contain_text("n’est pas un nombre")
    site.check(page, 320, 375, 768)
    dialog.get_by_label("Quotités").fill("20")
    submit(page)
    expect(page.get_by_role("heading", name="Lot 9")).to_be_visible()
    page.get_by_role("button", name="Ajouter un titulaire").click()
    open_dialog(page).get_by_role("searchbox").fill("KRAUSE")
    open_dialog(page).get_by_role("button", name=re.compile("KRAUSE Erika")).click()
    page.get_by_label("Part de KRAUSE Erika").fill("60 %")
    page.get_by_role("button", name="Enregistrer la propriété").click()
    expect(page.get_by_text("Enregistré comme brouillon")).to_be_visible()
    page.get_by_role("button", name="Ajouter un titulaire").click()
    open_dialog(page).get_by_role("button", name="Nouvelle personne ou société").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert").first).to_contain_text("Complétez ce champ")
    open_dialog(page).get_by_label("Nom de famille ou société").fill("KRAUSE")
    open_dialog(page).get_by_label("Prénom").fill("Jonas")
    submit(page)
    expect(page.get_by_label("Part de KRAUSE Jonas")).to_have_value(re.compile(r"^40\s%$"))
    page.get_by_role("button", name="Enregistrer la propriété").click()
    expect(page.get_by_text("La propriété est enregistrée")).to_be_visible()
    expect(page.get_by_text("Vote suspendu")).to_be_visible()

    # Two hold it: they name who votes.
    page.get_by_role("button", name="Désigner un mandataire").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("Complétez ce champ")
    open_dialog(page).get_by_label("L’écrit qui le désigne").fill("Lettre du 3 mars 2026")
    submit(page)
    expect(page.get_by_text("le lot vote à nouveau")).to_be_visible()
    expect(page.get_by_text("Lettre du 3 mars 2026")).to_be_visible()


def test_transfer_keeps_the_past_and_split_wants_its_decision(page: Page, site: Site) -> None:
    name = "Résidence Le Chêne"
    site.sign_in(page, "syndic")
    page.goto(lot(site, name, "2"))
    page.get_by_role("button", name="Transférer", exact=True).click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("Personne ne reçoit")
    site.check(page, 320, 375, 768)
    open_dialog(page).get_by_role("searchbox").fill("WILMS")
    open_dialog(page).get_by_role("button", name=re.compile("WILMS Anna")).click()
    open_dialog(page).get_by_label("À partir du").fill("2026-03-01")
    submit(page)
    expect(page.get_by_text("le passé reste dans l’historique")).to_be_visible()
    history = page.locator("section", has=page.get_by_role("heading", name="Historique"))
    expect(history).to_contain_text("WILMS Anna")
    expect(history).to_contain_text("PETERS Jonas")

    page.get_by_role("button", name="Diviser", exact=True).click()
    for i, share in enumerate(("100", "159")):
        open_dialog(page).locator(f"#f-number_{i}").fill(f"2{'ab'[i]}")
        open_dialog(page).locator(f"#f-share_{i}").fill(share)
    submit(page)
    refusal = open_dialog(page).get_by_role("alert")
    expect(refusal).to_contain_text("3.88 §3")
    site.check(page, 320, 375, 768)
    open_dialog(page).get_by_label("Date de la décision").fill("2026-06-01")
    open_dialog(page).get_by_label("Référence").fill("Acte modificatif, notaire Wilms")
    submit(page)
    expect(refusal).to_contain_text("gagneraient ou y perdraient")
    open_dialog(page).locator("#f-share_1").fill("160")
    submit(page)
    expect(page.get_by_text("Le lot 2 est divisé")).to_be_visible()
    expect(cell(page, "share", "2a")).to_have_value("100")
    expect(cell(page, "share", "2b")).to_have_value("160")


def test_keys_by_utility(page: Page, site: Site) -> None:
    site.sign_in(page, "syndic")
    page.goto(building(site, "Résidence Le Chêne") + "/keys")
    page.get_by_role("button", name="Ajouter une clé").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("Complétez ce champ")
    open_dialog(page).get_by_label("Nom").fill("Escalier")
    submit(page)
    expect(page.get_by_role("heading", name="Escalier")).to_be_visible()
    cell(page, "weight", "1").focus()
    paste(page, "10\n20")
    expect(page.get_by_text("Σ 30").first).to_be_visible()
    # What was typed on an earlier day changes by decision only.
    site.sql("update key_weight set created_at = created_at - interval '2 days'")
    cell(page, "weight", "1").fill("15")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Référencer une décision").click()
    submit(page)
    expect(open_dialog(page).get_by_role("alert")).to_contain_text("quatre cinquièmes")
    site.check(page, 320, 375)
    open_dialog(page).get_by_label("Date de la décision").fill("2026-05-12")
    open_dialog(page).get_by_label("Référence").fill("AG 12/05/2026, point 3")
    submit(page)
    expect(page.get_by_text("Les poids sont changés")).to_be_visible()
    expect(cell(page, "weight", "1")).to_have_value("15")
    expect(page.get_by_text("Poids antérieurs")).to_be_visible()


def test_the_language_of_the_footer_speaks_for_the_whole_page(page: Page, site: Site) -> None:
    site.sign_in(page, "accountant")
    page.goto(building(site, "Résidence Les Tilleuls") + "/lots")
    expect(page.get_by_role("heading", name="Kavels en eigenaars")).to_be_visible()
    page.locator("footer details summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Lose und Eigentümer")).to_be_visible()
    expect(page.locator(".kit-badge", has_text="Stimmrecht ruht").first).to_be_visible()
    expect(page.get_by_text("Bevollmächtigten benennen")).to_have_count(0)  # an accountant changes nothing here
    page.locator("footer details summary").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator(".kit-badge", has_text="stemrecht geschorst").first).to_be_visible()


def test_what_the_server_wrote_on_a_panel_changes_its_language_too(page: Page, site: Site) -> None:
    site.sign_in(page, "accountant")
    page.goto(building(site, "Résidence Les Tilleuls"))
    expect(page.get_by_text("tot 30 dagen")).to_be_visible()
    page.locator("footer details summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_text("bis 30 Tage")).to_be_visible()
    page.locator("footer details summary").click()
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_text("tot 30 dagen")).to_be_visible()


def test_what_is_not_yours_does_not_exist(page: Page, site: Site) -> None:
    site.sign_in(page, "volunteer")
    for address in (
        building(site, "Résidence Les Tilleuls"),
        building(site, "Résidence Les Tilleuls") + "/lots",
        building(site, "Résidence Les Tilleuls") + "/import",
        lot(site, "Résidence Les Tilleuls", "A1.3"),
        "/buildings/nothing/lots",
    ):
        page.goto(address)
        expect(page.get_by_text("Cette page ne peut pas être affichée")).to_be_visible()
        assert "SIMON" not in page.content()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_and_narrow_screens_on_every_page(page: Page, site: Site, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    site.sign_in(page, "syndic")
    base = building(site, "Résidence Les Tilleuls")
    owner = site.sql("select id from owner where email = 'u.hermans@example.be'")[0][0]
    pages = {
        "/portfolio": "Immeubles",
        base: "Résidence Les Tilleuls",
        base + "/lots": "Lots et propriétaires",
        lot(site, "Résidence Les Tilleuls", "A2.2"): "Lot A2.2",
        base + "/owners": "Propriétaires",
        f"/owners/{owner}": "HERMANS Ursula",
        base + "/import": "Importer les lots et les propriétaires",
        base + "/keys": "Clés de répartition",
    }
    for address, heading in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        site.check(page)
        site.check_thumbs(page)


def test_an_owner_finds_her_home(page: Page, site: Site) -> None:
    site.sign_in(page, "usufructuary")
    page.set_viewport_size(PHONE)
    page.goto("/home")
    expect(page.get_by_role("heading", name="Lot A2.2", exact=True)).to_be_visible()
    expect(page.get_by_text("COLLARD Ursula (nue-propriété, 100 %)")).to_be_visible()
    expect(page.get_by_text("COLLARD Frédérique vote pour le lot")).to_be_visible()
    site.check(page)
