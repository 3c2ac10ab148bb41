"""The yearly statements of charges go out, one to each co-owner: filed, mailed to who has an address, or to print.

- `ask(w, building_id, year, mail=True) -> Run` — a job does it; its run tells how far it is, and then has the file
  to print (of all statements, when every one went by mail)
- `sending_status(w, building_id, year) -> SendingStatus` — whether they can go out, and which did
- `send(bundle_id, building_id, year, mail)` — the job
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.drawn import ask_paper, keep_paper, paper_asked
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.model import Owner
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation import runs
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict, NotFound
from koprogo_app.foundation.i18n import N_, day, money, tr
from koprogo_app.foundation.lawful import as_conflict
from koprogo_app.foundation.mail import Attached, file_name, queue_mail
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.report import report_html
from koprogo_app.foundation.principal import Principal
from koprogo_app.foundation.runs import Progress
from koprogo_app.foundation.storage import key_of, store
from koprogo_app.law.retention import Paper
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.books import YearRow
from koprogo_app.ledger.service.papers import chosen_year
from koprogo_app.settings import settings
from koprogo_app.statements.model import SentStatement
from koprogo_app.statements.queries.sent import SentRow, sent_statements
from koprogo_app.statements.queries.settlement import SettlementRow
from koprogo_app.statements.queries.statement import PersonRow
from koprogo_app.statements.service.paying import credit_texts, transfers
from koprogo_app.statements.service.statement import Statement, yearly
from koprogo_app.statements.service.statement_papers import owner_charges
from koprogo_app.statements.service.unborne import unborne

Draw = Callable[[Sequence[str]], Awaitable[list[bytes]]]
_OPEN: Final = N_("Close the financial year first: until then its charges may still change.")
STATEMENTS: Final = "statements.send"
_AT_ONCE: Final = 8
"""Statements drawn between two words on how far the job is."""


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """How it stands with a year's statements: whether the year is closed, what went out, the job under way or done."""

    year: YearRow
    closed: bool
    sent: list[SentRow]
    left: int
    """How many co-owners have none yet."""
    job: Run | None
    booked: SettlementRow | None = None
    """The booking that they tell of."""

    @property
    def status(self) -> str:
        """Whether the job still goes on."""
        return self.job.status if self.job else "done"

    @property
    def mailed(self) -> int:
        return sum(one.sent_how == "mail" for one in self.sent)

    @property
    def at(self) -> datetime | None:
        """When the last of them went out."""
        return max((one.at for one in self.sent), default=None)


async def sending_status(w: Work, building_id: UUID, year: str) -> SendingStatus:
    """How it stands with a year's statements (`calls.write`). Raises NotFound, Forbidden."""
    found = await _year(w, building_id, year)
    if found.closed_at is None:
        return SendingStatus(found, False, [], 0, None)
    statement = await yearly(w, building_id, year)
    sent = await sent_statements(w, found, _settlement(statement))
    left = {one.owner_id for one in statement.owners()} - {one.owner_id for one in sent}
    job = await paper_asked(w, STATEMENTS, _named(statement))
    return SendingStatus(found, True, sent, len(left), job, statement.booked)


async def ask(w: Work, building_id: UUID, year: str, *, mail: bool = True) -> Run:
    """Has the statements of a closed year sent (`calls.write`); those that went out are not sent again.

    `mail`: to who has an address by mail, with the statement; else all are to be printed. Raises NotFound, Forbidden,
    Conflict while the year is open, or when it has nobody to send one to.
    """
    found = await _year(w, building_id, year)
    if found.closed_at is None:
        raise Conflict(_OPEN)
    statement = await yearly(w, building_id, year)
    owners = statement.owners()
    if not owners:
        raise Conflict(N_("Nobody bore a charge in this year."))
    for one in await unborne(w, statement.shared, building_id):
        raise as_conflict(one.refusal)
    book = await books.open_book(w, building_id, "calls.write")
    run, new = await ask_paper(
        w, STATEMENTS, organization_id=book.organization_id, building_id=building_id, name=_named(statement),
        file_name=f"statements-{found.name}.pdf", steps=len(owners) + 1, asked={"year": found.name, "mail": mail},
    )  # fmt: skip
    if new:
        await audit(w, "statements.sent", "fiscal_year", found.id, organization_id=book.organization_id,
                    building_id=building_id, after={"year": found.name, "count": len(owners)})  # fmt: skip
    return run


async def _year(w: Work, building_id: UUID, year: str) -> YearRow:
    await books.open_book(w, building_id, "calls.write")
    return chosen_year(await books.years(w, building_id), year, w.today)


def _named(found: Statement) -> str:
    """What the job is found by again: another closing, another booking sends anew."""
    return f"statements {found.year.id} {found.year.closed_at} {_settlement(found) or ''}".strip()


def _settlement(found: Statement) -> UUID | None:
    return found.booked.id if found.booked else None


async def send(run: Run, progress: Progress, draw: Draw = pdf.render_many) -> None:
    """Does it, or goes on where a worker died."""
    await keep_paper(run, await _send(run, progress, draw))


async def _send(run: Run, progress: Progress, draw: Draw) -> bytes:
    building_id, year, who = run.building_id, run.asked["year"], runs.behalf(run)
    if building_id is None:
        raise NotFound
    async with work(who) as w:
        found = await yearly(w, building_id, year)
        if (closed_at := found.year.closed_at) is None:  # opened again since it was asked
            raise Conflict(_OPEN)
        have = {one.owner_id for one in await sent_statements(w, found.year, _settlement(found))}
    await progress.tell(len(have))
    wanted = [one.owner_id for one in found.owners() if one.owner_id not in have]
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        async with work(who) as w:
            pages = [await _letter(w, found, owner_id) for owner_id in chosen]
        for owner_id, page in zip(chosen, await draw(pages), strict=True):
            await _file(who, found, owner_id, page, closed_at, mail=bool(run.asked["mail"]))
            await progress.step()
    async with work(who) as w:
        rows = await sent_statements(w, found.year, _settlement(found))
    to_print = [one for one in rows if one.sent_how == "print"] or rows
    return pdf.merge([await _bytes(one) for one in to_print])


async def _letter(w: Work, found: Statement, owner_id: UUID) -> str:
    lang, building_id = found.people[owner_id].lang, found.book.building_id
    report = await owner_charges(w, building_id, owner_id, found.year.name, lang)
    return report_html(report, await letterhead(w, building_id), lang)


async def _file(
    who: Principal, found: Statement, owner_id: UUID, page: bytes, closed_at: datetime, *, mail: bool
) -> None:
    """Files one and queues its mail in one piece of work: it is never sent twice, and never sent without being kept."""
    person, book, year = found.people[owner_id], found.book, found.year
    title = tr(person.lang, "Statement of charges {year}", year=year.name)
    async with made(page) as paper, work(who) as w:
        await w.value("select pg_advisory_xact_lock(hashtextextended(%(key)s, 7074))", key=f"{year.id} {owner_id}")
        if any(one.owner_id == owner_id for one in await sent_statements(w, year, _settlement(found))):
            return
        document = await file_made(
            w, book.organization_id, book.building_id, paper, f"{person.id.hex[-6:]}-{year.name}.pdf",
            {"title": title, "lang": person.lang, "kind": Paper.STATEMENT, "visibility": Visibility.OWNER,
             "owner_id": owner_id},
        )  # fmt: skip
        address = (await w.get(Owner, owner_id)).email if mail else ""
        queued = None
        if address:
            queued = await queue_mail(
                w, to=address, lang=person.lang, purpose="statement", subject="{title}", title=title,
                package="koprogo_app.statements", letter="statement", organization_id=book.organization_id,
                link=settings().address(f"/buildings/{book.building_id}/reports/owner-charges?year={year.name}"),
                label=N_("Open my statement"),
                attached=[Attached(paper.sha256, paper.size, file_name(title))],
                **await _values(w, found, person),
            )  # fmt: skip
        await w.add(SentStatement(
            organization_id=book.organization_id, building_id=book.building_id, fiscal_year_id=year.id,
            closed_at=closed_at, owner_id=owner_id, lang=person.lang, document_id=document.id,
            mail_id=queued.id if queued else None, sent_how="mail" if queued else "print",
            settlement_id=_settlement(found),
        ))  # fmt: skip


async def _values(w: Work, found: Statement, person: PersonRow) -> dict[str, Any]:
    own, lang = found.sum_of(person.id), person.lang
    association = await letterhead(w, found.book.building_id)
    booked = found.booked
    pay = await transfers(w, found, person.id, lang) if booked else []
    return {
        "name": person.name, "association": association.name, "year": found.year.name,
        "provisions": money(own.provisions, lang), "charges": money(own.charges, lang),
        "verdict": tr(lang, "In your favour") if own.balance >= 0 else tr(lang, "For you to pay"),
        "balance": money(abs(own.balance), lang), "syndic": (association.contact or ("",))[0],
        "ways": [{"amount": money(one.cents, lang), "iban": one.iban, "message": one.message} for one in pay],
        "due": day(booked.due_on, lang) if booked else "", "credits": credit_texts(found, person.id, lang),
    }  # fmt: skip


async def _bytes(one: SentRow) -> bytes:
    return b"".join([block async for block in store().read(key_of(one.organization_id, one.sha256), one.size)])
