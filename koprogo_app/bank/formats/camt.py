"""CAMT.053, the statement of ISO 20022 in XML (versions 02 and 08): the whole file or nothing.

`read_camt(data) -> BankFile`. The parser knows no entities, no document type and no network. Balances, totals and
numbers of entries are checked where the file gives them. Only what is booked is a movement. Transactions of a batch are
details and are not counted again; what the bank keeps of a batch for itself is one more detail. Raises Invalid on
`file`, naming the line.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
    account_number,
    none_twice,
    refused,
    squeezed,
)
from koprogo_app.bank.rules.messages import find_ogm
from koprogo_app.foundation.i18n import N_

_SPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d{2})")
_VERSIONS: Final = ("02", "08")
_BOOKED: Final = "BOOK"
_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
_MOST_CENTS: Final = 10**16
_AMOUNTS: Final = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt")
"""Where a transaction may say its amount, the first in euros counts."""
_RETURNS: Final = frozenset({"RRTN", "RPCR", "UPDD", "PRDD", "ARET"})
"""Operations (ISO 20022, sub-families) by which a payment comes back."""
_CHARGES: Final = "CHRG"

Node = Any


def read_camt(data: bytes) -> BankFile:
    """Every statement of a CAMT.053 file. Raises Invalid."""
    root = _root(data)
    statements = []
    remarks: list[Remark] = []
    for node in _all(root, "BkToCstmrStmt/Stmt"):
        statements.append(_statement(node, remarks))
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


def only(data: bytes, wanted: Collection[int]) -> bytes:
    """The file with the statements at these places alone, counted from 0."""
    root = _root(data)
    for n, node in enumerate(_all(root, "BkToCstmrStmt/Stmt")):
        if n not in wanted:
            node.getparent().remove(node)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


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


def _statement(node: Node, remarks: list[Remark]) -> Statement:
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
        movements=[_movement(entry, iban, remarks) for entry in entries],
        line=node.sourceline,
    )
    _check_sums(node, made, new)
    return made


def _check_sums(node: Node, made: Statement, new: Node) -> None:
    if made.old_cents + made.credit_cents - made.debit_cents != made.new_cents:
        raise _wrong(new, N_("Line {line}: old balance and movements do not make the new balance."))
    booked = [m.cents for m in made.movements]
    announced = [_signed(entry) for entry in _all(node, "Ntry") if _status(entry) != _BOOKED]
    for name, side in (("TtlNtries", 0), ("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
        # Banks count what they announce among the entries, or do not.
        sets = [[n for n in cents if n * side >= 0] for cents in (booked, booked + announced)]
        for total in _all(node, f"TxsSummry/{name}"):
            count, amount = _text(total, "NbOfNtries"), _first(total, "Sum")
            if count and count not in {str(len(cents)) for cents in sets}:
                raise _wrong(
                    total, N_("Line {line}: the number of entries ({name}) is not that of the file."), name=name
                )
            if amount is not None and _cents(amount) not in {sum(map(abs, cents)) for cents in sets}:
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the transactions of an entry have in common; `base`: the days, and the code of the operation."""

    node: Node
    iban: str
    cents: int
    base: dict[str, Any]
    own: Movement
    back: bool


def _movement(node: Node, iban: str, remarks: list[Remark]) -> Movement:
    cents, booked = _signed(node), _day(node, "BookgDt")
    value = _day(node, "ValDt") if _first(node, "ValDt") is not None else booked
    base: dict[str, Any] = {"booked_on": booked, "value_on": value, "code": _code(node)}
    own = Movement(cents, text=squeezed(_text(node, "AddtlNtryInf")), reference=_text(node, "AcctSvcrRef"), **base)
    entry = _Entry(node, iban, cents, base, own, _comes_back(node))
    transactions = _all(node, "NtryDtls/TxDtls")
    if not transactions:
        return replace(own, ogm=find_ogm(own.text), returned=entry.back)
    if len(transactions) == 1:
        return _detail(transactions[0], cents, entry, alone=True)
    details = _details(transactions, entry)
    if details is None:
        remarks.append(
            Remark(N_("Line {line}: the transactions of an entry give no amounts in euros; it was taken as one."),
                   {"line": node.sourceline})
        )  # fmt: skip
    return replace(own, details=details or (), returned=entry.back)


def _details(transactions: Sequence[Node], entry: _Entry) -> list[Movement] | None:
    """The transactions of a batch, and what the bank kept for itself; None when they say no sums in euros."""
    amounts = [_amount_of(one, entry.cents) for one in transactions]
    charges = _charges(entry.node, transactions)
    missing = [n for n, cents in enumerate(amounts) if cents is None]
    if len(missing) > 1:
        return None
    known = sum(cents or 0 for cents in amounts)
    if missing:  # in another currency: the rest of the entry, less what the bank kept
        amounts[missing[0]] = entry.cents - known - next(iter(charges), 0)
    details = [
        _detail(one, cents, entry, alone=False) for one, cents in zip(transactions, amounts, strict=True) if cents
    ]
    kept = entry.cents - sum(one.cents for one in details)
    if kept and kept not in charges:
        raise _wrong(entry.node, N_("Line {line}: the transactions of an entry do not add up to it."))
    if kept:
        code = "/".join((*entry.base["code"].split("/")[:2], _CHARGES))
        details.append(replace(entry.own, cents=kept, text="", reference="", **{**entry.base, "code": code}))
    return details


def _charges(entry: Node, transactions: Sequence[Node]) -> list[int]:
    """What the bank may have kept of an entry, negative: as its transactions say, as the entry itself says."""
    said = (sum(_charged(one) for one in transactions), _charged(entry))
    return [cents for cents in dict.fromkeys(said) if cents]


def _charged(node: Node) -> int:
    total = 0
    for record in (*_all(node, "Chrgs/Rcrd"), *[one for one in _all(node, "Chrgs") if _first(one, "Rcrd") is None]):
        amount = _first(record, "Amt")
        if amount is not None and amount.get("Ccy", EURO) == EURO:
            total += _cents(amount) * (1 if _text(record, "CdtDbtInd") == "CRDT" else -1)
    return total


def _amount_of(transaction: Node, entry_cents: int) -> int | None:
    """A transaction of a batch in euros, signed as it says or as its entry is; None when only another currency is."""
    said = [node for path in _AMOUNTS if (node := _first(transaction, path)) is not None]
    if not said:
        raise _wrong(transaction, N_("Line {line}: a transaction of a batch has no amount."))
    euros = next((node for node in said if node.get("Ccy", EURO) == EURO), None)
    if euros is None:
        return None
    side = _text(transaction, "CdtDbtInd")
    out = side == "DBIT" if side else entry_cents < 0
    return -_cents(euros) if out else _cents(euros)


def _comes_back(node: Node) -> bool:
    """Whether an entry or a transaction is the return of an earlier payment."""
    return (
        _text(node, "RvslInd") in ("true", "1")
        or _first(node, "RtrInf") is not None
        or _text(node, "BkTxCd/Domn/Fmly/SubFmlyCd") in _RETURNS
    )


def _detail(node: Node, cents: int, entry: _Entry, *, alone: bool) -> Movement:
    text, ogm = _message(node)
    own = entry.own if alone else None
    back = entry.back or _comes_back(node)
    usual = "Dbtr" if cents > 0 else "Cdtr"
    other = "Cdtr" if cents > 0 else "Dbtr"
    # What comes back names its parties as when it was sent: the payer is the association then.
    sides = [_Side.of(node, name, entry.iban) for name in ((other, usual) if back else (usual, other))]
    party = next((side for side in sides if side.named), sides[0])
    ogm = ogm or (find_ogm(own.text) if own else "") or find_ogm(_text(node, "Refs/EndToEndId"))
    return Movement(
        cents,
        name=party.name,
        iban=party.iban,
        bic=party.bic,
        text=squeezed(f"{text or (own.text if own else '')} {_foreign(node)}"),
        ogm=ogm,
        reference=_text(node, "Refs/AcctSvcrRef") or (own.reference if own else ""),
        ultimate=party.ultimate,
        returned=back or (bool(party.iban or party.name) and party is not sides[0] and sides[0].own),
        **entry.base,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two parties of a transaction; `own` when it is the account of the statement itself."""

    name: str
    iban: str
    bic: str
    ultimate: str
    own: bool

    @property
    def named(self) -> bool:
        """Whether it can be the other side."""
        return not self.own and bool(self.name or self.iban)

    @classmethod
    def of(cls, node: Node, side: str, mine: str) -> "_Side":
        """The debtor (Dbtr) or the creditor (Cdtr)."""
        account, agent = f"RltdPties/{side}Acct/Id", f"RltdAgts/{side}Agt/FinInstnId"
        iban = account_number(_text(node, f"{account}/IBAN") or _text(node, f"{account}/Othr/Id"))
        name, ultimate = _party(node, side), _party(node, f"Ultmt{side}")
        bic = _text(node, f"{agent}/BICFI") or _text(node, f"{agent}/BIC")
        return cls(name, iban, bic, ultimate if ultimate != name else "", iban == mine)


def _party(node: Node, side: str) -> str:
    party = _first(node, f"RltdPties/{side}")
    return "" if party is None else squeezed(_text(party, "Nm") or _text(party, "Pty/Nm"))


def _foreign(node: Node) -> str:
    """The amount that was ordered, when it was in another currency: "USD 540.00"."""
    for path in ("AmtDtls/InstdAmt/Amt", "Amt"):
        if (amount := _first(node, path)) is not None and (currency := amount.get("Ccy", EURO)) != EURO:
            return f"{currency} {(amount.text or '').strip()[:20]}"
    return ""


def _message(node: Node) -> tuple[str, str]:
    """The text of a payment and its structured message, wherever the bank put it."""
    more = [*_all(node, "RmtInf/Ustrd"), *_all(node, "RmtInf/Strd/AddtlRmtInf")]
    free = squeezed(" ".join(n.text or "" for n in more))
    said: list[str] = []
    for ref in _all(node, "RmtInf/Strd/CdtrRefInf/Ref"):
        words = squeezed(ref.text or "")
        ogm = find_ogm(words)
        said.append(f"+++{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}+++" if ogm else words)
    text = squeezed(" ".join([*said, free]))
    return text, find_ogm(text)


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
