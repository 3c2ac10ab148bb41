"""Electronic invoices for tests, as suppliers send them; files of `cases` came from suppliers' programs as they are."""

import base64
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

CASES = Path(__file__).parent / "cases"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n"
    b"%%EOF\n"
)


@dataclass
class Line:
    label: str = "Maintenance"
    net: str = "100.00"
    rate: str = "21"


@dataclass
class Doc:
    """An invoice; every text of it can be spoilt."""

    kind: str = "Invoice"
    number: str = "2026-117"
    dated: str = "2026-03-02"
    due: str = "2026-04-01"
    currency: str = "EUR"
    supplier: str = "Ascenseurs Mosans SA"
    supplier_number: str = "BE1000000021"
    customer_number: str = ""
    payment: str = "+++090/9337/55493+++"
    means: str = "30"
    category: str = "S"
    party: str = ""
    pdf_type: str = "application/pdf"
    iban: str = "BE68 5390 0754 7034"
    lines: list[Line] = field(default_factory=lambda: [Line()])
    subtotals: list[tuple[str, str, str]] = field(default_factory=lambda: [("21", "100.00", "21.00")])
    net: str = "100.00"
    tax: str = "21.00"
    gross: str = "121.00"
    payable: str = "121.00"
    lines_total: str = ""
    extra_totals: str = ""
    extra: str = ""
    head: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    encoding: str = "utf-8"
    pdf: bytes | None = None

    def xml(self) -> bytes:
        tag = "CreditNoteLine" if self.kind == "CreditNote" else "InvoiceLine"
        quantity = "CreditedQuantity" if self.kind == "CreditNote" else "InvoicedQuantity"

        def amount(name: str, value: str) -> str:
            return f'<cbc:{name} currencyID="{self.currency}">{value}</cbc:{name}>'

        rows = "".join(
            f'<cac:{tag}><cbc:ID>{n}</cbc:ID><cbc:{quantity} unitCode="C62">1</cbc:{quantity}>'
            f"{amount('LineExtensionAmount', line.net)}<cac:Item><cbc:Name>{escape(line.label)}</cbc:Name>"
            f"<cac:ClassifiedTaxCategory><cbc:ID>{self.category}</cbc:ID><cbc:Percent>{line.rate}</cbc:Percent>"
            f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item></cac:{tag}>"
            for n, line in enumerate(self.lines, 1)
        )
        taxes = "".join(
            f"<cac:TaxSubtotal>{amount('TaxableAmount', base)}{amount('TaxAmount', tax)}<cac:TaxCategory><cbc:ID>"
            f"{self.category}</cbc:ID><cbc:Percent>{rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
            "</cac:TaxCategory></cac:TaxSubtotal>"
            for rate, base, tax in self.subtotals
        )
        paper = ""
        if self.pdf is not None:
            paper = (
                "<cac:AdditionalDocumentReference><cbc:ID>pdf</cbc:ID><cac:Attachment>"
                '<cbc:EmbeddedDocumentBinaryObject mimeCode="'
                f'{self.pdf_type}" filename="facture.pdf">'
                f"{base64.b64encode(self.pdf).decode()}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
                "</cac:AdditionalDocumentReference>"
            )
        due = f"<cbc:DueDate>{self.due}</cbc:DueDate>" if self.due and self.kind == "Invoice" else ""
        text = f"""{self.head}<{self.kind} xmlns="{_UBL}{self.kind}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2"><cbc:ID>{self.number}</cbc:ID><cbc:IssueDate>{self.dated}</cbc:IssueDate>
{due}<cbc:DocumentCurrencyCode>{self.currency}</cbc:DocumentCurrencyCode>{paper}
<cac:AccountingSupplierParty><cac:Party>{self.party}<cac:PostalAddress><cbc:StreetName>Quai 1</cbc:StreetName>
<cbc:CityName>Liège</cbc:CityName><cbc:PostalZone>4000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>BE
</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:RegistrationName>
{escape(self.supplier)}</cbc:RegistrationName><cbc:CompanyID>{self.supplier_number}</cbc:CompanyID>
</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>ACP</cbc:RegistrationName>
<cbc:CompanyID>{self.customer_number}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>{self.means}</cbc:PaymentMeansCode><cbc:PaymentID>{self.payment}</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>{self.iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>{self.extra}
<cac:TaxTotal>{amount("TaxAmount", self.tax)}{taxes}</cac:TaxTotal><cac:LegalMonetaryTotal>
{amount("LineExtensionAmount", self.lines_total or self.net)}{amount("TaxExclusiveAmount", self.net)}
{amount("TaxInclusiveAmount", self.gross)}{self.extra_totals}{amount("PayableAmount", self.payable)}
</cac:LegalMonetaryTotal>{rows}</{self.kind}>"""
        return text.encode(self.encoding)


def case(name: str) -> bytes:
    """A file of `cases`."""
    return (CASES / f"{name}.xml").read_bytes()


SBDH = b"""<?xml version="1.0" encoding="UTF-8"?>
<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">
<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>%s
</StandardBusinessDocument>"""


def enveloped(xml: bytes) -> bytes:
    """The document in the envelope of the network."""
    return SBDH % xml.partition(b"?>")[2]


def pdf_with(files: dict[str, bytes], encrypted: bool = False) -> bytes:
    """A PDF of one empty page with these files inside it."""
    names = b"".join(b"(%s) %d 0 R " % (name.encode(), 4 + 2 * n) for n, name in enumerate(files))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % names,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    for n, (name, data) in enumerate(files.items()):
        packed = zlib.compress(data)
        at = 5 + 2 * n
        objects.append(b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (name.encode(), name.encode(), at))
        objects.append(
            b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
        )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b"<" + b"41" * 32 + b">"  # the answer to no password
    secret = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O%s/U%s>>/ID[<00><00>]" % (lock, lock) if encrypted else b""
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, secret, len(out),
    )  # fmt: skip


_CII = "urn:un:unece:uncefact:data:standard:"


def cii(*, lines: bool = True, prepaid: str = "0.00", payable: str = "121.00", kind: str = "380") -> bytes:
    """The invoice of `Doc`, as Factur-X writes it."""
    line = """<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct><ram:Name>Maintenance</ram:Name>
</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:CategoryCode>S
</ram:CategoryCode><ram:RateApplicablePercent>21</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>100.00</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>"""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{_CII}CrossIndustryInvoice:100" xmlns:udt="{_CII}UnqualifiedDataType:100"
 xmlns:ram="{_CII}ReusableAggregateBusinessInformationEntity:100"><rsm:ExchangedDocument><ram:ID>2026-117</ram:ID>
<ram:TypeCode>{kind}</ram:TypeCode><ram:IssueDateTime><udt:DateTimeString format="102">20260302</udt:DateTimeString>
</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>{line if lines else ""}
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Ascenseurs Mosans SA</ram:Name>
<ram:PostalTradeAddress><ram:PostcodeCode>4000</ram:PostcodeCode><ram:LineOne>Quai 1</ram:LineOne>
<ram:CityName>Liège</ram:CityName><ram:CountryID>BE</ram:CountryID></ram:PostalTradeAddress>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">BE1000000021</ram:ID></ram:SpecifiedTaxRegistration>
</ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>ACP</ram:Name></ram:BuyerTradeParty>
</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>
<ram:PaymentReference>+++090/9337/55493+++</ram:PaymentReference><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>
<ram:IBANID>BE68539007547034</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
</ram:SpecifiedTradeSettlementPaymentMeans><ram:ApplicableTradeTax><ram:CalculatedAmount>21.00</ram:CalculatedAmount>
<ram:BasisAmount>100.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>21.00
</ram:RateApplicablePercent></ram:ApplicableTradeTax><ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
<udt:DateTimeString format="102">20260401</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>100.00</ram:LineTotalAmount>
<ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">21.00
</ram:TaxTotalAmount><ram:GrandTotalAmount>121.00</ram:GrandTotalAmount><ram:TotalPrepaidAmount>{prepaid}
</ram:TotalPrepaidAmount><ram:DuePayableAmount>{payable}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>""".encode()
