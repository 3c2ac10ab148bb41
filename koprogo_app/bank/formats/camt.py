"""CAMT.053, the statement of ISO 20022 in XML (versions 02 and 08): the whole file or nothing.

`read_camt(data) -> BankFile`. The parser knows no entities, no document type and no network. Balances, totals and
numbers of entries are checked where the file gives them; transactions of a batch are details and are not counted
again. Raises Invalid on `file`, naming the line.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lxml import etree

from koprogo_app.bank.formats.statements import (
    EURO,
    BankFile,
    Movement,
    Remark,
    Statement,
    find_ogm,
    none_twice,
    refused,
    squeezed,
)
from koprogo_app.foundation.i18n import N_

_SPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d{2})")
_VERSIONS: Final = ("02", "08")
_BOOKED: Final = "BOOK"
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_MOST_CENTS: Final = 10**16

Node = Any


def read_camt(data: bytes) -> BankFile:
    """Every statement of a CAMT.053 file. Raises Invalid."""
    root = _root(data)
    statements = []
    remarks: list[Remark] = []
    for node in _all(root, "BkToCstmrStmt/Stmt"):
        statements.append(_statement(node))
        if waiting := len([e for e in _all(node, "Ntry") if _status(e) != _BOOKED]):
            remarks.append(
                Remark(N_("Line {line}: {count} announced entry is not booked yet and was left out.",
                          "Line {line}: {count} announced entries are not booked yet and were left out."),
                       {"line": node.sourceline, "count": waiting})
            )  # fmt: skip
    if not statements:
        raise refused(N_("This file holds no statement."))
    none_twice(statements)
    return BankFile("camt", tuple(statements), tuple(remarks))


def _root(data: bytes) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refused(N_("Line {line}: this XML is not well formed."), line=error.lineno or 1) from error
    if root.getroottree().docinfo.doctype:
        raise refused(N_("Line {line}: a statement declares no document type."), line=1)
    found = _SPACE.fullmatch(etree.QName(root).namespace or "")
    if not found:
        raise refused(N_("Line {line}: this XML is no bank statement (CAMT.053)."), line=root.sourceline)
    if found[1] not in _VERSIONS:
        raise refused(N_("Line {line}: version {text} of CAMT.053 is not read, only 02 and 08."),
                      line=root.sourceline, text=found[1])  # fmt: skip
    return root


def _statement(node: Node) -> Statement:
    account = _one(node, "Acct", N_("Line {line}: the statement names no account."))
    iban = _text(account, "Id/IBAN").replace(" ", "").upper()
    if not iban:
        raise _wrong(account, N_("Line {line}: the account has no IBAN."))
    if (currency := _text(account, "Ccy") or EURO) != EURO:
        raise _wrong(account, N_("Line {line}: the account is kept in {currency}; only euros are read."),
                     currency=currency)  # fmt: skip
    old, new = _balance(node, _OPENING), _balance(node, _CLOSING)
    entries = [entry for entry in _all(node, "Ntry") if _status(entry) == _BOOKED]
    made = Statement(
        iban=iban,
        number=_number(node),
        old_cents=_signed(old),
        old_on=_day(old, "Dt"),
        new_cents=_signed(new),
        new_on=_day(new, "Dt"),
        holder=squeezed(_text(account, "Ownr/Nm")),
        bic=_text(account, "Svcr/FinInstnId/BICFI") or _text(account, "Svcr/FinInstnId/BIC"),
        movements=[_movement(entry) for entry in entries],
        line=node.sourceline,
    )
    _check_sums(node, made, new)
    return made


def _check_sums(node: Node, made: Statement, new: Node) -> None:
    if made.old_cents + made.credit_cents - made.debit_cents != made.new_cents:
        raise _wrong(new, N_("Line {line}: old balance and movements do not make the new balance."))
    credits = [m for m in made.movements if m.cents > 0]
    debits = [m for m in made.movements if m.cents < 0]
    for name, moves in (("TtlNtries", made.movements), ("TtlCdtNtries", credits), ("TtlDbtNtries", debits)):
        for total in _all(node, f"TxsSummry/{name}"):
            count, amount = _text(total, "NbOfNtries"), _first(total, "Sum")
            if count and count != str(len(moves)):
                raise _wrong(
                    total, N_("Line {line}: the number of entries ({name}) is not that of the file."), name=name
                )
            if amount is not None and _cents(amount) != sum(abs(m.cents) for m in moves):
                raise _wrong(amount, N_("Line {line}: the total ({name}) is not that of the movements."), name=name)


def _number(node: Node) -> int:
    """The bank's number of the statement within its year: the legal one, else the electronic one."""
    text = _text(node, "LglSeqNb") or _text(node, "ElctrncSeqNb")
    digits = text if re.fullmatch(r"\d{1,9}", text) else ""
    # Some banks put the year before it: 2026012.
    return int(digits[4:] if len(digits) in (7, 8) and digits.startswith("20") else digits or 0)


def _balance(node: Node, kinds: Sequence[str]) -> Node:
    for kind in kinds:
        for balance in _all(node, "Bal"):
            if _text(balance, "Tp/CdOrPrtry/Cd") == kind:
                return balance
    raise _wrong(node, N_("Line {line}: the statement has no {kind} balance."), kind=kinds[0])


def _movement(entry: Node) -> Movement:
    cents, booked = _signed(entry), _day(entry, "BookgDt")
    value = _day(entry, "ValDt") if _first(entry, "ValDt") is not None else booked
    transactions = _all(entry, "NtryDtls/TxDtls")
    base: dict[str, Any] = {"booked_on": booked, "value_on": value, "code": _code(entry)}
    own = Movement(cents, text=squeezed(_text(entry, "AddtlNtryInf")), reference=_text(entry, "AcctSvcrRef"), **base)
    if not transactions:
        return own
    if len(transactions) == 1:
        return _detail(transactions[0], cents, own, base)
    details = [_detail(one, _amount_of(one, cents), None, base) for one in transactions]
    if sum(d.cents for d in details) != cents:
        raise _wrong(entry, N_("Line {line}: the transactions of an entry do not add up to it."))
    return Movement(cents, text=own.text, reference=own.reference, details=details, **base)


def _amount_of(transaction: Node, entry_cents: int) -> int:
    """The amount of one transaction of a batch, signed as it says or as its entry is."""
    node = next(
        (n for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
         if (n := _first(transaction, path)) is not None), None,
    )  # fmt: skip
    if node is None:
        raise _wrong(transaction, N_("Line {line}: a transaction of a batch has no amount."))
    said = _text(transaction, "CdtDbtInd")
    out = said == "DBIT" if said else entry_cents < 0
    return -_cents(node) if out else _cents(node)


def _detail(node: Node, cents: int, own: Movement | None, base: dict[str, Any]) -> Movement:
    other = "Dbtr" if cents > 0 else "Cdtr"
    text, ogm = _message(node)
    party = _first(node, f"RltdPties/{other}")
    name = "" if party is None else _text(party, "Nm") or _text(party, "Pty/Nm")
    account = f"RltdPties/{other}Acct/Id"
    iban = _text(node, f"{account}/IBAN") or _text(node, f"{account}/Othr/Id")
    agent = f"RltdAgts/{other}Agt/FinInstnId"
    return Movement(
        cents,
        name=squeezed(name),
        iban="".join(iban.split()).upper(),
        bic=_text(node, f"{agent}/BICFI") or _text(node, f"{agent}/BIC"),
        text=text or (own.text if own else ""),
        ogm=ogm or (find_ogm(own.text) if own else ""),
        reference=_text(node, "Refs/AcctSvcrRef") or (own.reference if own else ""),
        **base,
    )


def _message(node: Node) -> tuple[str, str]:
    """The text of a payment and its structured message, wherever the bank put it."""
    free = squeezed(" ".join(n.text or "" for n in _all(node, "RmtInf/Ustrd")))
    for ref in _all(node, "RmtInf/Strd/CdtrRefInf/Ref"):
        words = squeezed(ref.text or "")
        if ogm := find_ogm(words):
            return f"+++{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}+++ {free}".strip(), ogm
        free = free or words
    return free, find_ogm(free)


def _code(entry: Node) -> str:
    parts = [_text(entry, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(p for p in parts if p) or _text(entry, "BkTxCd/Prtry/Cd")


def _status(entry: Node) -> str:
    return _text(entry, "Sts/Cd") or _text(entry, "Sts")


def _signed(node: Node) -> int:
    """The amount of a balance or an entry: credits positive."""
    amount = _one(node, "Amt", N_("Line {line}: an amount is missing."))
    side = _text(node, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise _wrong(node, N_("Line {line}: an amount is said to be neither credit nor debit."))
    return _cents(amount) * (1 if side == "CRDT" else -1)


def _cents(node: Node) -> int:
    text = (node.text or "").strip()
    if (currency := node.get("Ccy", EURO)) != EURO:
        raise _wrong(node, N_("Line {line}: an amount is in {currency}; only euros are read."), currency=currency)
    try:
        value = Decimal(text) * 100 if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value != value.to_integral_value() or value >= _MOST_CENTS:
        raise _wrong(node, N_("Line {line}: “{text}” is no amount in euros and cents."), text=text[:40])
    return int(value)


def _day(node: Node, path: str) -> date:
    text = _text(node, f"{path}/Dt") or _text(node, f"{path}/DtTm")[:10]
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _wrong(node, N_("Line {line}: “{text}” is no date."), text=text[:40]) from None


def _wrong(node: Node, message: str, **params: Any) -> Exception:
    return refused(message, line=node.sourceline, **params)


def _all(node: Node, path: str) -> list[Node]:
    space = etree.QName(node).namespace
    return list(node.findall("/".join(f"{{{space}}}{name}" for name in path.split("/"))))


def _first(node: Node, path: str) -> Node | None:
    return next(iter(_all(node, path)), None)


def _one(node: Node, path: str, message: str) -> Node:
    found = _first(node, path)
    if found is None:
        raise _wrong(node, message)
    return found


def _text(node: Node, path: str) -> str:
    found = _first(node, path)
    return "" if found is None else (found.text or "").strip()
