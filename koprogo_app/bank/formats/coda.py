"""CODA, the Belgian banks' statement file (Febelfin, version 2): the whole file or nothing.

`read_coda(data) -> BankFile`. The lines are checked one by one (coda_lines) and as a whole here: old balance plus
movements is the new balance, totals and number of records are those of the trailer, movements are numbered in their
order, details of a globalised movement add up to it and are not counted again. Fields are cut at the positions that the
standard prints, counted from 1: `line.field(first, last)`. Raises Invalid on `file`, naming the line.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from koprogo_app.bank.formats.coda_lines import NO_DAY, Line, lines_of, statements_of
from koprogo_app.bank.formats.statements import (
    EURO,
    BankFile,
    Movement,
    Remark,
    Statement,
    account_number,
    none_twice,
    squeezed,
)
from koprogo_app.bank.rules.messages import find_ogm, valid_ogm
from koprogo_app.foundation.i18n import N_

_RF: Final = "100"
_OGM: Final = "101"
_WRONG_OGM: Final = "102"
_DIRECT_DEBIT: Final = "127"
_NAME: Final = "001"
_ULTIMATE: Final = {True: "009", False: "008"}
"""The record that names on whose behalf money comes in (True), or for whom it goes out in the end."""
_RETURNS: Final = frozenset({"0154", "0254", "4154", "0199", "0299", "4199", "0554", "0556", "0558"})
"""Family and operation of money that comes back: an order that could not be carried out, or is taken back."""
_BELOW_DETAIL: Final = "9"
"""A detail of a detail: it breaks down what breaks down a movement already."""


def read_coda(data: bytes) -> BankFile:
    """Every statement of a CODA file. Raises Invalid."""
    lines, saved_again = lines_of(data)
    statements = tuple(_statement(part) for part in statements_of(lines))
    none_twice(statements)
    remarks = []
    if saved_again:
        remarks.append(
            Remark(N_("This file was saved again in UTF-8, and read so. Better send it as the bank gave it."))
        )
    if lines[-1].text[127] == "1":
        remarks.append(Remark(N_("The bank announces a further statement after the last one; it is not in this file.")))
    remarks += [
        Remark(N_("Line {line}: the bank marks this statement as a copy."), {"line": line.number})
        for line in lines
        if line.kind == "0" and line.text[16] == "D"
    ]
    return BankFile("coda", statements, tuple(remarks))


def only(data: bytes, wanted: Collection[int]) -> bytes:
    """The file with the statements at these places alone, counted from 0."""
    lines, _ = lines_of(data)
    kept = [part for n, part in enumerate(statements_of(lines)) if n in wanted]
    texts = [[line.text for line in part] for part in kept]
    for n, part in enumerate(texts, 1):  # a further statement follows, or none
        part[-1] = part[-1][:127] + ("2" if n == len(texts) else "1")
    return "".join(f"{text}\r\n" for part in texts for text in part).encode("cp1252", "replace")


@dataclass(slots=True)
class _Move:
    """A movement or a detail of one: its record 21, number and amount, and what its records 22 and 23 add."""

    line: Line
    sequence: int
    detail: int
    cents: int
    communication: str
    reference: str = ""
    bic: str = ""
    account: str = ""
    name: str = ""
    details: list["_Move"] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.line.text[2:10]


def _statement(lines: list[Line]) -> Statement:
    old, new = _balances(lines)
    moves = list(_moves(lines))
    _check_sums(lines, old, new, moves)
    said = _information(lines)
    head, one = lines[0], lines[1]
    last = next((line for line in lines if line.kind == "8"), None)
    old_on, number = one.day(59), one.field(126, 128)
    return Statement(
        iban=_iban(one),
        number=int(number) if number.isascii() and number.isdigit() else 0,
        old_cents=old,
        old_on=old_on,
        new_cents=new,
        new_on=last.day(58) if last else old_on,
        holder=squeezed(one.field(65, 90)),
        bic=head.field(61, 71).strip(),
        movements=[_movement(move, said) for move in moves],
        line=head.number,
    )


def _balances(lines: list[Line]) -> tuple[int, int]:
    """Old and new balance; without a record 8 nothing moved."""
    head, one = lines[0], lines[1]
    head.day(6)
    if one.text[1] not in "0123":
        raise one.wrong(N_("Line {line}: “{text}” is no kind of account number."), text=one.text[1])
    one.day(59)
    old = one.cents(44, "1", sign=43)
    _check_currency(one)
    last = next((line for line in lines if line.kind == "8"), None)
    if last is None:
        return old, old
    last.day(58)
    if last.text[4:41] != one.text[5:42]:
        raise last.wrong(N_("Line {line}: the statement ends with another account than it begins with."))
    return old, last.cents(43, "8", sign=42)


def _check_currency(line: Line) -> None:
    currency = line.text[18:21] if line.text[1] == "0" else line.text[39:42]
    if currency != EURO:
        raise line.wrong(N_("Line {line}: the account is kept in {currency}; only euros are read."),
                         currency=currency.strip() or "?")  # fmt: skip


def _moves(lines: list[Line]) -> Iterator[_Move]:
    """Movements with their details, from the records 21; 22, 23 and 3x belong to the one before them."""
    current: _Move | None = None
    move: _Move | None = None
    last: tuple[int, int] = (0, -1)
    article = ""
    for line in lines:
        if line.kind not in "23":
            continue
        at = line.sequence()
        if line.text[:2] == "21":
            move = _read_move(line, at)
            if at <= last:
                raise line.wrong(N_("Line {line}: movement {number} comes after {before}."),
                                 number=_number(at), before=_number(last))  # fmt: skip
            if not move.detail:
                if current:
                    yield current
                current = move
            elif current is None or current.sequence != move.sequence:
                raise line.wrong(N_("Line {line}: detail {number} has no movement before it."), number=_number(at))
            elif line.text[53] != _BELOW_DETAIL:
                current.details.append(move)
            last = at
        else:
            _check_continuation(line, at, last, article)
            if line.kind == "2":
                _continue(move, line)
        article = line.text[:2]
    if current:
        yield current


def _read_move(line: Line, at: tuple[int, int]) -> _Move:
    if line.field(48, 53) not in NO_DAY:
        line.day(48)
    line.day(116)
    kind = line.text[53]
    if (kind in "0123") != (at[1] == 0) or kind not in "01235678" + _BELOW_DETAIL:
        raise line.wrong(N_("Line {line}: kind {kind} does not fit movement {number}."), kind=kind, number=_number(at))
    return _Move(line, *at, line.cents(33, "21", sign=32), line.field(62, 115))


def _continue(move: _Move | None, line: Line) -> None:
    """What a record 22 or 23 adds to the movement or detail before it."""
    if move is None:
        return
    if line.text[1] == "2":
        move.communication += line.field(11, 63)
        move.reference, move.bic = line.field(64, 98), line.field(99, 109)
    else:
        move.communication += line.field(83, 125)
        move.account, move.name = line.field(11, 47), line.field(48, 82)


def _check_continuation(line: Line, at: tuple[int, int], last: tuple[int, int], article: str) -> None:
    same = at == last if line.kind == "2" else at[0] == last[0]
    first = {"22": ("21",), "23": ("21", "22"), "32": ("31",), "33": ("32",)}.get(line.text[:2])
    if not same or last[1] < 0 or (first and article not in first):
        raise line.wrong(N_("Line {line}: record {kind} continues nothing."), kind=line.text[:2])


def _number(at: tuple[int, int]) -> str:
    return f"{at[0]:04}" if not at[1] else f"{at[0]:04}/{at[1]:04}"


def _check_sums(lines: list[Line], old: int, new: int, moves: Sequence[_Move]) -> None:
    for move in moves:
        if move.details and sum(d.cents for d in move.details) != move.cents:
            raise move.line.wrong(N_("Line {line}: the details of movement {number} do not add up to it."),
                                  number=_number((move.sequence, 0)))  # fmt: skip
    credit = sum(m.cents for m in moves if m.cents > 0)
    debit = -sum(m.cents for m in moves if m.cents < 0)
    if old + credit - debit != new:
        line = next((one for one in lines if one.kind == "8"), lines[1])
        raise line.wrong(N_("Line {line}: old balance and movements do not make the new balance."))
    trailer = lines[-1]
    if trailer.cents(23, "9") != debit:
        raise trailer.wrong(N_("Line {line}: the total of debits is not that of the movements."))
    if trailer.cents(38, "9") != credit:
        raise trailer.wrong(N_("Line {line}: the total of credits is not that of the movements."))
    count = trailer.text[16:22]
    if not (count.isascii() and count.isdigit()) or int(count) != sum(line.kind in "1238" for line in lines):
        raise trailer.wrong(N_("Line {line}: the number of records is not that of the file."))


def _iban(line: Line) -> str:
    """The account's number; an old Belgian one of twelve digits as the IBAN it became."""
    kind = line.text[1]
    plain = "".join(line.field(6, {"0": 17, "2": 36}.get(kind, 39)).split()).upper()
    if kind != "0":
        return plain
    if len(plain) != 12 or not plain.isdigit():
        raise line.wrong(N_("Line {line}: “{text}” is no Belgian account number."), text=plain)
    # The check digits of an IBAN (ISO 7064, mod 97-10) of “BE00” and the account.
    return f"BE{98 - int(plain + '111400') % 97:02}{plain}"


def _information(lines: list[Line]) -> dict[str, list[tuple[str, str]]]:
    """What records 31 to 33 add, by the number of the movement or detail before them: (kind, text)."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    owner = ""
    for line in lines:
        text = line.text
        if text[:2] == "21":
            owner = text[2:10]
        elif text[:2] == "31":
            kind, start = (text[40:43], 43) if text[39] == "1" else ("", 40)
            said[owner].append((kind, text[start:113]))
        elif text[:2] in ("32", "33") and said[owner]:
            kind, before = said[owner][-1]
            said[owner][-1] = (kind, before + text[10 : 115 if text[1] == "2" else 100])
    return said


def _movement(move: _Move, said: dict[str, list[tuple[str, str]]]) -> Movement:
    line = move.line
    ogm, text = _communication(move.communication)
    names = [words[:70] for about, words in said[move.key] if about == _NAME]
    behind = [words[:70] for about, words in said[move.key] if about == _ULTIMATE[move.cents > 0]]
    reference = squeezed(move.reference)
    if not text and reference != "NOTPROVIDED":
        text = reference
    more = [squeezed(words) for about, words in said[move.key] if not about]
    booked = line.day(116)
    return Movement(
        cents=move.cents,
        booked_on=booked,
        value_on=booked if line.field(48, 53) in NO_DAY else line.day(48),
        name=squeezed(move.name) or squeezed(names[0] if names else ""),
        # Its number stands before the currency, at most 34 signs.
        iban=account_number(move.account[:34]),
        bic=move.bic.strip(),
        text=squeezed(" ".join(part for part in (text, *more) if part)),
        ogm=ogm,
        code=line.field(54, 61),
        reference=squeezed(line.field(11, 31)),
        ultimate=squeezed(behind[0] if behind else ""),
        returned=line.field(55, 58) in _RETURNS,
        details=[_movement(detail, said) for detail in move.details],
    )


def _communication(field: str) -> tuple[str, str]:
    """(valid structured message, text as a person reads it). Its first sign tells whether a kind of three follows."""
    kind = field[1:4] if field[0] == "1" else ""
    body = field[4:] if kind else field[1:]
    if kind in (_OGM, _WRONG_OGM):
        digits = body[:12]
        good = kind == _OGM and valid_ogm(digits)
        rest = squeezed(body[12:])
        shown = f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
        return digits if good else "", f"{shown} {rest}".strip()
    if kind == _DIRECT_DEBIT:
        # Day, type, scheme, reason of refusal, creditor (35) and mandate (35) come first, then 62 signs for the payer.
        text = squeezed(body[79:141])
        return find_ogm(text), text or squeezed(body[44:79])
    text = squeezed(body)
    if kind == _RF:
        return "", text
    return find_ogm(text), text
