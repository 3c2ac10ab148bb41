"""Opening a ledger, and the chart, journals, years and suppliers that belong to it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import LANGS, N_
from koprogo_app.foundation.lawful import heed
from koprogo_app.foundation.model import span
from koprogo_app.foundation.numbers import read_enterprise_number, read_iban
from koprogo_app.identity.access import require
from koprogo_app.law import accounts as law
from koprogo_app.law.calendar import add_months, add_years
from koprogo_app.ledger.model import Account, FiscalYear, Journal, JournalKind, Ledger, Supplier
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.rules.chart import JOURNALS, ChartAccount, chart

_LONGEST_YEAR: Final = 24
"""Months. The decree sets no limit; longer than two years is a typing error."""


async def open_ledger(
    w: Work, building_id: UUID, *, simplified: bool = False, first_day: date | None = None
) -> books.Book:
    """Opens a building's accounts: its chart, its journals and its first financial year.

    `first_day` begins that year (default: the building's own year in which today lies). `simplified` takes the short
    chart, which the decree allows under twenty main lots.
    """
    book = await books.book(w, building_id, "ledger.write")
    if book.opened:
        raise Conflict(N_("The accounts of this building are open already."))
    if simplified:
        heed(law.simplified_refusal(await books.main_lots(w, building_id)))
    await w.add(Ledger(building_id=building_id, organization_id=book.organization_id, simplified=simplified))
    await _seed_accounts(w, book, chart(simplified))
    await _seed_journals(w, book)
    start = first_day or _year_start(book, w.today)
    await _add_year(w, book, start, add_years(start, 1) - timedelta(days=1))
    await _audited(w, book, "ledger.opened", "ledger", building_id, {"simplified": simplified, "first_day": start})
    return await books.book(w, building_id)


def _year_start(book: books.Book, today: date) -> date:
    """First day of the building's financial year in which `today` lies; 29 February falls back to the 28th."""
    for year in (today.year, today.year - 1):
        start = add_years(date(2000, book.fiscal_month, 1), year - 2000)
        last = add_months(start, 1) - timedelta(days=1)
        start = start.replace(day=min(book.fiscal_day, last.day))
        if start <= today:
            return start
    raise AssertionError("the year before always begins before today")


async def _seed_accounts(w: Work, book: books.Book, wanted: tuple[ChartAccount, ...]) -> None:
    columns = ("code", "label_fr", "label_nl", "label_de", "label_en", "kind", "origin", "party")
    await w.execute(
        f"""insert into account (organization_id, building_id, {", ".join(columns)})
            select %(o)s, %(b)s, t.* from unnest({", ".join(f"%({c})s::text[]" for c in columns)}) t""",
        o=book.organization_id,
        b=book.building_id,
        **{column: [str(getattr(a, column)) for a in wanted] for column in columns},
    )


async def _seed_journals(w: Work, book: books.Book) -> None:
    for journal in JOURNALS:
        await w.execute(
            """insert into journal (organization_id, building_id, code, kind, name, account_id)
               values (%(o)s, %(b)s, %(code)s, %(kind)s, '',
                       (select id from account where building_id = %(b)s and code = %(account)s))""",
            o=book.organization_id,
            b=book.building_id,
            code=journal.code,
            kind=journal.kind.value,
            account=journal.account,
        )


async def add_account(w: Work, building_id: UUID, code: str, labels: Mapping[str, str]) -> Account:
    """Adds an account of the association's own below one of the chart; it takes its heading's kind and rules.

    `labels` by language; French falls back to any that is given. Raises Invalid, AgainstTheLaw.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    code = code.strip().replace(" ", "").replace(".", "")
    existing = {row.code: row for row in await books.accounts(w, building_id)}
    heed(law.own_account_refusal(code, existing))
    parent = existing[law.parent_code(code, existing)]
    row = await w.add(
        Account.model_validate(
            {
                "organization_id": book.organization_id,
                "building_id": building_id,
                "code": code,
                "kind": parent.kind,
                "party": parent.party,
                "origin": "own",
                **_labels(labels),
            }
        )
    )
    await _audited(w, book, "account.created", "account", row.id, {"code": code})
    return row


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    clean = {lang: labels.get(lang, "").strip()[:200] for lang in LANGS}
    known = next((text for text in clean.values() if text), "")
    if not known:
        raise Invalid("label", N_("Give the account a name."))
    return {f"label_{lang}": text or known for lang, text in clean.items()}


async def rename_account(w: Work, account_id: UUID, labels: Mapping[str, str]) -> Account:
    """Renames an account of the association's own; those of the chart keep their names (the database refuses)."""
    row = await w.get(Account, account_id)
    book = await books.open_book(w, row.building_id, "ledger.write")
    before = row.model_dump()
    for name, value in _labels({**{lang: getattr(row, f"label_{lang}") for lang in LANGS}, **labels}).items():
        setattr(row, name, value)
    await w.add(row)
    await _audited(w, book, "account.updated", "account", row.id, row.model_dump(), before)
    return row


async def archive_account(w: Work, account_id: UUID, *, used: bool) -> Account:
    """Takes an account out of use, or back into it; its entries stay."""
    row = await w.get(Account, account_id)
    book = await books.open_book(w, row.building_id, "ledger.write")
    row.archived_at = None if used else w.now
    await w.add(row)
    await _audited(w, book, "account.restored" if used else "account.archived", "account", row.id, {"code": row.code})
    return row


async def add_journal(
    w: Work, building_id: UUID, code: str, kind: JournalKind, name: str, account: str = ""
) -> Journal:
    """Adds a journal; a bank or cash journal names the account (53x, 55x, 57) whose movements it holds."""
    book = await books.open_book(w, building_id, "ledger.write")
    if not re.fullmatch(r"[A-Z0-9]{2,6}", code.strip().upper()):
        raise Invalid("code", N_("A journal's code has two to six letters or digits."))
    money = kind in (JournalKind.BANK, JournalKind.CASH)
    chosen = (await books.posting_accounts(w, building_id)).get(account)
    if money and (chosen is None or not account.startswith(law.MONEY_ACCOUNTS)):
        raise Invalid("account", N_("Choose the bank or cash account of this journal."))
    row = await w.add(
        Journal(
            organization_id=book.organization_id,
            building_id=building_id,
            code=code.strip().upper(),
            kind=kind,
            name=name.strip()[:100],
            account_id=chosen.id if money and chosen else None,
        )
    )
    await _audited(w, book, "journal.created", "journal", row.id, {"code": row.code})
    return row


async def add_year(w: Work, building_id: UUID, last_day: date | None = None) -> FiscalYear:
    """Opens the financial year that follows the last one: a year long, or until `last_day`."""
    book = await books.open_book(w, building_id, "ledger.write")
    existing = await books.years(w, building_id)
    start = existing[-1].end + timedelta(days=1) if existing else _year_start(book, w.today)
    row = await _add_year(w, book, start, last_day or add_years(start, 1) - timedelta(days=1))
    await _audited(w, book, "fiscal_year.opened", "fiscal_year", row.id, {"first_day": start})
    return row


async def _add_year(w: Work, book: books.Book, start: date, end: date) -> FiscalYear:
    if end < start:
        raise Invalid("last_day", N_("A financial year ends after it begins."))
    if end >= add_months(start, _LONGEST_YEAR):
        raise Invalid("last_day", N_("A financial year lasts at most {months} months."), months=_LONGEST_YEAR)
    return await w.add(
        FiscalYear(
            organization_id=book.organization_id,
            building_id=book.building_id,
            period=span(start, end + timedelta(days=1)),
        )
    )


async def add_supplier(
    w: Work, organization_id: UUID, name: str, *, enterprise_number: str = "", iban: str = ""
) -> Supplier:
    """Adds a supplier of the organisation; its enterprise number and its account number are checked."""
    require(w, "ledger.write", organization_id)
    if not name.strip():
        raise Invalid("name", N_("Give the supplier's name."))
    row = await w.add(
        Supplier(
            organization_id=organization_id,
            name=name.strip()[:200],
            enterprise_number=read_enterprise_number(enterprise_number) if enterprise_number.strip() else None,
            iban=read_iban(iban) if iban.strip() else "",
        )
    )
    await audit(w, "supplier.created", "supplier", row.id, organization_id=organization_id, after={"name": row.name})
    return row


async def supplier_alone(w: Work, supplier_id: UUID) -> Supplier:
    """A supplier, as it stands, kept from other writers until the transaction ends. Raises NotFound."""
    row = await w.get(Supplier, supplier_id)
    await w.value("select 1 from supplier where id = %(s)s for update", s=supplier_id)
    await w.session.refresh(row)
    return row


async def _audited(
    w: Work,
    book: books.Book,
    action: str,
    entity: str,
    entity_id: UUID,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    await audit(
        w,
        action,
        entity,
        entity_id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        before=before,
        after=after,
    )
