"""Electronic invoices: what is read of good ones, and why odd and hostile ones are refused."""

import time
from datetime import date
from decimal import Decimal

import pytest

from koprogo_app.foundation.errors import Invalid
from koprogo_app.purchases.formats import ubl
from koprogo_app.purchases.formats.pdf import embedded
from koprogo_app.purchases.model import PaidBy
from tests.purchases.ubl import PDF, Doc, Line, case, cii, enveloped, pdf_with

TWO_RATES = Doc(
    lines=[Line("Visit", "33.33", "6"), Line("Part", "33.33", "6"), Line("Oil", "0.05", "21")],
    subtotals=[("6", "66.66", "4.00"), ("21", "0.05", "0.01")],
    net="66.71", tax="4.01", gross="70.72", payable="70.72",
)  # fmt: skip


def test_an_invoice_is_read() -> None:
    read = ubl.read(Doc(pdf=PDF).xml())
    assert (read.kind, read.number, read.dated, read.due_on) == (
        "invoice",
        "2026-117",
        date(2026, 3, 2),
        date(2026, 4, 1),
    )
    assert (read.supplier.name, read.supplier.number, read.supplier.city) == (
        "Ascenseurs Mosans SA",
        "1000000021",
        "Liège",
    )
    assert (read.net_cents, read.vat_cents, read.total_cents, read.iban) == (10000, 2100, 12100, "BE68539007547034")
    assert read.lines == (ubl.UblLine("Maintenance", 10000, 21, 2100),)
    assert [(a.name, a.data) for a in read.attachments] == [("facture.pdf", PDF)]


def test_a_credit_note_is_read() -> None:
    assert ubl.read(Doc(kind="CreditNote").xml()).kind == "credit_note"


def test_vat_is_divided_over_the_lines_of_its_rate() -> None:
    read = ubl.read(TWO_RATES.xml())
    assert [(line.net_cents, line.vat_rate, line.vat_cents) for line in read.lines] == [
        (3333, 6, 200), (3333, 6, 200), (5, 21, 1),
    ]  # fmt: skip
    odd = Doc(lines=[Line(net="0.10"), Line(net="0.10"), Line(net="0.10")], subtotals=[("21", "0.30", "0.06")],
              net="0.30", tax="0.06", gross="0.36", payable="0.36")  # fmt: skip
    assert sum(line.vat_cents for line in ubl.read(odd.xml()).lines) == 6


def test_reductions_charges_and_rounding_are_lines() -> None:
    allowance = (
        '<cac:AllowanceCharge><cbc:ChargeIndicator>{charge}</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">{cents}'
        "</cbc:Amount><cac:TaxCategory><cbc:Percent>21</cbc:Percent></cac:TaxCategory></cac:AllowanceCharge>"
    )
    doc = Doc(
        extra=allowance.format(charge="false", cents="10.00") + allowance.format(charge="true", cents="5.00"),
        subtotals=[("21", "95.00", "19.95")], lines_total="100.00", net="95.00", tax="19.95", gross="114.95",
        extra_totals='<cbc:PayableRoundingAmount currencyID="EUR">0.05</cbc:PayableRoundingAmount>', payable="115.00",
    )  # fmt: skip
    read = ubl.read(doc.xml())
    assert [(line.label, line.gross_cents) for line in read.lines] == [
        ("Maintenance", 12100), ("Reduction", -1210), ("Additional charge", 605), ("Rounding of the total", 5),
    ]  # fmt: skip
    assert read.total_cents == 11500 == sum(line.gross_cents for line in read.lines)


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1", "utf-16"])
def test_other_letters_that_are_declared_are_read(encoding: str) -> None:
    doc = Doc(supplier="Électricité & Gaz", head=f'<?xml version="1.0" encoding="{encoding}"?>\n', encoding=encoding)
    assert ubl.read(doc.xml()).supplier.name == "Électricité & Gaz"


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
) + "]>\n"  # fmt: skip
BAD: list[tuple[str, bytes, str]] = [
    (
        "external entity",
        Doc(head='<!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n', number="&x;").xml(),
        "document type",
    ),
    ("external dtd", Doc(head='<!DOCTYPE i SYSTEM "http://127.0.0.1:9/x.dtd">\n').xml(), "document type"),
    ("billion laughs", Doc(head=LAUGHS, number="&m;").xml(), "document type"),
    (
        "doctype in utf-16",
        Doc(head='<?xml version="1.0" encoding="utf-16"?><!DOCTYPE i>\n', encoding="utf-16").xml(),
        "document type",
    ),
    ("late doctype", Doc(head="<!--" + " " * 1_100_000 + "--><!DOCTYPE i>\n").xml(), "document type"),
    ("not xml", b"%PDF-1.7 hello", "not readable XML"),
    ("empty", b"", "not readable XML"),
    ("cut short", Doc().xml()[:900], "not readable XML"),
    ("cp1252 said to be utf-8", Doc(supplier="Électricité", encoding="cp1252").xml(), "not readable XML"),
    ("unknown letters", Doc(head='<?xml version="1.0" encoding="klingon"?>\n').xml(), "not readable XML"),
    ("too deep", Doc(extra="<x>" * 300 + "</x>" * 300).xml(), "not readable XML"),
    ("huge", b"<a>" + b" " * 10_000_001 + b"</a>", "at most 10 MB"),
    ("not ubl", b'<rss xmlns="urn:x"/>', "not an electronic invoice"),
    ("ubl order", Doc().xml().replace(b"Invoice-2", b"Order-2"), "not an electronic invoice"),
    ("dollars", Doc(currency="USD").xml(), "in USD"),
    ("mixed currency", Doc().xml().replace(b'currencyID="EUR">121', b'currencyID="GBP">121'), "in GBP"),
    ("no number", Doc(number="").xml(), "no number"),
    ("no date", Doc(dated="").xml(), "no date"),
    ("wrong date", Doc(dated="2026-02-30").xml(), "not a date"),
    ("year 0001", Doc(dated="0001-01-01").xml(), "not a date"),
    ("no supplier", Doc(supplier="").xml(), "who sends it"),
    ("no lines", Doc(lines=[], subtotals=[]).xml(), "no lines"),
    ("wrong sum of lines", Doc(lines_total="99.00").xml(), "Sum of the lines"),
    ("wrong net", Doc(lines=[Line(net="90.00")], subtotals=[("21", "90.00", "18.90")]).xml(), "Sum of the lines"),
    ("wrong gross", Doc(gross="122.00").xml(), "Total with VAT"),
    ("wrong payable", Doc(payable="120.99").xml(), "Amount to pay"),
    ("wrong vat total", Doc(tax="20.00", gross="120.00", payable="120.00").xml(), "VAT: the document"),
    ("vat on another base", Doc(subtotals=[("21", "99.00", "21.00")]).xml(), "counted on"),
    (
        "vat far off",
        Doc(subtotals=[("21", "100.00", "25.00")], tax="25.00", gross="125.00", payable="125.00").xml(),
        "but the lines make",
    ),
    ("french rate", Doc(lines=[Line(rate="20")], subtotals=[("20", "100.00", "20.00")]).xml(), "not a Belgian rate"),
    ("three decimals", Doc(lines=[Line(net="100.001")]).xml(), "two decimals"),
    ("no amount", Doc(lines=[Line(net="abc")]).xml(), "not an amount"),
    ("infinite", Doc(lines=[Line(net="Infinity")]).xml(), "not an amount"),
    ("too much", Doc(lines=[Line(net="1" + "0" * 40)]).xml(), "not an amount"),
    (
        "nothing to pay",
        Doc(
            lines=[Line(net="0.00")],
            subtotals=[("21", "0.00", "0.00")],
            net="0.00",
            tax="0.00",
            gross="0.00",
            payable="0.00",
        ).xml(),
        "above zero",
    ),
    ("damaged pdf", Doc(pdf=PDF).xml().replace(b"JVBERi", b"JV*ERi"), "damaged"),
    ("a thousand lines", Doc(lines=[Line()] * 501).xml(), "at most 500 lines"),
]


def english(error: Invalid) -> str:
    return error.text("en")


@pytest.mark.parametrize(("data", "reason"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_odd_and_hostile_files_are_refused_with_their_reason(data: bytes, reason: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Invalid) as error:
        ubl.read(data)
    assert error.value.field == "file" and reason in english(error.value)
    assert time.perf_counter() - began < 2


def test_nothing_of_an_entity_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the look at the head would miss it, the parser itself keeps entities shut."""
    root = ubl.etree.fromstring(
        b'<!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/hostname">]><i>&x;</i>',
        ubl.etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True),
    )
    assert not (root.text or "")
    assert "root:" not in repr(ubl.etree.tostring(root))


@pytest.mark.parametrize(("due", "kept"), [("2026-03-01", None), ("2026-03-02", date(2026, 3, 2)), ("", None)])
def test_a_day_to_pay_before_the_invoices_own_is_not_kept(due: str, kept: date | None) -> None:
    assert ubl.read(Doc(dated="2026-03-02", due=due).xml()).due_on == kept


@pytest.mark.parametrize(
    ("tax", "parts"),
    [
        ("25.21", [1_05, 21_00, 3_16]), ("25.22", [1_05, 21_01, 3_16]), ("25.23", [1_05, 21_01, 3_17]),
        ("25.25", [1_06, 21_02, 3_17]), ("25.20", [1_05, 20_99, 3_16]), ("25.17", [1_04, 20_98, 3_15]),
    ],
)  # fmt: skip
def test_the_cents_of_vat_left_over_go_to_the_largest_lines(tax: str, parts: list[int]) -> None:
    """VAT that is rounded by the rate, not by the line: 1.05 + 21.00 + 3.16 makes 25.21."""
    assert [line.vat_cents for line in ubl.read(three_lines(tax)).lines] == parts


@pytest.mark.parametrize("tax", ["25.26", "25.16"])
def test_vat_that_no_rounding_explains_is_refused(tax: str) -> None:
    with pytest.raises(Invalid) as error:
        ubl.read(three_lines(tax))
    assert "but the lines make" in english(error.value)


def three_lines(tax: str) -> bytes:
    """An invoice of 120.05 € at 21 % with this VAT."""
    lines = [Line("Small", "5.00"), Line("Large", "100.00"), Line("Middle", "15.05")]
    gross = str(Decimal("120.05") + Decimal(tax))
    return Doc(
        lines=lines, subtotals=[("21", "120.05", tax)], net="120.05", tax=tax, gross=gross, payable=gross
    ).xml()  # fmt: skip


def negative(**more: str) -> Doc:
    """The invoice of `Doc` with its amounts below zero."""
    return Doc(
        lines=[Line(net="-100.00")], subtotals=[("21", "-100.00", "-21.00")], net="-100.00", tax="-21.00",
        gross="-121.00", payable="-121.00", **more,
    )  # fmt: skip


def test_an_invoice_below_zero_is_a_credit_note() -> None:
    read = ubl.read(negative().xml())
    assert (read.kind, read.net_cents, read.vat_cents, read.total_cents) == ("credit_note", 10000, 2100, 12100)
    assert read.lines == (ubl.UblLine("Maintenance", 10000, 21, 2100),)
    with pytest.raises(Invalid) as error:
        ubl.read(negative(kind="CreditNote").xml())
    assert "takes back itself" in english(error.value)


@pytest.mark.parametrize("code", ["381", "396"])
def test_an_invoice_that_says_it_is_a_credit_note_is_one(code: str) -> None:
    said = f"<cbc:InvoiceTypeCode>{code}</cbc:InvoiceTypeCode>"
    assert ubl.read(Doc(extra=said).xml()).kind == ubl.read(negative(extra=said).xml()).kind == "credit_note"
    assert ubl.read(Doc(extra="<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>").xml()).kind == "invoice"


@pytest.mark.parametrize(
    ("prepaid", "payable", "paid", "left"),
    [
        ("121.00", "0.00", 12100, 0), ("50.00", "71.00", 5000, 7100), ("0.01", "120.99", 1, 12099),
        ("150.00", "-29.00", 12100, 0), ("-30.00", "151.00", 0, 12100),
    ],
)  # fmt: skip
def test_what_was_paid_in_advance_is_not_to_be_paid(prepaid: str, payable: str, paid: int, left: int) -> None:
    extra = f'<cbc:PrepaidAmount currencyID="EUR">{prepaid}</cbc:PrepaidAmount>'
    read = ubl.read(Doc(extra_totals=extra, payable=payable).xml())
    assert (read.prepaid_cents, read.total_cents - read.prepaid_cents) == (paid, left)


def test_prepaid_wholly_as_a_supplier_sent_it() -> None:
    read = ubl.read(case("fully_prepaid"))
    assert (read.total_cents, read.prepaid_cents) == (12100, 12100)


def test_a_direct_debit_as_a_supplier_sent_it() -> None:
    read = ubl.read(case("direct_debit"))
    assert (read.paid_by, read.mandate) == (PaidBy.DEBIT, "MANDAT-1")


MEANS = {
    "30": "transfer", "58": "transfer", "31": "transfer", "1": "transfer", "": "transfer", "49": "debit", "59": "debit",
    "57": "debit", "48": "card", "54": "card", "55": "card", "10": "other", "20": "other", "68": "other", "97": "other",
}  # fmt: skip


@pytest.mark.parametrize("code", MEANS)
def test_means_of_payment(code: str) -> None:
    assert ubl.read(Doc(means=code).xml()).paid_by == MEANS[code]


def test_of_several_means_the_one_that_pays_by_itself_counts_and_the_account_is_kept() -> None:
    debit = "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode></cac:PaymentMeans>"
    read = ubl.read(Doc(extra=debit).xml())
    assert (read.paid_by, read.iban) == (PaidBy.DEBIT, "BE68539007547034")


def party(path: str, text: str) -> str:
    """An element inside the supplier's party."""
    names = path.split("/")
    return "".join(f"<{name}>" for name in names) + text + "".join(f"</{name}>" for name in reversed(names))


@pytest.mark.parametrize(
    ("number", "inside"),
    [
        ("BE1000000021", ""), ("1000.000.021", ""), ("0208:1000000021", ""),
        ("", party("cac:PartyIdentification/cbc:ID", "BE 1000.000.021")),
        ("", party("cac:PartyTaxScheme/cbc:CompanyID", "BE1000000021")),
        ("", party("cbc:EndpointID", "1000000021")),
        ("", party("cac:PartyIdentification/cbc:ID", "BE69ZZZ1000000021")),
        ("", party("cac:PartyName/cbc:Name", "Ascenseurs Mosans - TVA BE 1000.000.021 RPM")),
        ("5412345000013", party("cac:PartyIdentification/cbc:ID", "BE1000000021")),
        ("1000000022", party("cac:PartyTaxScheme/cbc:CompanyID", "BE1000000021")),
    ],
)  # fmt: skip
def test_the_suppliers_number_wherever_it_stands(number: str, inside: str) -> None:
    assert ubl.read(Doc(supplier_number=number, party=inside).xml()).supplier.number == "1000000021"


@pytest.mark.parametrize("inside", ["", party("cac:Contact/cbc:Telephone", "0470 123 456")])
def test_no_number_is_made_of_what_is_none(inside: str) -> None:
    read = ubl.read(Doc(supplier_number="5412345000013", party=inside, customer_number="BE1000000021").xml())
    assert (read.supplier.number, read.customer.number) == ("", "1000000021")


@pytest.mark.parametrize(("category", "asked"), [("S", False), ("E", False), ("Z", False), ("AE", True), ("K", True)])
def test_vat_that_is_left_to_the_customer(category: str, asked: bool) -> None:
    doc = Doc(lines=[Line(rate="0")], subtotals=[("0", "100.00", "0.00")], tax="0.00", gross="100.00", payable="100.00",
              category=category)  # fmt: skip
    assert ubl.read(doc.xml()).reverse_charge is asked


@pytest.mark.parametrize("said", ["application/octet-stream", "", "application/x-pdf", "text/xml"])
def test_a_pdf_inside_is_told_by_its_bytes(said: str) -> None:
    assert [a.data for a in ubl.read(Doc(pdf=PDF, pdf_type=said).xml()).attachments] == [PDF]
    assert ubl.read(Doc(pdf=b"a,b,c", pdf_type="text/csv").xml()).attachments == ()


@pytest.mark.parametrize("before", [b"\n", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_blanks_before_the_declaration_are_no_matter(before: bytes) -> None:
    assert ubl.read(before + Doc().xml()).number == "2026-117"
    assert ubl.read(case("leading_blank_line")).supplier.number == "0462011889"


def test_an_envelope_of_the_network_is_opened() -> None:
    assert ubl.read(enveloped(Doc().xml())) == ubl.read(Doc().xml())
    for other in (b"", b"<a/>"):
        with pytest.raises(Invalid) as error:
            ubl.read(enveloped(b"<?xml version='1.0'?>" + other))
        assert "not an electronic invoice" in english(error.value)


def test_cii_says_the_same_as_ubl() -> None:
    assert ubl.read(cii()) == ubl.read(Doc().xml())
    assert ubl.read(cii(prepaid="21.00", payable="100.00")).prepaid_cents == 2100
    assert ubl.read(cii(kind="381")).kind == "credit_note"
    assert [(x.label, x.gross_cents) for x in ubl.read(cii(lines=False)).lines] == [("As invoiced", 12100)]
    with pytest.raises(Invalid) as error:
        ubl.read(cii(payable="120.00"))
    assert "Amount to pay" in english(error.value)


@pytest.mark.parametrize(
    ("pdf", "state"),
    [
        (pdf_with({"factur-x.xml": cii()}), "found"), (pdf_with({"readme.txt": b"x"}), "none"), (PDF, "none"),
        (pdf_with({"factur-x.xml": cii()}, encrypted=True), "locked"), (b"%PDF-1.7 nothing", "unreadable"),
    ],
    ids=["factur-x", "another file", "no file", "locked", "damaged"],
)  # fmt: skip
async def test_the_xml_inside_a_pdf(pdf: bytes, state: str) -> None:
    found = await embedded(pdf)
    assert found.state == state and found.data == (cii() if state == "found" else b"")
