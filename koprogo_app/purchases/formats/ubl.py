"""Reading an electronic invoice: UBL 2.1 as Peppol BIS Billing 3 uses it, an invoice or a credit note.

`read(data) -> Ubl`. The parser knows no entities, no document type and no network. Every total of the document is
checked against its lines, to the cent; VAT, which UBL states by rate only, is divided over the lines of its rate.
Raises Invalid on `file`, with what is wrong and where.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lxml import etree

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.values import Cents
from koprogo_app.purchases.model import VAT_RATES, InvoiceKind

MAX_BYTES: Final = 10_000_000
_MOST_LINES: Final = 500
_MOST_ATTACHMENTS: Final = 5
_MAX_CENTS: Final = 10**12
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_NS: Final = {"a": _UBL + "CommonAggregateComponents-2", "b": _UBL + "CommonBasicComponents-2"}
_ROOTS: Final = {
    f"{{{_UBL}Invoice-2}}Invoice": InvoiceKind.INVOICE,
    f"{{{_UBL}CreditNote-2}}CreditNote": InvoiceKind.CREDIT_NOTE,
}
REDUCTION: Final = N_("Reduction")
CHARGE: Final = N_("Additional charge")
ROUNDING: Final = N_("Rounding of the total")


@dataclass(frozen=True, slots=True)
class UblParty:
    """Who sells or buys, as the document says it; `number` has a Belgian enterprise number's digits."""

    name: str = ""
    number: str = ""
    email: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class UblLine:
    """A line, in cents; document-level reductions, charges and rounding are lines too."""

    label: str
    net_cents: int
    vat_rate: int
    vat_cents: int = 0
    start: date | None = None
    end: date | None = None

    @property
    def gross_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Ubl:
    """What an electronic invoice says. Its lines add up to its totals, to the cent."""

    kind: InvoiceKind
    number: str
    dated: date
    due_on: date | None
    supplier: UblParty
    customer: UblParty
    communication: str
    iban: str
    net_cents: int
    vat_cents: int
    prepaid_cents: int
    lines: tuple[UblLine, ...]
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def total_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents


def read(data: bytes) -> Ubl:
    """Reads a file of at most 10 MB. Blocks while parsing: call it in a thread."""
    if len(data) > MAX_BYTES:
        raise _wrong(N_("An electronic invoice has at most {size} MB."), size=MAX_BYTES // 1_000_000)
    root = _parsed(data)
    if root.tag not in _ROOTS:
        raise _wrong(N_("This XML file is not a UBL invoice or credit note (Peppol BIS 3)."))
    return _Reader(root, _ROOTS[root.tag]).read()


def _wrong(message: str, **params: Any) -> Invalid:
    return Invalid("file", message, **params)


def _parsed(data: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if b"<!DOCTYPE" in data[:1_000_000].replace(b"\0", b"").upper():
        raise _wrong(N_("This XML file declares a document type, which invoices do not need and attackers do."))
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 1
        raise _wrong(
            N_("This file is not readable XML (line {line}): damaged, or in other letters than it says."), line=line
        ) from error
    tree = root.getroottree()
    if tree.docinfo.doctype or tree.docinfo.internalDTD is not None:
        raise _wrong(N_("This XML file declares a document type, which invoices do not need and attackers do."))
    return root


class _Reader:
    """Reads one document; `w` is its root."""

    def __init__(self, root: Any, kind: InvoiceKind) -> None:
        self.root, self.kind = root, kind
        self.line_tag = "a:InvoiceLine" if kind is InvoiceKind.INVOICE else "a:CreditNoteLine"

    def read(self) -> Ubl:
        currency = self.text("b:DocumentCurrencyCode")
        if currency != "EUR":
            raise _wrong(
                N_("This invoice is in {currency}; only invoices in euros are taken."), currency=currency or "–"
            )
        number = self.text("b:ID")
        if not number:
            raise _wrong(N_("The invoice has no number."))
        dated = self.day("b:IssueDate")
        if dated is None:
            raise _wrong(N_("The invoice has no date."))
        supplier = self.party("a:AccountingSupplierParty/a:Party")
        if not supplier.name:
            raise _wrong(N_("The invoice does not say who sends it."))
        lines = self.taxed([*self.lines(), *self.allowances()])
        due = self.day("b:DueDate") or self.day("a:PaymentMeans/b:PaymentDueDate")
        made = Ubl(
            self.kind, number[:100], dated, due if due and due >= dated else None, supplier,
            self.party("a:AccountingCustomerParty/a:Party"), self.text("a:PaymentMeans/b:PaymentID")[:140],
            self.text("a:PaymentMeans/a:PayeeFinancialAccount/b:ID").replace(" ", "").upper(), 0, 0, 0, tuple(lines),
            tuple(self.attachments()),
        )  # fmt: skip
        return self.totalled(made)

    def text(self, path: str, node: Any = None) -> str:
        found = (self.root if node is None else node).find(path, _NS)
        return " ".join((found.text or "").split()) if found is not None else ""

    def day(self, path: str, node: Any = None) -> date | None:
        text = self.text(path, node)[:10]
        if not text:
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            raise _wrong(N_("“{text}” is not a date."), text=text) from None
        if not 1990 <= found.year <= 2100:
            raise _wrong(N_("“{text}” is not a date."), text=text)
        return found

    def cents(self, path: str, node: Any = None, *, needed: bool = False) -> int:
        found = (self.root if node is None else node).find(path, _NS)
        text = "" if found is None else (found.text or "").strip()
        name = path.rsplit(":", maxsplit=1)[-1]
        if not text:
            if needed:
                raise _wrong(N_("The invoice does not say its {name}."), name=name)
            return 0
        if found.get("currencyID") not in (None, "EUR"):
            currency = found.get("currencyID")
            raise _wrong(N_("This invoice is in {currency}; only invoices in euros are taken."), currency=currency)
        return _cents(text, name)

    def rate(self, path: str, node: Any) -> int:
        text = self.text(path, node) or "0"
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal(-1)
        if value not in VAT_RATES:
            raise _wrong(N_("VAT of {rate} % is not a Belgian rate (0, 6, 12, 21)."), rate=text[:10])
        return int(value)

    def party(self, path: str) -> UblParty:
        node = self.root.find(path, _NS)
        if node is None:
            return UblParty()
        name = self.text("a:PartyLegalEntity/b:RegistrationName", node) or self.text("a:PartyName/b:Name", node)
        numbers = ("a:PartyLegalEntity/b:CompanyID", "a:PartyTaxScheme/b:CompanyID", "b:EndpointID")
        return UblParty(
            name[:200], _number([self.text(at, node) for at in numbers]),
            self.text("a:Contact/b:ElectronicMail", node)[:254], self.text("a:PostalAddress/b:StreetName", node)[:200],
            self.text("a:PostalAddress/b:PostalZone", node)[:20], self.text("a:PostalAddress/b:CityName", node)[:100],
            self.text("a:PostalAddress/a:Country/b:IdentificationCode", node)[:2],
        )  # fmt: skip

    def lines(self) -> Iterator[UblLine]:
        nodes = self.root.findall(self.line_tag, _NS)
        if not nodes:
            raise _wrong(N_("The invoice has no lines."))
        if len(nodes) > _MOST_LINES:
            raise _wrong(N_("An invoice has at most {max} lines."), max=_MOST_LINES)
        whole = (self.day("a:InvoicePeriod/b:StartDate"), self.day("a:InvoicePeriod/b:EndDate"))
        for node in nodes:
            label = self.text("a:Item/b:Name", node) or self.text("a:Item/b:Description", node)
            own = (self.day("a:InvoicePeriod/b:StartDate", node), self.day("a:InvoicePeriod/b:EndDate", node))
            start, end = own if any(own) else whole
            yield UblLine(
                label[:200], self.cents("b:LineExtensionAmount", node, needed=True),
                self.rate("a:Item/a:ClassifiedTaxCategory/b:Percent", node), 0, start or end, end or start,
            )  # fmt: skip

    def allowances(self) -> Iterator[UblLine]:
        for node in self.root.findall("a:AllowanceCharge", _NS):
            charge = self.text("b:ChargeIndicator", node).lower() == "true"
            cents = self.cents("b:Amount", node, needed=True)
            label = self.text("b:AllowanceChargeReason", node) or (CHARGE if charge else REDUCTION)
            yield UblLine(label[:200], cents if charge else -cents, self.rate("a:TaxCategory/b:Percent", node))

    def taxed(self, lines: list[UblLine]) -> list[UblLine]:
        """The lines with the VAT that the document states for their rate."""
        stated: dict[int, list[int]] = {}
        for node in self.root.findall("a:TaxTotal/a:TaxSubtotal", _NS):
            both = stated.setdefault(self.rate("a:TaxCategory/b:Percent", node), [0, 0])
            both[0] += self.cents("b:TaxableAmount", node)
            both[1] += self.cents("b:TaxAmount", node)
        taxed = list(lines)
        for rate in sorted({line.vat_rate for line in lines} | set(stated)):
            base, tax = stated.get(rate, [sum(x.net_cents for x in lines if x.vat_rate == rate) if rate == 0 else 0, 0])
            places = [index for index, line in enumerate(lines) if line.vat_rate == rate]
            net = sum(lines[index].net_cents for index in places)
            if base != net:
                raise _wrong(
                    N_("VAT of {rate} % is counted on {stated}, but the lines at that rate come to {found}."),
                    rate=rate, stated=Cents(base), found=Cents(net),
                )  # fmt: skip
            for index, vat in zip(places, _divided(tax, [lines[i].net_cents for i in places], rate), strict=True):
                taxed[index] = replace(lines[index], vat_cents=vat)
        return taxed

    def totalled(self, made: Ubl) -> Ubl:
        """Checks the document's own totals, and adds its rounding as a line."""
        totals = "a:LegalMonetaryTotal/b:"
        rows = sum(self.cents("b:LineExtensionAmount", node) for node in self.root.findall(self.line_tag, _NS))
        net, vat = (sum(line.net_cents for line in made.lines), sum(line.vat_cents for line in made.lines))
        rounding = self.cents(totals + "PayableRoundingAmount")
        prepaid = self.cents(totals + "PrepaidAmount")
        tax = sum(self.cents("b:TaxAmount", node) for node in self.root.findall("a:TaxTotal", _NS)[:1])
        self.same(N_("Sum of the lines"), self.cents(totals + "LineExtensionAmount", needed=True), rows)
        self.same(N_("Total without VAT"), self.cents(totals + "TaxExclusiveAmount", needed=True), net)
        self.same(N_("VAT"), tax, vat)
        self.same(N_("Total with VAT"), self.cents(totals + "TaxInclusiveAmount", needed=True), net + vat)
        payable = self.cents(totals + "PayableAmount", needed=True)
        self.same(N_("Amount to pay"), payable, net + vat + rounding - prepaid)
        extra = (UblLine(ROUNDING, rounding, 0),) if rounding else ()
        if net + vat + rounding <= 0:
            raise _wrong(N_("The total of an invoice is above zero."))
        return replace(
            made, net_cents=net + rounding, vat_cents=vat, prepaid_cents=prepaid, lines=(*made.lines, *extra)
        )  # fmt: skip

    def same(self, what: str, stated: int, found: int) -> None:
        if stated != found:
            raise _wrong(
                N_("{what}: the document says {stated}, its lines come to {found}."), what=_Named(what),
                stated=Cents(stated), found=Cents(found),
            )  # fmt: skip

    def attachments(self) -> Iterator[Attachment]:
        """The PDF files inside; a damaged one is refused, others are left in the XML."""
        path = "a:AdditionalDocumentReference/a:Attachment/b:EmbeddedDocumentBinaryObject"
        found = [node for node in self.root.findall(path, _NS) if node.get("mimeCode") == "application/pdf"]
        for number, node in enumerate(found[:_MOST_ATTACHMENTS], 1):
            try:
                data = base64.b64decode("".join((node.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                raise _wrong(N_("The PDF inside this invoice is damaged.")) from None
            yield Attachment(re.sub(r"[/\\\x00-\x1f]", "-", node.get("filename") or f"{number}.pdf")[:150], data)


@dataclass(frozen=True, slots=True)
class _Named:
    """A message as a value of another."""

    msgid: str

    def text(self, lang: str) -> str:
        from koprogo_app.foundation.i18n import tr

        return tr(lang, self.msgid)


def _cents(text: str, name: str) -> int:
    try:
        value = Decimal(text) * 100
    except InvalidOperation:
        raise _wrong(N_("{name}: “{text}” is not an amount."), name=name, text=text[:30]) from None
    if not value.is_finite() or abs(value) > _MAX_CENTS:
        raise _wrong(N_("{name}: “{text}” is not an amount."), name=name, text=text[:30])
    if value != value.to_integral_value():
        raise _wrong(N_("{name}: {text} has more than two decimals."), name=name, text=text[:30])
    return int(value)


def _divided(tax: int, nets: Sequence[int], rate: int) -> list[int]:
    """The VAT of a rate over its lines, each rounded; the cents left over go to the largest lines."""
    from koprogo_app.purchases.rules.invoices import vat_of

    parts = [vat_of(net, rate) for net in nets]
    left = tax - sum(parts)
    if abs(left) > len(parts) + 1:
        raise _wrong(
            N_("VAT of {rate} % is {stated}, but the lines make {found}."), rate=rate, stated=Cents(tax),
            found=Cents(sum(parts)),
        )  # fmt: skip
    step = 1 if left > 0 else -1
    by_size = sorted(range(len(parts)), key=lambda index: -abs(nets[index]))
    for turn in range(abs(left)):
        parts[by_size[turn % len(parts)]] += step
    return parts


def _number(texts: Sequence[str]) -> str:
    """The first that has the ten digits of a Belgian enterprise number."""
    for text in texts:
        digits = re.sub(r"^(?:BE|0208:|9925:)", "", re.sub(r"[\s.]", "", text.upper())).removeprefix("BE")
        if re.fullmatch(r"\d{9,10}", digits):
            return digits.zfill(10)
    return next((text for text in texts if text), "")[:50]
