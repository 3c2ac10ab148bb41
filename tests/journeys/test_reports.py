"""The accountant's reports: opened from one page, each with its paper and its workbook; from a charge to its entry and
to its invoice; the charts with their figures. An owner reads her own statement."""

import re
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from tests.world import this_year, today

HEADERS = {"X-Requested-With": "koprogo"}


def opened_books(page: Page, site: Site) -> str:
    """The building with its books open and a few entries of this year; gives its address."""
    site.sign_in(page, "syndic")
    building, _ = site.sql("select id, organization_id from building where name like '%%Tilleuls%%'")[0]
    base = f"/buildings/{building}"
    if not site.sql("select 1 from ledger where building_id = %s", building):
        page.goto(f"{base}/accounts")
        page.get_by_label("Premier jour du premier exercice").fill(this_year("01-01"))
        page.get_by_role("button", name="Ouvrir la comptabilité").click()
        expect(page.get_by_text("Comptabilité intacte")).to_be_visible()
    if not site.sql("select 1 from entry where building_id = %s and document_ref = 'LIFT 1'", building):
        _write(page, site, str(building))
    return base


def _write(page: Page, site: Site, building: str) -> None:
    owner = site.sql(
        "select p.id from owner p join app_user u on u.id = p.user_id where u.email = 'u.hermans@example.be'"
    )[0][0]
    entries: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("LIFT 1", this_year("03-10"), [{"account": "61010", "cents": 123_457}, {"account": "551", "cents": -123_457}]),
        ("POWER 1", this_year("04-02"), [{"account": "61210", "cents": 45_601}, {"account": "551", "cents": -45_601}]),
        ("CALL 1", this_year("01-05"), [{"account": "4101", "cents": 90_000, "owner_id": str(owner)},
                                  {"account": "701", "cents": -90_000}]),
    ]  # fmt: skip
    for ref, on, lines in entries:
        answer = page.request.post(
            f"/api/v1/financial/entries/{building}", headers={**HEADERS, "Origin": site.url},
            data={"journal": "OD", "on": on, "document_ref": ref, "label": ref, "lines": lines},
        )  # fmt: skip
        assert answer.status == 201, answer.text()


def test_from_the_list_of_reports_to_the_entry_behind_a_charge(page: Page, site: Site, tmp_path: Path) -> None:
    base = opened_books(page, site)
    page.goto(f"{base}/reports?year={today().year}")
    expect(page.get_by_role("heading", level=1, name="Rapports")).to_be_visible()
    expect(page.locator(".kit-plot .barlayer .point").first).to_be_visible()
    site.check(page)
    page.get_by_role("link", name="Décompte de charges", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Charges de tous les copropriétaires"))).to_be_visible()
    expect(page.get_by_text("= les charges en comptabilité, au centime près")).to_be_visible()
    site.check(page)
    page.get_by_role("link", name=re.compile("HERMANS")).first.click()
    expect(page.get_by_role("heading", level=1, name=f"Décompte de charges {today().year}")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("LIFT 1"))
    expect(row).to_contain_text("1 234,57")
    site.check(page)
    # The first paper starts the processes that draw.
    with page.expect_download(timeout=120_000) as download:
        page.get_by_role("link", name="PDF").click()
    download.value.save_as(tmp_path / "x.pdf")
    document = pypdfium2.PdfDocument((tmp_path / "x.pdf").read_bytes())
    assert "au centime près" in " ".join(document[0].get_textpage().get_text_range().split())
    document.close()
    row.get_by_role("link", name=re.compile(r"^OD \d+")).click()
    expect(page.get_by_role("heading", level=1, name=re.compile("OD"))).to_be_visible()


def test_every_report_opens(page: Page, site: Site) -> None:
    base = opened_books(page, site)
    for name in ("financial-statement", "outstanding-payments", "call-for-funds", "budget", "balance-sheet",
                 "income-statement", "trial-balance", "general-ledger", "owner-account"):  # fmt: skip
        page.goto(f"{base}/reports/{name}?year={today().year}")
        # A long one is drawn by a job that is asked for.
        paper = page.get_by_role("link", name="PDF").or_(page.get_by_role("button", name="Préparer le PDF"))
        expect(paper).to_be_visible()
        expect(page.locator("main h2").first).to_be_visible()
        site.check(page, 320, 1440)


def test_a_bar_of_the_costs_leads_to_its_movements(page: Page, site: Site) -> None:
    base = opened_books(page, site)
    page.goto(f"{base}/reports?year={today().year}")
    page.get_by_role("table", name=re.compile("Charges par nature")).get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(rf"/ledger\?account=61\d&year={today().year}"))


def test_an_owner_reaches_the_scan_and_the_bank_line_of_an_invoice_from_her_statement(page: Page, site: Site) -> None:
    base = opened_books(page, site)
    site.sign_out(page)
    site.sign_in(page, "owner")
    page.goto("/home")
    page.get_by_role("link", name="Mijn afrekening van de lasten").first.click()
    expect(page.get_by_role("heading", level=1, name=f"Afrekening van de lasten {today().year}")).to_be_visible()
    expect(page.get_by_text("Voorlopig op").first).to_be_visible()
    expect(page.get_by_text("tot op de cent")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("LIFT 1"))).to_be_visible()
    expect(page.get_by_role("combobox", name="Mede-eigenaar")).to_have_count(0)
    site.check(page)
    # The year before: whatever day it is, its invoices are paid.
    last = today().year - 1
    page.get_by_label("Boekjaar", exact=True).select_option(label=str(last))
    expect(page.get_by_role("heading", level=1, name=f"Afrekening van de lasten {last}")).to_be_visible()
    scan = page.locator("td a[href^='/api/v1/documents/']").first
    answer = page.request.get(str(scan.get_attribute("href")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    page.locator("td a[href*='/reports/invoice']").first.click()
    paid = page.get_by_role("table", name="Hoe ze betaald is")
    expect(paid.get_by_role("row").nth(1)).to_contain_text(re.compile(r"BQE \d+.*\d{4}/\d.*BE\d\d"))
    site.check(page, 375, 1440)
    page.goto(f"{base}/reports/trial-balance?year={today().year}")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_long_ledger_is_drawn_while_its_reader_does_something_else(page: Page, site: Site) -> None:
    base = opened_books(page, site)
    lines = [{"account": account, "cents": cents} for account, cents in (("61010", 1), ("551", -1)) for _ in range(200)]
    answer = page.request.post(
        f"/api/v1/financial/entries/{base.split('/')[2]}", headers={**HEADERS, "Origin": site.url},
        data={"journal": "OD", "on": this_year("05-02"), "document_ref": "LONG 1", "label": "LONG 1", "lines": lines},
    )  # fmt: skip
    assert answer.status == 201, answer.text()
    page.goto(f"{base}/reports/general-ledger?year={today().year}")
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("status").filter(has_text="Vous pouvez quitter cette page")).to_be_visible()
    page.get_by_role("link", name="Rapports").first.click()
    expect(page.get_by_role("heading", level=1, name="Rapports")).to_be_visible()
    page.go_back()
    save = page.get_by_role("link", name=re.compile("Enregistrer le PDF"))
    expect(save).to_be_visible(timeout=120_000)
    site.check(page, 375, 1440)
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == "general-ledger.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
