"""What is printed: PDFs read again, codes read back, sheets added up again."""

import io
import os
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest
import segno
from jinja2 import UndefinedError
from python_calamine import CalamineWorkbook

from koprogo_app.foundation.paper import drawing, letters, pdf
from koprogo_app.foundation.paper.epc import epc_payload, qr_image, qr_svg
from koprogo_app.foundation.paper.letters import Addressee, Association
from koprogo_app.foundation.paper.report import Column, Report, Table, report_html, report_pdf, report_xlsx

HOUSE = Association("ACP Les Tilleuls", "0403101217", ("Rue des Tilleuls 12", "1000 Bruxelles"), ("Syndic Dupuis SA",))
COLUMNS = [
    Column("name", "Copropriétaire"), Column("on", "Date", "date"), Column("quota", "Quotité", "number"),
    Column("rate", "TVA", "percent"), Column("cents", "Montant", "money"),
]  # fmt: skip
ROWS = [
    {"name": "Alice", "on": date(2026, 3, 31), "quota": 125, "rate": Decimal("0.21"), "cents": 41_236},
    {"name": "Bruno", "on": date(2026, 4, 1), "quota": 1_250, "rate": Decimal("0.06"), "cents": -1},
    {"name": "Cécile", "on": None, "quota": None, "rate": None, "cents": 100_000_005},
]


@pytest.fixture(autouse=True)
async def ended_pool() -> AsyncIterator[None]:
    """No process of the pool outlives its test."""
    yield
    await pdf.close()


def report(rows: list[dict[str, object]] = ROWS, **more: object) -> Report:
    table = Table("Soldes", COLUMNS, rows, {"name": "Total", "cents": sum(int(str(r["cents"])) for r in rows)})
    return Report("Relevé", "Exercice 2026", [("Période", "2026")], [table], ["Une note."], **more)  # type: ignore[arg-type]


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\xa0", " ")
    finally:
        document.close()


def pages_of(content: bytes) -> int:
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


async def test_a_report_as_pdf_reads_as_it_was_written() -> None:
    content = await report_pdf(
        report(addressee=Addressee("Alice Dupont", ("Rue Haute 1", "1000 Bruxelles"))), HOUSE, "fr"
    )
    text = text_of(content)
    for wanted in ("Relevé", "Exercice 2026", "412,36", "-0,01", "1 000 000,05", "21 %", "31/03/2026", "1 000 412,40",
                   "0403.101.217", "Numéro d’entreprise", "Alice Dupont", "Une note.", "1 / 1"):  # fmt: skip
        assert wanted in text.replace("\u202f", " "), wanted


async def test_a_pdf_can_be_archived_and_read_aloud() -> None:
    content = await report_pdf(report(), HOUSE, "nl")
    document = pypdfium2.PdfDocument(content)
    try:
        assert document.is_tagged()
        assert document.get_metadata_value("Title") == "Relevé"
    finally:
        document.close()
    packet = content  # the metadata of PDF/A is neither compressed nor encrypted from version 3 on, or found below
    assert b"pdfaid" in packet or b"pdfaid" in _inflated(content)
    found = packet + _inflated(content)
    assert b'part="3"' in found or b"<pdfaid:part>3" in found
    assert b'conformance="B"' in found or b"<pdfaid:conformance>B" in found
    assert b"/Lang (nl)" in found
    assert b"/OutputIntents" in found


def _inflated(content: bytes) -> bytes:
    import re
    import zlib

    out = []
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            out.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"".join(out)


async def test_the_letters_window_is_where_an_envelope_shows_it() -> None:
    content = await report_pdf(
        report(addressee=Addressee("Alice Dupont", ("Rue Haute 1", "1000 Bruxelles"))), HOUSE, "fr"
    )
    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        words = page.get_textpage()
        found = words.search("Alice Dupont")
        place, _ = found.get_next()
        left, bottom, _, top = words.get_charbox(place)
        millimetre = 72 / 25.4
        assert 105 < left / millimetre < 120
        assert 52 < (page.get_height() - top) / millimetre < 60
        assert (page.get_height() - bottom) / millimetre < 79
    finally:
        document.close()


async def test_what_a_person_types_stays_text(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    name = f"<img src=file://{secret}><style>*{{display:none}}</style>{{{{ 7*7 }}}}"
    html = report_html(report([{**ROWS[0], "name": name}]), Association(name), "fr")
    assert "<img" not in html
    text = text_of(await pdf.render(html)).replace("\r\n", "").replace("\n", "").replace(" ", "")
    assert "<imgsrc=file:" in text
    assert "{{7*7}}" in text
    assert "thesecret" not in text


_REACHING = ['<img src="{}" alt="left out">', '<link rel=stylesheet href="{}">x', '<a rel=attachment href="{}">x</a>']


@pytest.mark.parametrize("how", _REACHING)
async def test_a_page_reaches_no_file(tmp_path, how: str) -> None:
    file = tmp_path / "secret.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">the secret</text></svg>')
    content = await pdf.render('<html lang="fr"><p>.</p>' + how.format(file.as_uri()))
    assert "the secret" not in text_of(content)
    assert b"the secret" not in content + _inflated(content)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/", "https://example.org/x.css", "ftp://x/y"]
)
def test_only_data_is_opened(address: str) -> None:
    with pytest.raises(ValueError, match="disallowed"):
        drawing.OnlyInside().fetch(address)
    assert drawing.OnlyInside().fetch("data:text/plain,hello").read() == b"hello"


async def test_many_pages_come_in_order_with_progress_and_merge_to_one() -> None:
    told: list[tuple[int, int]] = []
    drawn = await pdf.render_many([f"<p>page {n}</p>" for n in range(7)], lambda *at: told.append(at))
    assert told == [(n, 7) for n in range(1, 8)]
    assert [text_of(one) for one in drawn] == [f"page {n}" for n in range(7)]
    merged = pdf.merge(drawn)
    assert pages_of(merged) == 7
    assert text_of(merged).split("\n") == [f"page {n}" for n in range(7)]
    assert pdf.merge(drawn[:1]) == drawn[0]


async def test_a_process_of_the_pool_that_dies_is_replaced() -> None:
    await pdf.render("<p>one</p>")
    pool = pdf._started()
    for process in list(pool._processes.values()):
        process.kill()
        process.join()
    assert text_of(await pdf.render("<p>two</p>")) == "two"
    assert pdf._started() is not pool


async def test_the_pool_ends_with_the_program() -> None:
    await pdf.render("<p>one</p>")
    processes = list(pdf._started()._processes.values())
    assert processes
    assert len(processes) <= len(os.sched_getaffinity(0))
    await pdf.close()
    assert not any(process.is_alive() for process in processes)


def test_a_missing_value_of_a_letter_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        letters.html(letters.SHEET, "paper/report.html", "fr", association=HOUSE, title="x")


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_sheet_speaks_every_language(lang: str) -> None:
    html = report_html(report(dated=date(2026, 11, 22)), HOUSE, lang)
    assert f'<html lang="{lang}">' in html
    assert {"fr": "22 novembre 2026", "nl": "22 november 2026", "de": "22. November 2026", "en": "22 November 2026"}[
        lang
    ] in html


# --- the payment code ------------------------------------------------------------------------------------------------


def test_the_payload_of_a_payment_code() -> None:
    payload = epc_payload("ACP Les Tilleuls", "BE68 5390 0754 7034", 41_236, "+++002/0260/04240+++", bic="NAPSBEB1")
    assert payload.split("\n") == [
        "BCD", "002", "1", "SCT", "NAPSBEB1", "ACP Les Tilleuls", "BE68539007547034", "EUR412.36", "", "",
        "+++002/0260/04240+++",
    ]  # fmt: skip


def test_what_is_too_long_is_cut_to_its_field() -> None:
    payload = epc_payload("é" * 100, "BE68539007547034", 1, "ü\n" * 200)
    lines = payload.split("\n")
    assert lines[5] == "é" * 70
    assert lines[7] == "EUR0.01"
    assert len(lines) == 11
    assert set(lines[10]) == {"ü", " "}
    assert len(payload.encode()) <= 331
    assert qr_svg(payload)


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_an_amount_that_no_bank_takes(cents: int) -> None:
    with pytest.raises(ValueError, match="cents"):
        epc_payload("A", "BE68539007547034", cents, "")


def test_the_code_holds_the_payload() -> None:
    payload = epc_payload("ACP Les Tilleuls – été", "BE68539007547034", 41_236, "+++002/0260/04240+++")
    again = segno.make(payload.encode(), error="m", micro=False, boost_error=False)
    assert _matrix(qr_svg(payload)) == [list(row) for row in again.matrix]
    assert again.designator.endswith("-M")
    assert _matrix(qr_svg(payload.replace("412.36", "412.37"))) != _matrix(qr_svg(payload))


def _matrix(svg: str) -> list[list[int]]:
    """The modules of a drawn code, from the picture itself: every dark run of its path."""
    import re

    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])  # type: ignore[index]
    path = re.findall(r' d="([^"]+)"', svg)[-1]
    grid = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmhv])\s*([-\d. ]+)", path):
        values = [float(v) for v in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        elif command == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = 1
            x += values[0]
    return [row[4:-4] for row in grid[4:-4]]


def test_the_code_is_a_picture_with_a_text() -> None:
    assert qr_image(epc_payload("A", "BE68539007547034", 100, "x")).startswith("data:image/svg+xml")


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_a_sheet_adds_up_when_it_is_opened_again() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(report_xlsx(report(), "fr")))
    assert book.sheet_names == ["Soldes"]
    lines = book.get_sheet_by_index(0).to_python()
    at = next(i for i, line in enumerate(lines) if line[0] == "Copropriétaire")
    body, total = lines[at + 1 : at + 4], lines[at + 4]
    assert [line[0] for line in body] == ["Alice", "Bruno", "Cécile"]
    assert body[0][1] == date(2026, 3, 31)
    assert sum(round(line[4] * 100) for line in body) == round(total[4] * 100) == 100_041_240


def test_nothing_typed_becomes_a_formula() -> None:
    rows = [{**ROWS[0], "name": '=HYPERLINK("http://evil.example")'}, {**ROWS[1], "name": "+1+1"}]
    content = report_xlsx(report(rows), "fr")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert {'=HYPERLINK("http://evil.example")', "+1+1"} <= {line[0] for line in lines}
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_sheets_have_names_that_a_workbook_takes() -> None:
    tables = [
        Table(title, COLUMNS, ROWS) for title in ("Bilan: actif/passif", "bilan  actif passif", "x" * 50, "X" * 50)
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(report_xlsx(Report("R", tables=tables), "fr")))
    assert len({name.casefold() for name in book.sheet_names}) == 4
    assert all(len(name) <= 31 for name in book.sheet_names)


def test_a_report_as_data_keeps_cents() -> None:
    data = report().data()
    assert data["tables"][0]["rows"][0]["cents"] == 41_236
    assert data["tables"][0]["totals"] == [
        {"name": "Total", "on": None, "quota": None, "rate": None, "cents": 100_041_240}
    ]
