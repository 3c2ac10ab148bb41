"""The lines of a CODA file (Febelfin, version 2): each alone, and in their order, before anything is read from them.

A line has 128 signs of Windows-1252. Every refusal names the line and what is wrong with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from koprogo_app.bank.formats.statements import refused
from koprogo_app.foundation.i18n import N_

WIDTH: Final = 128
NO_DAY: Final = ("000000", "      ")
"""How a day that is not given is written."""
_FOLLOWS: Final = {
    "": "0", "0": "1", "1": "23489", "2": "2348", "3": "2348", "4": "23489", "8": "49", "9": "0",
}  # fmt: skip
"""What may stand after each kind of record."""
_TYPES: Final = re.compile(r"0000|1[0-3]|2[123]|3[123]|4 |8|9 ")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its number, counted from 1."""

    number: int
    text: str

    @property
    def kind(self) -> str:
        """The record's first sign."""
        return self.text[0]

    def wrong(self, message: str, **params: Any) -> Exception:
        """The refusal of the file because of this line."""
        return refused(message, line=self.number, **params)

    def cents(self, start: int, record: str, *, sign: int | None = None) -> int:
        """An amount of fifteen digits, the last three decimals, from position `start` (1-based); debits negative."""
        digits = self.text[start - 1 : start + 14]
        if not _digits(digits):
            raise self.wrong(N_("Line {line}: “{text}” is no amount (record {record})."),
                             text=digits.strip(), record=record)  # fmt: skip
        if digits[-1] != "0":
            raise self.wrong(N_("Line {line}: the amount {text} has a fraction of a cent."), text=digits)
        if sign is None:
            return int(digits) // 10
        if self.text[sign - 1] not in "01":
            raise self.wrong(N_("Line {line}: “{text}” is no sign, 0 for credit or 1 for debit."),
                             text=self.text[sign - 1])  # fmt: skip
        return int(digits) // 10 * (-1 if self.text[sign - 1] == "1" else 1)

    def field(self, first: int, last: int) -> str:
        """The signs from position `first` to `last`, both included, as the standard counts them: from 1."""
        return self.text[first - 1 : last]

    def day(self, start: int) -> date:
        """A day, ddmmyy, from position `start`."""
        text = self.field(start, start + 5)
        try:
            if not _digits(text):
                raise ValueError(text)
            return datetime.strptime(text, "%d%m%y").date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            raise self.wrong(N_("Line {line}: “{text}” is no date."), text=text) from None

    def sequence(self) -> tuple[int, int]:
        """The number of a movement and of its detail."""
        text = self.text[2:10]
        if not _digits(text):
            raise self.wrong(N_("Line {line}: “{text}” is no movement number."), text=text)
        return int(text[:4]), int(text[4:])


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


_BOMS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def lines_of(data: bytes) -> tuple[list[Line], bool]:
    """The lines of a file, each alone as it must be and in an order that makes sense; whether it was saved in UTF-8."""
    if name := next((name for mark, name in _BOMS.items() if data.startswith(mark)), ""):
        raise refused(N_("This file was saved again in {name}. Send it as the bank gave it."), name=name)
    data = data.removeprefix(b"\xef\xbb\xbf")
    body = data.rstrip(b"\x1a\r\n ")
    if not body:
        raise refused(N_("This file is empty."))
    letters = _encoding(body)
    lines = [_line(number, raw, letters) for number, raw in enumerate(body.split(b"\n"), 1)]
    # What was cut from the end belongs to the last line, when it is its filling.
    if len(lines[-1].text) < WIDTH:
        tail = data[len(body) :].decode("cp1252", "replace").partition("\n")[0].rstrip("\r\x1a")
        lines[-1] = replace(lines[-1], text=lines[-1].text + tail)
    before = ""
    for line in lines:
        _check(line, before)
        before = line.kind
    if before != "9":
        raise lines[-1].wrong(N_("The file ends at line {line}, in the middle of a statement."))
    return lines, letters == "utf-8"


def _encoding(body: bytes) -> str:
    """How the letters are written. Read as UTF-8, when they are that, the lines must have their 128 signs."""
    if body.isascii():
        return "cp1252"
    try:
        lines = [line.rstrip("\r") for line in body.decode("utf-8").split("\n")]
    except UnicodeDecodeError:
        return "cp1252"
    if displaced := next((n for n, line in enumerate(lines[:-1], 1) if len(line) != WIDTH), 0):
        raise refused(
            N_("Line {line}: this file was saved again in UTF-8, which displaced its fields. Send it as the bank gave "
               "it."), line=displaced,
        )  # fmt: skip
    return "utf-8"


def _line(number: int, raw: bytes, letters: str) -> Line:
    try:
        return Line(number, raw.removesuffix(b"\r").decode(letters))
    except UnicodeDecodeError as error:
        at, byte = error.start + 1, f"{raw[error.start]:02X}"
        raise refused(N_("Line {line}: the byte {byte} at position {at} is no letter of Windows-1252."),
                      line=number, byte=byte, at=at) from None  # fmt: skip


def _check(line: Line, before: str) -> None:
    if len(line.text) != WIDTH:
        raise line.wrong(
            N_(
                "Line {line} has {count} sign; a CODA line has 128.",
                "Line {line} has {count} signs; a CODA line has 128.",
            ),
            count=len(line.text),
        )
    if found := re.search(r"[\x00-\x1f\x7f]", line.text):
        raise line.wrong(N_("Line {line}: the byte {byte} at position {at} is no letter of Windows-1252."),
                         byte=f"{ord(found[0]):02X}", at=found.start() + 1)  # fmt: skip
    if not _TYPES.match(line.text):
        raise line.wrong(N_("Line {line}: there is no CODA record “{text}”."), text=line.text[:2])
    if line.kind not in _FOLLOWS[before]:
        raise line.wrong(
            N_("Line {line}: a record {kind} cannot stand here (after “{before}”)."), kind=line.kind, before=before
        )
    if line.kind == "0" and line.text[127] != "2":
        raise line.wrong(N_("Line {line}: version {text} of CODA is not read, only version 2."), text=line.text[127])
    if line.kind == "9" and line.text[127] not in "12":
        raise line.wrong(N_("Line {line}: the last sign says neither that a file follows (1) nor that it ends (2)."))


def statements_of(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of each statement, from its record 0 to its record 9."""
    start = 0
    for index, line in enumerate(lines):
        if line.kind == "9":
            yield lines[start : index + 1]
            start = index + 1
