"""Writes CAMT.053 files, versions 02 and 08, for the tests of reading them."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from koprogo_app.bank.formats.statements import Movement, Statement


def write(statements: Sequence[Statement], version: str = "08") -> bytes:
    body = "\n".join(_statement(one, version) for one in statements)
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-01-01T00:00:00</CreDtTm></GrpHdr>\n{body}\n</BkToCstmrStmt></Document>\n"
    ).encode()


def _money(tag: str, cents: int) -> str:
    side = "DBIT" if cents < 0 else "CRDT"
    return f'<{tag} Ccy="EUR">{abs(cents) // 100}.{abs(cents) % 100:02}</{tag}>\n<CdtDbtInd>{side}</CdtDbtInd>'


def _balance(kind: str, cents: int, on: object) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{_money('Amt', cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _statement(one: Statement, version: str) -> str:
    bic = "BICFI" if version == "08" else "BIC"
    total = f"<NbOfNtries>{len(one.movements)}</NbOfNtries><Sum>{_plain(one.credit_cents + one.debit_cents)}</Sum>"
    ins = sum(m.cents > 0 for m in one.movements)
    return (
        f"<Stmt><Id>S{one.number}</Id><ElctrncSeqNb>{one.number}</ElctrncSeqNb><CreDtTm>2026-01-01T00:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{one.iban}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>{escape(one.holder)}</Nm></Ownr>"
        f"<Svcr><FinInstnId><{bic}>{one.bic}</{bic}></FinInstnId></Svcr></Acct>\n"
        f"{_balance('OPBD', one.old_cents, one.old_on)}\n{_balance('CLBD', one.new_cents, one.new_on)}\n"
        f"<TxsSummry><TtlNtries>{total}</TtlNtries><TtlCdtNtries><NbOfNtries>{ins}</NbOfNtries>"
        f"<Sum>{_plain(one.credit_cents)}</Sum></TtlCdtNtries></TxsSummry>\n"
        + "\n".join(_entry(m, version) for m in one.movements)
        + "</Stmt>"
    )


def _plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _entry(m: Movement, version: str) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version == "08" else "<Sts>BOOK</Sts>"
    inside = "".join(_transaction(d, version, batch=True) for d in m.details) or _transaction(m, version, batch=False)
    return (
        f"<Ntry>{_money('Amt', m.cents)}{status}<BookgDt><Dt>{m.booked_on}</Dt></BookgDt>"
        f"<ValDt><Dt>{m.value_on}</Dt></ValDt><AcctSvcrRef>{escape(m.reference)}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>{escape(m.code)}</Cd></Prtry></BkTxCd><NtryDtls>{inside}</NtryDtls></Ntry>"
    )


def _transaction(m: Movement, version: str, *, batch: bool) -> str:
    other, bic = "Dbtr" if m.cents > 0 else "Cdtr", "BICFI" if version == "08" else "BIC"
    name = f"<Pty><Nm>{escape(m.name)}</Nm></Pty>" if version == "08" else f"<Nm>{escape(m.name)}</Nm>"
    if m.ogm:
        said = (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr></Tp>"
            f"<Ref>{m.ogm}</Ref></CdtrRefInf></Strd>"
        )
    else:
        said = f"<Ustrd>{escape(m.text)}</Ustrd>"
    amount = (
        "" if not batch else _money("Amt", m.cents) if version == "08"
        else f"<AmtDtls><TxAmt>{_money('Amt', m.cents).split(chr(10))[0]}</TxAmt></AmtDtls>"
    )  # fmt: skip
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{escape(m.reference)}</AcctSvcrRef></Refs>{amount}"
        f"<RltdPties><{other}>{name}</{other}><{other}Acct><Id><IBAN>{m.iban}</IBAN></Id></{other}Acct></RltdPties>"
        f"<RltdAgts><{other}Agt><FinInstnId><{bic}>{m.bic}</{bic}></FinInstnId></{other}Agt></RltdAgts>"
        f"<RmtInf>{said}</RmtInf></TxDtls>"
    )
