"""Writing a SEPA credit transfer file, pain.001.001.09, as Belgian banks take it: `write(order) -> bytes`.

sepaxml writes and checks it against the schema; a structured message goes into its own field (SCOR, issuer BBA), the
debtor's bank is given as not provided where its BIC is not known, and the moment is the caller's. Every text is written
with the letters that all banks take (`plain`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from unicodedata import normalize

from lxml import etree
from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml
from text_unidecode import unidecode  # type: ignore[import-untyped]

SCHEMA: Final = "pain.001.001.09"
_NS: Final = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
_SPACE: Final = f"{{{_NS['p']}}}"


LONGEST_NAME: Final = 70
LONGEST_MESSAGE: Final = 140
_INSTEAD: Final = str.maketrans({
    "&": "+", "_": "-", "~": "-", "@": "(at)", ";": ",", "!": ".", "[": "(", "{": "(", "]": ")", "}": ")", "\\": "/",
    "|": "/", '"': "'", "`": "'", "«": "'", "»": "'", "“": "'", "”": "'", "„": "'",
})  # fmt: skip


def plain(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """A text in the letters of SEPA (EPC217-08): accents and other scripts transliterated, what has no letter left out.

    It neither begins nor ends with a slash, nor holds two. Empty when nothing can be written ("🏠").
    """
    letters = re.sub(
        r"[^A-Za-z0-9/\-?:().,'+ ]", " ", unidecode(normalize("NFKC", text.translate(_INSTEAD))).translate(_INSTEAD)
    )
    made = re.sub(r"/+", "/", " ".join(letters.split())).strip("/ ")[:longest].rstrip("/ ")
    return made if re.search(r"[A-Za-z0-9]", made) else ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer: `message` is twelve digits when it is structured, else free text; `reference` ours, end to end."""

    name: str
    iban: str
    cents: int
    message: str
    reference: str


@dataclass(frozen=True, slots=True)
class Order:
    """Transfers from one account, on one day. `reference` names the file, 35 characters at most."""

    reference: str
    name: str
    iban: str
    bic: str
    execute_on: date
    made_at: datetime
    transfers: Sequence[Transfer]


def write(order: Order) -> bytes:
    """The file. Blocks while the schema is read: call it in a thread. Names and messages hold a letter (`plain`)."""
    config = {"name": plain(order.name, LONGEST_NAME), "IBAN": order.iban, "batch": True, "currency": "EUR"}
    if order.bic:
        config["BIC"] = order.bic
    made = SepaTransfer(config, schema=SCHEMA, clean=True)
    for one in order.transfers:
        made.add_payment(
            {
                "name": plain(one.name, LONGEST_NAME), "IBAN": one.iban, "amount": one.cents,
                "execution_date": order.execute_on,
                "description": plain(one.message) or "-", "endtoend_id": one.reference[:35],
            }
        )  # fmt: skip
    root = etree.fromstring(made.export(validate=False))
    _name(root, order)
    for node, one in zip(root.iterfind(".//p:CdtTrfTxInf", _NS), order.transfers, strict=True):
        if is_structured(one.message):
            _structure(node.find("p:RmtInf", _NS), one.message)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    try_valid_xml(data, SCHEMA)
    return bytes(data)


def is_structured(message: str) -> bool:
    """Whether it is the twelve digits of a structured message."""
    return len(message) == 12 and message.isdigit()


def _name(root: Any, order: Order) -> None:
    """Our own reference and moment in place of the library's random ones."""
    root.find(".//p:MsgId", _NS).text = order.reference
    root.find(".//p:PmtInfId", _NS).text = order.reference
    root.find(".//p:CreDtTm", _NS).text = order.made_at.strftime("%Y-%m-%dT%H:%M:%S")
    bank = root.find(".//p:DbtrAgt/p:FinInstnId", _NS)
    if not len(bank):
        etree.SubElement(etree.SubElement(bank, _SPACE + "Othr"), _SPACE + "Id").text = "NOTPROVIDED"


def _structure(node: Any, digits: str) -> None:
    """The Belgian structured message as banks want it."""
    for child in list(node):
        node.remove(child)
    reference = etree.SubElement(etree.SubElement(node, _SPACE + "Strd"), _SPACE + "CdtrRefInf")
    kind = etree.SubElement(reference, _SPACE + "Tp")
    etree.SubElement(etree.SubElement(kind, _SPACE + "CdOrPrtry"), _SPACE + "Cd").text = "SCOR"
    etree.SubElement(kind, _SPACE + "Issr").text = "BBA"
    etree.SubElement(reference, _SPACE + "Ref").text = digits
