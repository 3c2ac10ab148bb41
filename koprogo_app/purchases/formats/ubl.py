"""Reading an electronic invoice: UBL 2.1 as Peppol BIS Billing 3 uses it, or CII as Factur-X and ZUGFeRD use it.

`read(data) -> Ubl`. The parser knows no entities, no document type and no network. Every total of the document is
checked against its lines, to the cent; VAT, which is stated by rate only, is divided over the lines of its rate. An
invoice below zero is a credit note. Raises Invalid on `file`, with what is wrong and where.
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
from koprogo_app.foundation.numbers import read_enterprise_number
from koprogo_app.law.values import Cents
from koprogo_app.purchases.formats.syntaxes import (
    CARDS,
    CII,
    CREDIT_TYPES,
    DEBITS,
    ENVELOPES,
    OTHERS,
    REVERSE_CHARGE,
    SYNTAXES,
    UBL_CREDIT_NOTE,
    Syntax,
)
from koprogo_app.purchases.model import VAT_RATES, InvoiceKind, PaidBy

MAX_BYTES: Final = 10_000_000
_MOST_LINES: Final = 500
_MOST_ATTACHMENTS: Final = 5
_MAX_CENTS: Final = 10**12
REDUCTION: Final = N_("Reduction")
CHARGE: Final = N_("Additional charge")
ROUNDING: Final = N_("Rounding of the total")
WHOLE: Final = N_("As invoiced")
_BOM: Final = b"\xef\xbb\xbf"


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
    """What an electronic invoice says. Its lines add up to its totals, to the cent; `prepaid_cents` of it is paid.

    `reverse_charge`: it leaves the VAT to its customer.
    """

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
    paid_by: PaidBy = PaidBy.TRANSFER
    mandate: str = ""
    reverse_charge: bool = False

    @property
    def total_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents


def read(data: bytes) -> Ubl:
    """Reads a file of at most 10 MB. Blocks while parsing: call it in a thread."""
    if len(data) > MAX_BYTES:
        raise _wrong(N_("An electronic invoice has at most {size} MB."), size=MAX_BYTES // 1_000_000)
    root = _opened(_parsed(bare(data)))
    if root is None:
        raise _wrong(N_("This XML file is not an electronic invoice or credit note (UBL as of Peppol BIS 3, or CII)."))
    return _Reader(root, SYNTAXES[root.tag]).read()


def bare(data: bytes) -> bytes:
    """The file without blanks before its declaration, which XML does not allow and mailing systems add."""
    start = data.removeprefix(_BOM)
    return start.lstrip(b" \t\r\n") if start[:1] in (b" ", b"\t", b"\r", b"\n") else data


def _opened(root: Any) -> Any:
    """The invoice: the root itself, or what stands in an envelope of the network that brought it."""
    if root.tag in ENVELOPES:
        return next((child for child in root if child.tag in SYNTAXES), None)
    return root if root.tag in SYNTAXES else None


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
    """Reads one document from its root."""

    def __init__(self, root: Any, syntax: Syntax) -> None:
        self.root, self.at = root, syntax
        credit = syntax is UBL_CREDIT_NOTE or self.text(syntax.type_code) in CREDIT_TYPES
        self.kind = InvoiceKind.CREDIT_NOTE if credit else InvoiceKind.INVOICE

    def read(self) -> Ubl:
        at = self.at
        currency = self.text(at.currency)
        if currency != "EUR":
            raise _wrong(
                N_("This invoice is in {currency}; only invoices in euros are taken."), currency=currency or "–"
            )
        number = self.text(at.number)
        if not number:
            raise _wrong(N_("The invoice has no number."))
        dated = self.day(at.dated)
        if dated is None:
            raise _wrong(N_("The invoice has no date."))
        supplier = self.party(at.seller)
        if not supplier.name:
            raise _wrong(N_("The invoice does not say who sends it."))
        lines = self.taxed([*self.lines(), *self.allowances()])
        due = next((day for path in at.due if (day := self.day(path))), None)
        made = Ubl(
            self.kind, number[:100], dated, due if due and due >= dated else None, supplier, self.party(at.buyer),
            next((text for path in at.message if (text := self.text(path))), "")[:140], self.iban(), 0, 0, 0,
            tuple(lines), tuple(self.attachments()), self.paid_by(), self.text(at.mandate)[:35], self.reversed(),
        )  # fmt: skip
        return self.signed(self.totalled(made))

    def nodes(self, path: str) -> Any:
        return self.root.findall(path, self.at.spaces)

    def iban(self) -> str:
        """The account to pay on: of the first means of payment that names one."""
        found = (self.text(self.at.means_iban, node).replace(" ", "").upper() for node in self.nodes(self.at.means))
        return next((iban for iban in found if iban), "")

    def paid_by(self) -> PaidBy:
        """How it is paid; of several means the one that pays by itself, so that nothing is paid twice."""
        codes = {self.text(self.at.means_code, node) for node in self.nodes(self.at.means)}
        for means, known in ((PaidBy.DEBIT, DEBITS), (PaidBy.CARD, CARDS), (PaidBy.OTHER, OTHERS)):
            if codes & known:
                return means
        return PaidBy.TRANSFER

    def reversed(self) -> bool:
        """Whether it leaves VAT to the customer."""
        taxes = {self.text(self.at.tax_category, node) for node in self.nodes(self.at.tax)}
        lines = {self.text(self.at.line_category, node) for node in self.nodes(self.at.line)}
        return bool((taxes | lines) & REVERSE_CHARGE)

    def text(self, path: str, node: Any = None) -> str:
        found = (self.root if node is None else node).find(path, self.at.spaces)
        return " ".join((found.text or "").split()) if found is not None else ""

    def day(self, path: str, node: Any = None) -> date | None:
        text = self.text(path, node)[:10]
        if not text:
            return None
        try:
            found = date.fromisoformat(text)  # 2026-03-02 as UBL, 20260302 as CII writes it
        except ValueError:
            raise _wrong(N_("“{text}” is not a date."), text=text) from None
        if not 1990 <= found.year <= 2100:
            raise _wrong(N_("“{text}” is not a date."), text=text)
        return found

    def cents(self, path: str, node: Any = None, *, needed: bool = False) -> int:
        found = (self.root if node is None else node).find(path, self.at.spaces)
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
        at, node = self.at, self.root.find(path, self.at.spaces)
        if node is None:
            return UblParty()
        name = next((text for one in at.party_name if (text := self.text(one, node))), "")
        return UblParty(
            name[:200], self.enterprise_number(node), self.text(at.email, node)[:254], self.text(at.street, node)[:200],
            self.text(at.postcode, node)[:20], self.text(at.city, node)[:100], self.text(at.country, node)[:2],
        )  # fmt: skip

    def enterprise_number(self, node: Any) -> str:
        """The party's Belgian enterprise number, wherever in it it stands: among its identifiers, else in its words."""
        said = [" ".join((found.text or "").split()) for path in self.at.party_numbers
                for found in node.findall(path, self.at.spaces)]  # fmt: skip
        written = [match for text in node.itertext() for match in _IN_WORDS.findall(text.upper())]
        return next((number for text in (*said, *written) if (number := _enterprise_number(text))), "")

    def lines(self) -> Iterator[UblLine]:
        at, nodes = self.at, self.nodes(self.at.line)
        if not nodes and at is CII:
            yield from self.whole()
            return
        if not nodes:
            raise _wrong(N_("The invoice has no lines."))
        if len(nodes) > _MOST_LINES:
            raise _wrong(N_("An invoice has at most {max} lines."), max=_MOST_LINES)
        whole = (self.day(at.period[0]), self.day(at.period[1]))
        for node in nodes:
            label = next((text for path in at.line_labels if (text := self.text(path, node))), "")
            own = (self.day(at.line_period[0], node), self.day(at.line_period[1], node))
            start, end = own if any(own) else whole
            yield UblLine(
                label[:200], self.cents(at.line_net, node, needed=True), self.rate(at.line_rate, node), 0,
                start or end, end or start,
            )  # fmt: skip

    def whole(self) -> Iterator[UblLine]:
        """A line for each rate of VAT: the smallest profiles of Factur-X say no lines."""
        nodes = self.nodes(self.at.tax)
        if not nodes:
            raise _wrong(N_("The invoice has no lines."))
        for node in nodes:
            base = self.cents(self.at.tax_base, node, needed=True)
            less = sum(
                line.net_cents for line in self.allowances() if line.vat_rate == self.rate(self.at.tax_rate, node)
            )
            yield UblLine(WHOLE, base - less, self.rate(self.at.tax_rate, node))

    def allowances(self) -> Iterator[UblLine]:
        at = self.at
        for node in self.nodes(at.allowance):
            charge = self.text(at.allowance_is_charge, node).lower() == "true"
            cents = self.cents(at.allowance_cents, node, needed=True)
            label = self.text(at.allowance_label, node) or (CHARGE if charge else REDUCTION)
            yield UblLine(label[:200], cents if charge else -cents, self.rate(at.allowance_rate, node))

    def taxed(self, lines: list[UblLine]) -> list[UblLine]:
        """The lines with the VAT that the document states for their rate."""
        stated: dict[int, list[int]] = {}
        for node in self.nodes(self.at.tax):
            both = stated.setdefault(self.rate(self.at.tax_rate, node), [0, 0])
            both[0] += self.cents(self.at.tax_base, node)
            both[1] += self.cents(self.at.tax_cents, node)
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
        at = self.at
        rows = sum(self.cents(at.line_net, node) for node in self.nodes(at.line))
        net, vat = (sum(line.net_cents for line in made.lines), sum(line.vat_cents for line in made.lines))
        rounding, prepaid = self.cents(at.rounding), self.cents(at.prepaid)
        if rows or at is not CII:
            self.same(N_("Sum of the lines"), self.cents(at.sum_lines, needed=True), rows)
        self.same(N_("Total without VAT"), self.cents(at.sum_net, needed=True), net)
        self.same(N_("VAT"), self.cents(at.sum_vat), vat)
        self.same(N_("Total with VAT"), self.cents(at.sum_gross, needed=True), net + vat)
        payable = self.cents(at.payable, needed=True)
        self.same(N_("Amount to pay"), payable, net + vat + rounding - prepaid)
        extra = (UblLine(ROUNDING, rounding, 0),) if rounding else ()
        if net + vat + rounding == 0:
            raise _wrong(N_("The total of an invoice is above zero."))
        return replace(
            made, net_cents=net + rounding, vat_cents=vat, prepaid_cents=prepaid, lines=(*made.lines, *extra)
        )  # fmt: skip

    def signed(self, made: Ubl) -> Ubl:
        """Amounts above zero: an invoice below zero is a credit note; what is paid in advance is no more than all."""
        if made.total_cents < 0:
            if self.at is UBL_CREDIT_NOTE:
                raise _wrong(N_("This credit note is below zero: it takes back itself. Ask its sender for an invoice."))
            lines = tuple(replace(x, net_cents=-x.net_cents, vat_cents=-x.vat_cents) for x in made.lines)
            made = replace(
                made, kind=InvoiceKind.CREDIT_NOTE, lines=lines, net_cents=-made.net_cents, vat_cents=-made.vat_cents,
                prepaid_cents=-made.prepaid_cents,
            )  # fmt: skip
        return replace(made, prepaid_cents=min(max(made.prepaid_cents, 0), made.total_cents))

    def same(self, what: str, stated: int, found: int) -> None:
        if stated != found:
            raise _wrong(
                N_("{what}: the document says {stated}, its lines come to {found}."), what=_Named(what),
                stated=Cents(stated), found=Cents(found),
            )  # fmt: skip

    def attachments(self) -> Iterator[Attachment]:
        """The PDF files inside, told by their bytes whatever they are said to be; a damaged one is refused, other files
        stay in the XML."""
        taken = 0
        for node in self.nodes(self.at.files):
            said = "pdf" in (node.get(self.at.file_type) or "").lower()
            try:
                data = base64.b64decode("".join((node.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                if not said:
                    continue
                raise _wrong(N_("The PDF inside this invoice is damaged.")) from None
            if taken < _MOST_ATTACHMENTS and (said or data.lstrip().startswith(b"%PDF-")):
                taken += 1
                name = re.sub(r"[/\\\x00-\x1f]", "-", node.get(self.at.file_name) or f"{taken}.pdf")[:150]
                yield Attachment(name, data.lstrip() if data[:1].isspace() else data)


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


_IN_WORDS: Final = re.compile(r"(?<![A-Z0-9])BE[ .]?[01]?\d{3}[ .-]?\d{3}[ .-]?\d{3}(?!\d)")
_CREDITOR: Final = re.compile(r"BE\d\dZZZ(\d{10})")
"""The number under which a supplier collects by direct debit holds his enterprise number."""


def _enterprise_number(text: str) -> str:
    """The ten digits of an identifier that is, or holds, a Belgian enterprise number; else nothing."""
    plain = re.sub(r"[\s.\-]", "", text.upper())
    digits = re.sub(r"^(?:0208:|9925:|9956:|IBE:)", "", _CREDITOR.sub(r"\1", plain))
    try:
        return read_enterprise_number(digits) if re.fullmatch(r"(?:BE)?\d{9,10}", digits) else ""
    except Invalid:
        return ""
