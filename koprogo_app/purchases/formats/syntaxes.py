"""Where the two syntaxes of European invoices (EN 16931) say what: UBL 2.1, and CII as Factur-X and ZUGFeRD use it."""

from dataclasses import dataclass
from typing import Final

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII: Final = "urn:un:unece:uncefact:data:standard:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """Paths from the root, or from the line, party, tax, means or allowance that they tell of."""

    spaces: dict[str, str]
    number: str
    dated: str
    due: tuple[str, ...]
    type_code: str
    currency: str
    seller: str
    buyer: str
    party_name: tuple[str, ...]
    party_numbers: tuple[str, ...]
    email: str
    street: str
    postcode: str
    city: str
    country: str
    means: str
    means_code: str
    means_iban: str
    mandate: str
    message: tuple[str, ...]
    period: tuple[str, str]
    line: str
    line_labels: tuple[str, ...]
    line_net: str
    line_rate: str
    line_category: str
    line_period: tuple[str, str]
    allowance: str
    allowance_is_charge: str
    allowance_cents: str
    allowance_label: str
    allowance_rate: str
    tax: str
    tax_rate: str
    tax_base: str
    tax_cents: str
    tax_category: str
    sum_lines: str
    sum_net: str
    sum_vat: str
    sum_gross: str
    rounding: str
    prepaid: str
    payable: str
    files: str
    file_type: str
    file_name: str


_PERIOD: Final = ("a:InvoicePeriod/b:StartDate", "a:InvoicePeriod/b:EndDate")
_TOTALS: Final = "a:LegalMonetaryTotal/b:"


def _ubl(line: str) -> Syntax:
    return Syntax(
        spaces={"a": _UBL + "CommonAggregateComponents-2", "b": _UBL + "CommonBasicComponents-2"},
        number="b:ID",
        dated="b:IssueDate",
        due=("b:DueDate", "a:PaymentMeans/b:PaymentDueDate"),
        type_code="b:InvoiceTypeCode",
        currency="b:DocumentCurrencyCode",
        seller="a:AccountingSupplierParty/a:Party",
        buyer="a:AccountingCustomerParty/a:Party",
        party_name=("a:PartyLegalEntity/b:RegistrationName", "a:PartyName/b:Name"),
        party_numbers=(
            "a:PartyLegalEntity/b:CompanyID", "a:PartyTaxScheme/b:CompanyID", "b:EndpointID",
            "a:PartyIdentification/b:ID",
        ),
        email="a:Contact/b:ElectronicMail",
        street="a:PostalAddress/b:StreetName",
        postcode="a:PostalAddress/b:PostalZone",
        city="a:PostalAddress/b:CityName",
        country="a:PostalAddress/a:Country/b:IdentificationCode",
        means="a:PaymentMeans",
        means_code="b:PaymentMeansCode",
        means_iban="a:PayeeFinancialAccount/b:ID",
        mandate="a:PaymentMeans/a:PaymentMandate/b:ID",
        message=("a:PaymentMeans/b:PaymentID",),
        period=_PERIOD,
        line=line,
        line_labels=("a:Item/b:Name", "a:Item/b:Description"),
        line_net="b:LineExtensionAmount",
        line_rate="a:Item/a:ClassifiedTaxCategory/b:Percent",
        line_category="a:Item/a:ClassifiedTaxCategory/b:ID",
        line_period=_PERIOD,
        allowance="a:AllowanceCharge",
        allowance_is_charge="b:ChargeIndicator",
        allowance_cents="b:Amount",
        allowance_label="b:AllowanceChargeReason",
        allowance_rate="a:TaxCategory/b:Percent",
        tax="a:TaxTotal/a:TaxSubtotal",
        tax_rate="a:TaxCategory/b:Percent",
        tax_base="b:TaxableAmount",
        tax_cents="b:TaxAmount",
        tax_category="a:TaxCategory/b:ID",
        sum_lines=_TOTALS + "LineExtensionAmount",
        sum_net=_TOTALS + "TaxExclusiveAmount",
        sum_vat="a:TaxTotal/b:TaxAmount",
        sum_gross=_TOTALS + "TaxInclusiveAmount",
        rounding=_TOTALS + "PayableRoundingAmount",
        prepaid=_TOTALS + "PrepaidAmount",
        payable=_TOTALS + "PayableAmount",
        files=".//b:EmbeddedDocumentBinaryObject",
        file_type="mimeCode",
        file_name="filename",
    )  # fmt: skip


_DEAL: Final = "s:SupplyChainTradeTransaction/"
_PAID: Final = _DEAL + "r:ApplicableHeaderTradeSettlement/"
_SUMS: Final = _PAID + "r:SpecifiedTradeSettlementHeaderMonetarySummation/r:"
_DAYS: Final = ("r:StartDateTime/u:DateTimeString", "r:EndDateTime/u:DateTimeString")

UBL_INVOICE: Final = _ubl("a:InvoiceLine")
UBL_CREDIT_NOTE: Final = _ubl("a:CreditNoteLine")
CII: Final = Syntax(
    spaces={
        "s": _CII + "CrossIndustryInvoice:100",
        "r": _CII + "ReusableAggregateBusinessInformationEntity:100",
        "u": _CII + "UnqualifiedDataType:100",
    },
    number="s:ExchangedDocument/r:ID",
    dated="s:ExchangedDocument/r:IssueDateTime/u:DateTimeString",
    due=(_PAID + "r:SpecifiedTradePaymentTerms/r:DueDateDateTime/u:DateTimeString",),
    type_code="s:ExchangedDocument/r:TypeCode",
    currency=_PAID + "r:InvoiceCurrencyCode",
    seller=_DEAL + "r:ApplicableHeaderTradeAgreement/r:SellerTradeParty",
    buyer=_DEAL + "r:ApplicableHeaderTradeAgreement/r:BuyerTradeParty",
    party_name=("r:Name",),
    party_numbers=(
        "r:SpecifiedLegalOrganization/r:ID", "r:SpecifiedTaxRegistration/r:ID",
        "r:URIUniversalCommunication/r:URIID", "r:GlobalID", "r:ID",
    ),
    email="r:DefinedTradeContact/r:EmailURIUniversalCommunication/r:URIID",
    street="r:PostalTradeAddress/r:LineOne",
    postcode="r:PostalTradeAddress/r:PostcodeCode",
    city="r:PostalTradeAddress/r:CityName",
    country="r:PostalTradeAddress/r:CountryID",
    means=_PAID + "r:SpecifiedTradeSettlementPaymentMeans",
    means_code="r:TypeCode",
    means_iban="r:PayeePartyCreditorFinancialAccount/r:IBANID",
    mandate=_PAID + "r:SpecifiedTradePaymentTerms/r:DirectDebitMandateID",
    message=(_PAID + "r:PaymentReference",),
    period=(_PAID + "r:BillingSpecifiedPeriod/" + _DAYS[0], _PAID + "r:BillingSpecifiedPeriod/" + _DAYS[1]),
    line=_DEAL + "r:IncludedSupplyChainTradeLineItem",
    line_labels=("r:SpecifiedTradeProduct/r:Name", "r:SpecifiedTradeProduct/r:Description"),
    line_net="r:SpecifiedLineTradeSettlement/r:SpecifiedTradeSettlementLineMonetarySummation/r:LineTotalAmount",
    line_rate="r:SpecifiedLineTradeSettlement/r:ApplicableTradeTax/r:RateApplicablePercent",
    line_category="r:SpecifiedLineTradeSettlement/r:ApplicableTradeTax/r:CategoryCode",
    line_period=(
        "r:SpecifiedLineTradeSettlement/r:BillingSpecifiedPeriod/" + _DAYS[0],
        "r:SpecifiedLineTradeSettlement/r:BillingSpecifiedPeriod/" + _DAYS[1],
    ),
    allowance=_PAID + "r:SpecifiedTradeAllowanceCharge",
    allowance_is_charge="r:ChargeIndicator/u:Indicator",
    allowance_cents="r:ActualAmount",
    allowance_label="r:Reason",
    allowance_rate="r:CategoryTradeTax/r:RateApplicablePercent",
    tax=_PAID + "r:ApplicableTradeTax",
    tax_rate="r:RateApplicablePercent",
    tax_base="r:BasisAmount",
    tax_cents="r:CalculatedAmount",
    tax_category="r:CategoryCode",
    sum_lines=_SUMS + "LineTotalAmount",
    sum_net=_SUMS + "TaxBasisTotalAmount",
    sum_vat=_SUMS + "TaxTotalAmount",
    sum_gross=_SUMS + "GrandTotalAmount",
    rounding=_SUMS + "RoundingAmount",
    prepaid=_SUMS + "TotalPrepaidAmount",
    payable=_SUMS + "DuePayableAmount",
    files=".//r:AttachmentBinaryObject",
    file_type="mimeCode",
    file_name="filename",
)  # fmt: skip
SYNTAXES: Final = {
    f"{{{_UBL}Invoice-2}}Invoice": UBL_INVOICE,
    f"{{{_UBL}CreditNote-2}}CreditNote": UBL_CREDIT_NOTE,
    f"{{{_CII}CrossIndustryInvoice:100}}CrossIndustryInvoice": CII,
}
"""The syntax of a document, by its root."""
ENVELOPES: Final = ("{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument",)
"""Roots that carry the invoice inside, as access points of Peppol hand it on."""
CREDIT_TYPES: Final = frozenset({"381", "261", "262", "296", "308", "396", "420", "458", "532", "83"})
"""Kinds of document (UNTDID 1001) that take back what an invoice asked."""
REVERSE_CHARGE: Final = frozenset({"AE", "K"})
"""VAT categories (UNTDID 5305) that leave the tax to the customer."""
DEBITS: Final = frozenset({"49", "57", "59"})
CARDS: Final = frozenset({"48", "54", "55"})
OTHERS: Final = frozenset({"10", "20", "21", "23", "24", "60", "68", "70", "74", "97"})
"""Means of payment (UNTDID 4461): the supplier collects; a card paid; cash, cheques, online services, clearing."""
