"""The QR code that a banking app reads as a transfer: EPC069-12, version 2 (SEPA credit transfer)."""

from typing import Final

import segno

_LONGEST_NAME: Final = 70
_LONGEST_TEXT: Final = 140
_MOST_CENTS: Final = 99_999_999_999
_MOST_BYTES: Final = 331
_LARGEST_VERSION: Final = 13


def epc_payload(name: str, iban: str, cents: int, text: str, bic: str = "") -> str:
    """The lines of the code: who is paid, on which account, how much (euro cents), with which message.

    A Belgian structured message goes into the free text as `+++…+++`: the line for references is for ISO 11649 only.
    A name or text that is too long is cut, as the standard's fields are. Raises ValueError for an amount outside
    0.01 to 999,999,999.99 €, or when it has no name or account.
    """
    if not 0 < cents <= _MOST_CENTS:
        raise ValueError(f"a payment code cannot ask for {cents} cents")
    payee = _line(name, _LONGEST_NAME)
    if not payee or not iban:
        raise ValueError("a payment code names who is paid, and on which account")
    amount = f"EUR{cents // 100}.{cents % 100:02d}"
    head = ["BCD", "002", "1", "SCT", bic, payee, iban.replace(" ", ""), amount, "", ""]
    message = _line(text, _LONGEST_TEXT)
    while len("\n".join([*head, message]).encode()) > _MOST_BYTES:
        message = message[:-1]
    return "\n".join([*head, message]).rstrip("\n")


def _line(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest].rstrip()


def _code(payload: str) -> segno.QRCode:
    code = segno.make(payload, error="m", mode="byte", encoding="utf-8", micro=False, boost_error=False)
    if int(code.version) > _LARGEST_VERSION:
        raise ValueError("a payment code has at most 331 bytes")
    return code


def qr_svg(payload: str) -> str:
    """The code as an inline SVG with its quiet zone, without any text; its size is given by the stylesheet."""
    return str(_code(payload).svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))


def qr_image(payload: str) -> str:
    """The code as a `data:` address, for `<img src=… alt=…>`: a tagged PDF reads the alternative text."""
    return str(_code(payload).svg_data_uri(border=4, scale=4, dark="#000", light="#fff"))
