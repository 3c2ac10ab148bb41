"""Electronic invoices for tests, as suppliers send them."""

import base64
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

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
            f"<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>{line.rate}</cbc:Percent>"
            f"<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item></cac:{tag}>"
            for n, line in enumerate(self.lines, 1)
        )
        taxes = "".join(
            f"<cac:TaxSubtotal>{amount('TaxableAmount', base)}{amount('TaxAmount', tax)}<cac:TaxCategory><cbc:ID>S"
            f"</cbc:ID><cbc:Percent>{rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
            "</cac:TaxCategory></cac:TaxSubtotal>"
            for rate, base, tax in self.subtotals
        )
        paper = ""
        if self.pdf is not None:
            paper = (
                "<cac:AdditionalDocumentReference><cbc:ID>pdf</cbc:ID><cac:Attachment>"
                '<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="facture.pdf">'
                f"{base64.b64encode(self.pdf).decode()}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>"
                "</cac:AdditionalDocumentReference>"
            )
        due = f"<cbc:DueDate>{self.due}</cbc:DueDate>" if self.due and self.kind == "Invoice" else ""
        text = f"""{self.head}<{self.kind} xmlns="{_UBL}{self.kind}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2"
 xmlns:cbc="{_UBL}CommonBasicComponents-2"><cbc:ID>{self.number}</cbc:ID><cbc:IssueDate>{self.dated}</cbc:IssueDate>
{due}<cbc:DocumentCurrencyCode>{self.currency}</cbc:DocumentCurrencyCode>{paper}
<cac:AccountingSupplierParty><cac:Party><cac:PostalAddress><cbc:StreetName>Quai 1</cbc:StreetName>
<cbc:CityName>Liège</cbc:CityName><cbc:PostalZone>4000</cbc:PostalZone><cac:Country><cbc:IdentificationCode>BE
</cbc:IdentificationCode></cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:RegistrationName>
{escape(self.supplier)}</cbc:RegistrationName><cbc:CompanyID>{self.supplier_number}</cbc:CompanyID>
</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>ACP</cbc:RegistrationName>
<cbc:CompanyID>{self.customer_number}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>{self.payment}</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>{self.iban}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>{self.extra}
<cac:TaxTotal>{amount("TaxAmount", self.tax)}{taxes}</cac:TaxTotal><cac:LegalMonetaryTotal>
{amount("LineExtensionAmount", self.lines_total or self.net)}{amount("TaxExclusiveAmount", self.net)}
{amount("TaxInclusiveAmount", self.gross)}{self.extra_totals}{amount("PayableAmount", self.payable)}
</cac:LegalMonetaryTotal>{rows}</{self.kind}>"""
        return text.encode(self.encoding)
