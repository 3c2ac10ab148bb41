"""Posting an entry, and taking one back by its mirror."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.foundation.answers import Hidden, answer
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import require
from koprogo_app.ledger.facts import PostingAccount
from koprogo_app.ledger.model import Entry, Nature
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import check_parties
from koprogo_app.ledger.rules.posting import Draft, DraftLine, check, mirrored


@answer()
@dataclass(frozen=True, slots=True)
class Posted:
    """A posted entry: its journal's code and its number there in that year ("OD", 12)."""

    id: UUID
    journal: str
    number: int
    on: Hidden[date]


async def alone(w: Work, building_id: UUID) -> None:
    """Nobody else posts in these books until the transaction ends: what is read from now on still holds when an entry
    is written. The lock is the one that numbers the entries."""
    await w.execute("select from ledger where building_id = %(b)s for update", b=building_id)


async def post(w: Work, building_id: UUID, draft: Draft) -> Posted:
    """Posts an entry (`ledger.write`). The database numbers it, and seals it when the transaction ends.

    Raises Invalid on the field or line, Conflict when the year is closed, NotFound for an owner of another building.
    """
    book = await books.open_book(w, building_id, "ledger.write")
    if draft.nature is not Nature.ENTRY or draft.reversal_of:
        raise Invalid("nature", N_("Closing entries are made by closing the year."))
    if draft.document_id and not await w.value(
        "select exists (select from documents.document where id = %(d)s and building_id = %(b)s)",
        d=draft.document_id,
        b=building_id,
    ):
        raise Invalid("document", N_("Choose a document of this building."))
    await check_parties(w, building_id, [line.owner_id for line in draft.lines])
    return await write(w, book, draft)


async def write(w: Work, book: books.Book, draft: Draft) -> Posted:
    """Writes any entry of a building whose books the caller may write: checks it and audits it."""
    accounts = await books.posting_accounts(w, book.building_id)
    ready = check(draft, accounts)
    posted = await _insert_entry(w, book, ready)
    await _insert_lines(w, book, posted.id, ready, accounts)
    await audit(
        w,
        "entry.reversed" if ready.reversal_of else "entry.posted",
        "entry",
        posted.id,
        organization_id=book.organization_id,
        building_id=book.building_id,
        after={"journal": posted.journal, "number": posted.number, "date": posted.on, "reason": ready.reason},
    )
    return posted


async def _insert_entry(w: Work, book: books.Book, draft: Draft) -> Posted:
    w.once.clear()
    rows = await w.rows(
        """insert into entry (organization_id, building_id, journal_id, date, label, document_ref, document_date,
                              document_id, nature, reversal_of, reason, user_id)
           select %(o)s, %(b)s, j.id, %(date)s, %(label)s, %(ref)s, %(document_date)s, %(document_id)s, %(nature)s,
                  %(reversal_of)s, %(reason)s, %(user)s
             from journal j where j.building_id = %(b)s and j.code = %(journal)s
        returning id, %(journal)s as journal, number, date as on""",
        Posted,
        o=book.organization_id,
        b=book.building_id,
        journal=draft.journal,
        date=draft.on,
        label=draft.label[:500],
        ref=draft.document_ref[:200],
        document_date=draft.document_date,
        document_id=draft.document_id,
        nature=draft.nature.value,
        reversal_of=draft.reversal_of,
        reason=draft.reason[:500],
        user=w.principal.user_id,
    )
    if not rows:
        raise Invalid("journal", N_("There is no journal {code}."), code=draft.journal)
    return rows[0]


async def _insert_lines(
    w: Work, book: books.Book, entry_id: UUID, draft: Draft, accounts: dict[str, PostingAccount]
) -> None:
    lines = draft.lines
    await w.execute(
        """insert into entry_line (organization_id, building_id, entry_id, position, account_id, debit_cents,
                                   credit_cents, party_kind, owner_id, supplier_id, lot_id, label)
           select %(o)s, %(b)s, %(e)s, t.* from unnest(
             %(position)s::int[], %(account)s::uuid[], %(debit)s::bigint[], %(credit)s::bigint[], %(kind)s::text[],
             %(owner)s::uuid[], %(supplier)s::uuid[], %(lot)s::uuid[], %(label)s::text[]) t""",
        o=book.organization_id,
        b=book.building_id,
        e=entry_id,
        position=list(range(1, len(lines) + 1)),
        account=[accounts[line.account].id for line in lines],
        debit=[max(line.cents, 0) for line in lines],
        credit=[max(-line.cents, 0) for line in lines],
        kind=[line.party_kind.value if line.party_kind else None for line in lines],
        owner=[line.owner_id for line in lines],
        supplier=[line.supplier_id for line in lines],
        lot=[line.lot_id for line in lines],
        label=[line.label.strip()[:500] for line in lines],
    )


async def reverse(w: Work, entry_id: UUID, reason: str, on: date | None = None) -> Posted:
    """Takes an entry back by its mirror (`ledger.write`), on its own day or, when that year is closed, on `on`.

    Raises Conflict when it was reversed before or is itself a reversal, Invalid without a reason.
    """
    original = await w.get(Entry, entry_id)
    require(w, "ledger.write", original.organization_id, original.building_id)
    if original.nature != Nature.ENTRY:
        raise Conflict(N_("Closing entries are taken back by opening the year again."))
    return await write_reversal(w, original, reason, on or original.date)


async def write_reversal(w: Work, original: Entry, reason: str, on: date) -> Posted:
    """Writes the mirror of any entry, in its journal, and undoes the matching of its lines."""
    if not reason.strip():
        raise Invalid("reason", N_("Say why this entry is taken back."))
    if original.reversal_of:
        raise Conflict(N_("This entry already takes back another. Post a new one instead."))
    book = await books.open_book(w, original.building_id, "ledger.write")
    journal = await w.value("select code from journal where id = %(j)s", j=original.journal_id)
    await w.execute(
        """delete from matching where id in (select m.matching_id from matching_line m
             join entry_line l on l.id = m.line_id where l.entry_id = %(e)s)""",
        e=original.id,
    )
    draft = Draft(
        journal=journal,
        on=on,
        document_ref=original.document_ref,
        document_date=original.document_date,
        document_id=original.document_id,
        label=original.label,
        lines=mirrored(await entry_lines(w, original.id)),
        nature=Nature(original.nature),
        reversal_of=original.id,
        reason=reason.strip(),
    )
    return await write(w, book, draft)


async def entry_lines(w: Work, entry_id: UUID) -> list[DraftLine]:
    """The lines of an entry as they were drafted."""
    return await w.rows(
        """select a.code as account, l.debit_cents - l.credit_cents as cents, l.owner_id, l.supplier_id, l.lot_id,
                  l.label from entry_line l join account a on a.id = l.account_id
            where l.entry_id = %(e)s order by l.position""",
        DraftLine,
        e=entry_id,
    )
