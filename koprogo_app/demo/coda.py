"""Writes CODA files (Febelfin, version 2), as a bank would send them: for the demo and for the tests of reading them.

    statement = paid_in("BE68539007547034", "ACP Les Tilleuls", 12, 100_000, date(2026, 3, 18), payments)
    data = write([statement])

Texts are cut to their fields; signs that Windows-1252 does not have become question marks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from koprogo_app.bank.formats.statements import Movement, Statement

TRANSFER_IN: Final = "00150000"
TRANSFER_OUT: Final = "00101000"
COSTS: Final = "08037000"
_SIMPLE, _GLOBAL, _DETAIL = "0", "1", "5"


@dataclass(frozen=True, slots=True)
class Payment:
    """What a movement is made of; `cents` is positive when it comes in. `ogm`: twelve digits."""

    on: date
    cents: int
    name: str = ""
    iban: str = ""
    ogm: str = ""
    text: str = ""
    code: str = ""


def paid_in(
    iban: str,
    holder: str,
    number: int,
    old_cents: int,
    old_on: date,
    payments: Sequence[Payment],
    bic: str = "NAPSBEB1",
) -> Statement:
    """A statement with these payments in the order of their days; it ends on the last one's day."""
    moves = [
        Movement(
            cents=p.cents, booked_on=p.on, value_on=p.on, name=p.name, iban=p.iban, ogm=p.ogm,
            text="" if p.ogm else p.text, reference=f"REF{number:06}{place:04}",
            code=p.code or (TRANSFER_IN if p.cents > 0 else TRANSFER_OUT),
        )
        for place, p in enumerate(sorted(payments, key=lambda p: p.on), 1)
    ]  # fmt: skip
    return Statement(
        iban=iban, number=number, old_cents=old_cents, old_on=old_on, new_cents=old_cents + sum(m.cents for m in moves),
        new_on=moves[-1].booked_on if moves else old_on, holder=holder, bic=bic, movements=moves,
    )  # fmt: skip


def write(statements: Sequence[Statement], *, end: str = "\r\n") -> bytes:
    """The file with these statements, its lines ended by `end`."""
    lines = [line for place, one in enumerate(statements, 1) for line in _statement(one, last=place == len(statements))]
    return (end.join(lines) + end).encode("cp1252", "replace")


def _statement(one: Statement, *, last: bool) -> Iterator[str]:
    records = [_old(one)]
    for sequence, move in enumerate(one.movements, 1):
        records += _movement(one, move, sequence, 0, _GLOBAL if move.details else _SIMPLE)
        for detail, part in enumerate(move.details, 1):
            records += _movement(one, part, sequence, detail, _DETAIL)
    records.append(_new(one))
    yield _line((2, "0000"), (6, f"{one.new_on:%d%m%y}"), (12, "05005"), (25, "KOPROGO"), (35, one.holder[:26]),
                (61, one.bic[:11]), (72, "00000000000"), (84, "00000"), (128, "2"), kind="0")  # fmt: skip
    yield from records
    yield _line((17, f"{len(records):06}"), (23, _amount(one.debit_cents)), (38, _amount(one.credit_cents)),
                (128, "2" if last else "1"), kind="9")  # fmt: skip


def _old(one: Statement) -> str:
    kind = "2" if one.iban.startswith("BE") else "3"
    return _line((2, kind), (3, f"{one.number:03}"), (6, one.iban), (40, one.currency), (43, _sign(one.old_cents)),
                 (44, _amount(one.old_cents)), (59, f"{one.old_on:%d%m%y}"), (65, one.holder[:26]),
                 (126, f"{one.number:03}"), kind="1")  # fmt: skip


def _new(one: Statement) -> str:
    return _line((2, f"{one.number:03}"), (5, one.iban), (39, one.currency), (42, _sign(one.new_cents)),
                 (43, _amount(one.new_cents)), (58, f"{one.new_on:%d%m%y}"), (128, "0"), kind="8")  # fmt: skip


def _movement(one: Statement, move: Movement, sequence: int, detail: int, kind: str) -> list[str]:
    at = (3, f"{sequence:04}{detail:04}")
    said = "1101" + move.ogm if move.ogm else "0" + move.text
    said = said[:150].ljust(150)
    code = kind + (move.code or TRANSFER_IN)[1:]
    party = bool(move.iban or move.name or said[107:].strip())
    more = bool(party or move.bic or said[54:].strip())
    lines = [
        _line((2, "1"), at, (11, move.reference[:21]), (32, _sign(move.cents)), (33, _amount(move.cents)),
              (48, f"{move.value_on:%d%m%y}"), (54, code), (62, said[:54]), (116, f"{move.booked_on:%d%m%y}"),
              (122, f"{one.number:03}"), (125, "1" if move.details else "0"), (126, "1" if more else "0"),
              (128, "0"), kind="2")
    ]  # fmt: skip
    if more:
        lines.append(
            _line((2, "2"), at, (11, said[54:107]), (99, move.bic[:11]), (126, "1" if party else "0"), (128, "0"),
                  kind="2")
        )  # fmt: skip
    if party:
        lines.append(
            _line((2, "3"), at, (11, move.iban[:34]), (45, "EUR"), (48, move.name[:35]), (83, said[107:]), (126, "0"),
                  (128, "0"), kind="2")
        )  # fmt: skip
    return lines


def _line(*fields: tuple[int, str], kind: str) -> str:
    """A record: each text at its position, counted from 1, the rest blank."""
    signs = [kind] + [" "] * 127
    for start, text in fields:
        signs[start - 1 : start - 1 + len(text)] = text
    return "".join(signs)


def _sign(cents: int) -> str:
    return "1" if cents < 0 else "0"


def _amount(cents: int) -> str:
    return f"{abs(cents):014}0"
