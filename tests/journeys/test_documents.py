"""The papers of a building: a syndic files them, looks for them, shares them; an owner reads what is for her."""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Watch
from tests.documents import files
from tests.journeys.conftest import Site
from tests.world import today

SIZES = pytest.mark.parametrize("width", [375, 1440])
DROP = """(zone, files) => {
  const data = new DataTransfer();
  for (const [name, base64] of files)
    data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
  for (const type of ["dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def library(page: Page, site: Site) -> str:
    """Goes to the library of the Tilleuls; gives its address."""
    building = site.sql("select id from building where name like '%%Tilleuls%%'")[0][0]
    page.goto(f"/buildings/{building}/documents")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
    return f"/buildings/{building}/documents"


def drop(page: Page, given: dict[str, bytes]) -> Locator:
    """Drops files on the zone of the open dialog; gives the dialog."""
    dialog = page.get_by_role("dialog")
    zone = dialog.locator(".kit-drop")
    expect(zone).to_be_visible()
    zone.evaluate(DROP, [[name, base64.b64encode(data).decode()] for name, data in given.items()])
    return dialog


@SIZES
def test_five_files_at_once_one_refused_then_found_and_looked_at(
    page: Page, site: Site, watch: Watch, width: int
) -> None:
    watch.allow("422")
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "syndic")
    library(page, site)
    page.get_by_role("button", name="Ajouter des documents").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type").select_option("works_report")
    dialog.get_by_label("Visible pour").select_option("co_owners")
    dialog.get_by_label("Date du document").fill(today().isoformat())
    site.check(page)
    word = f"corniche{width}"
    drop(
        page,
        {
            f"Rapport {word}.pdf": files.pdf(f"La {word} du bloc B est descellée"),
            f"Photo {word}.jpg": files.located_jpeg(),
            f"Tableau {word}.csv": b"lot;part\nA1;400\nA2;600\n",
            f"Plan {word}.png": files.picture("PNG"),
            f"Facture {word}.pdf": b"<html><script>alert(1)</script></html>",
        },
    )
    expect(dialog.get_by_text("reçu")).to_have_count(4)
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text("Les pages web et les dessins SVG")
    site.check(page)
    dialog.get_by_role("button", name="Terminé").click()
    expect(page.get_by_role("button", name=f"Rapport {word}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Facture {word}")).to_have_count(0)

    page.get_by_role("button", name=f"Rapport {word}").click()
    # The worker first makes the previews of the demo's papers.
    picture = dialog.get_by_role("img", name=f"Première page de Rapport {word}")
    expect(picture).to_be_visible(timeout=110_000)
    expect(dialog).to_contain_text("Tous les copropriétaires")
    expect(dialog).to_contain_text(f"01/01/{today().year + 11}")
    site.check(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()  # what is behind an open dialog takes no text
    page.get_by_role("searchbox").or_(page.get_by_label("Chercher dans les titres et les textes…")).first.fill(
        f"{word} descellee"
    )
    expect(page.get_by_role("button", name=f"Rapport {word}")).to_be_visible()
    expect(page.get_by_role("button", name=f"Plan {word}")).to_have_count(0)


@SIZES
def test_a_long_sending_shows_its_progress_is_cancelled_and_sent_again(
    page: Page, site: Site, watch: Watch, width: int
) -> None:
    watch.allow("ERR_ABORTED")
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "syndic")
    library(page, site)
    page.get_by_role("button", name="Ajouter des documents").click()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    network.send("Network.emulateNetworkConditions", slow)
    name = f"Gros dossier {width}.pdf"
    dialog = drop(page, {name: files.pdf()[:-6] + b"%" + b"x" * 3_000_000 + b"\n%%EOF\n"})
    bar = dialog.get_by_role("progressbar", name=f"Envoi de {name}").or_(dialog.get_by_role("progressbar")).first
    expect(bar).to_be_visible()
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    dialog.get_by_role("button", name="Annuler").click()
    expect(dialog.get_by_text("annulé")).to_be_visible()
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    dialog.get_by_role("button", name=f"Renvoyer {name}").click()
    expect(dialog.get_by_text("reçu")).to_be_visible()
    dialog.get_by_role("button", name="Terminé").click()
    expect(page.get_by_role("button", name=f"Gros dossier {width}")).to_have_count(1)


@SIZES
def test_chosen_documents_come_as_a_zip(page: Page, site: Site, width: int, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "syndic")
    library(page, site)
    if width < 1024:
        page.get_by_text("Types et années").first.click()
    page.get_by_role("link", name=re.compile("^Procès-verbal")).locator("visible=true").click()
    expect(page).to_have_url(re.compile("kind=minutes"))
    expect(page.get_by_role("table").get_by_role("checkbox")).to_have_count(3)
    page.get_by_role("button", name="Tout sélectionner").click()
    expect(page.get_by_text("3 documents choisis")).to_be_visible()
    site.check(page)
    page.get_by_role("button", name="Rassembler dans un zip").click()
    link = page.get_by_role("link", name=re.compile("Enregistrer le zip"))
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "out.zip").read_bytes())) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 3


@SIZES
def test_a_document_is_changed_renewed_and_deleted_only_with_a_reason(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "syndic")
    library(page, site)
    page.get_by_role("button", name="Ajouter des documents").click()
    dialog = drop(page, {f"Brouillon {width}.pdf": files.pdf("un")})
    expect(dialog.get_by_text("reçu")).to_be_visible()
    dialog.get_by_role("button", name="Terminé").click()
    page.get_by_role("button", name=f"Brouillon {width}").click()
    dialog.get_by_role("button", name="Modifier").click()
    dialog.get_by_label("Titre").fill(f"Contrat {width}")
    dialog.get_by_label("Type").select_option("contract")
    site.check(page)
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog.get_by_role("heading", name=f"Contrat {width}")).to_be_visible()
    dialog.get_by_role("button", name="Envoyer une nouvelle version").click()
    drop(page, {"b.pdf": files.pdf("deux")})
    expect(dialog.get_by_text("reçu")).to_be_visible()
    dialog.get_by_role("button", name="Terminé").click()
    page.get_by_role("button", name=f"Contrat {width}").click()
    expect(dialog.get_by_role("link", name="Version 1")).to_be_visible()
    dialog.get_by_role("button", name="Supprimer").click()
    dialog.get_by_label("Pourquoi doit-il disparaître ?").fill("non")
    dialog.get_by_role("button", name="Supprimer définitivement").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Indiquez pourquoi il doit disparaître avant")
    site.check(page)
    dialog.get_by_label("Pourquoi doit-il disparaître ?").fill("Déposé par erreur pour un essai.")
    dialog.get_by_role("button", name="Supprimer définitivement").click()
    expect(page.get_by_text(f"« Contrat {width} » est supprimé.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Contrat {width}")).to_have_count(0)


@SIZES
def test_an_owner_sees_what_is_for_her_and_nothing_else_even_by_link(
    page: Page, site: Site, watch: Watch, width: int
) -> None:
    watch.allow("404")
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "usufructuary")
    page.goto("/documents")
    minutes = page.get_by_role("button", name="Procès-verbal de l'assemblée générale ordinaire 2026")
    # Years later it is no longer on the first page.
    page.get_by_label("Chercher dans les titres et les textes…").first.fill("assemblée générale ordinaire 2026")
    expect(minutes).to_be_visible()
    page.get_by_label("Chercher dans les titres et les textes…").first.fill("")
    expect(page.get_by_role("button", name=re.compile("facture", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_text("Courrier du conseil juridique")).to_have_count(0)
    expect(page.get_by_text("Facture nettoyage")).to_have_count(0)
    site.check(page)
    page.get_by_label("Chercher dans les titres et les textes…").first.fill("assemblée générale ordinaire 2026")
    minutes.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name=re.compile("^Ouvrir"))).to_be_visible()
    for name in ("Modifier", "Supprimer", "Envoyer une nouvelle version"):
        expect(dialog.get_by_role("button", name=name)).to_have_count(0)
    read = page.request.get(dialog.get_by_role("link", name=re.compile("^Ouvrir")).get_attribute("href") or "")
    assert (read.status, read.headers["content-type"]) == (200, "application/pdf")
    for title in ("Courrier du conseil juridique", "Facture nettoyage, septembre 2026"):
        hidden = site.sql("select id from document where title = %s", title)[0][0]
        for tail in ("", "/metadata", "/preview"):
            assert page.request.get(f"/api/v1/documents/{hidden}{tail}").status == 404


@SIZES
def test_a_lot_has_its_own_documents(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, "syndic")
    building, lot, number = site.sql(
        "select b.id, l.id, l.number from lot l join building b on b.id = l.building_id "
        "where b.name like '%%Tilleuls%%' order by l.position limit 1"
    )[0]
    page.goto(f"/buildings/{building}/lots/{lot}")
    page.get_by_role("button", name="Ajouter des documents").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Lot")).to_have_value(str(lot))
    drop(page, {f"Dégâts des eaux {width}.jpg": files.picture()})
    expect(dialog.get_by_text("reçu")).to_be_visible()
    dialog.get_by_role("button", name="Terminé").click()
    shown = page.get_by_role("list", name="Documents du lot")
    expect(shown.get_by_role("button", name=f"Dégâts des eaux {width}")).to_be_visible()
    site.check(page)
    shown.get_by_role("button", name=f"Dégâts des eaux {width}").click()
    expect(dialog).to_contain_text(f"Lot {number}")
    page.goto(f"/buildings/{building}/lots?q={number}")
    row = page.locator("tbody[data-group]").first
    expect(row).to_contain_text(re.compile(r"\d document"))
