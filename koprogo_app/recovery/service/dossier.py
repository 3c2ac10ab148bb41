"""The file for the lawyer or the bailiff: a statement of the claim, and everything that proves it, in one zip.

- `make_file(who, building_id, owner_id) -> UUID` — the bundle's id; documents' own job puts the zip together
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from koprogo_app.documents.model import Visibility
from koprogo_app.documents.service.bundling import ask_bundle
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.queries.letterhead import letterhead
from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.i18n import N_, P_, day, money, number, tr
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.paper.report import Column, Report, Table, report_html
from koprogo_app.foundation.principal import Principal
from koprogo_app.law import articles
from koprogo_app.law.calendar import add_years
from koprogo_app.law.recovery import Claim as Split
from koprogo_app.law.recovery import prescribed_on, privileged
from koprogo_app.ledger.queries import books
from koprogo_app.recovery.facts import LEVEL_NAMES, Debt
from koprogo_app.recovery.model import Status
from koprogo_app.recovery.queries import names
from koprogo_app.recovery.queries.reminders import ReminderRow, reminders
from koprogo_app.recovery.service.overview import Claim, claim
from koprogo_app.recovery.service.sending import Draw
from koprogo_app.recovery.service.writing import fund_label, slice_rows


@dataclass(frozen=True, slots=True)
class _File:
    html: str
    title: str
    organization_id: UUID
    papers: tuple[UUID, ...]


async def make_file(
    who: Principal, building_id: UUID, owner_id: UUID, *, now: datetime | None = None, draw: Draw = pdf.render
) -> UUID:
    """Writes the statement of the claim, files it, and asks for the zip with all its papers (`recovery.write`).

    Raises Conflict when nothing is owed.
    """
    async with work(who, now=now) as w:
        written = await _written(w, building_id, owner_id)
    async with made(await draw(written.html)) as paper, work(who, now=now) as w:
        document = await file_made(
            w, written.organization_id, building_id, paper, f"{w.today.isoformat()}.pdf",
            {"title": written.title, "lang": who.lang, "visibility": Visibility.OWNER, "owner_id": owner_id},
        )  # fmt: skip
        await w.flush()
        bundle = await ask_bundle(w, [document.id, *written.papers])
        await audit(
            w, "recovery_file.made", "owner", owner_id, organization_id=written.organization_id,
            building_id=building_id, after={"papers": len(written.papers) + 1},
        )  # fmt: skip
    return bundle.id


async def _written(w: Work, building_id: UUID, owner_id: UUID) -> _File:
    book = await books.open_book(w, building_id, "recovery.write")
    found = await claim(w, building_id, owner_id)
    if not found.debts:
        raise Conflict(N_("This owner owes nothing."))
    lang = w.principal.lang
    name = (await names.names(w, [owner_id]))[owner_id]
    sent = await reminders(w, building_id, owner_id=owner_id, status=Status.SENT)
    split = privileged([(d.on, d.open_cents) for d in found.debts], await previous_year(w, book))
    report = statement(name, found, split, sent, w.today, lang)
    html = report_html(report, await letterhead(w, building_id), lang)
    letters = [one for r in sent for one in (r.document_id, r.proof_document_id) if one]
    papers = await _papers(w, building_id, owner_id, [d.line_id for d in found.debts], letters)
    return _File(html, report.title, book.organization_id, tuple(papers))


async def previous_year(w: Work, book: books.Book) -> date:
    """The first day of the financial year before the one of today."""
    now = add_years(date(2000, book.fiscal_month, book.fiscal_day), w.today.year - 2000)
    current = now if now <= w.today else add_years(now, -1)
    years = [y for y in await books.years(w, book.building_id) if y.start <= w.today]
    current = years[-1].start if years and years[-1].end >= w.today else current
    return years[-2].start if len(years) > 1 and years[-1].start == current else add_years(current, -1)


async def _papers(
    w: Work, building_id: UUID, owner_id: UUID, lines: Sequence[UUID], letters: Sequence[UUID]
) -> list[UUID]:
    """The letters with their proofs, the notices of the calls, the minutes of the assemblies that voted them: those
    that have not been removed since."""
    found: list[UUID] | None = await w.value(
        """with calls as (select distinct f.id, f.decided_on, i.id as instalment from calls.call_line c
                            join calls.call_instalment i on i.id = c.instalment_id
                            join calls.fund_call f on f.id = i.call_id
                           where c.entry_line_id = any(%(lines)s))
        select array_agg(d.id order by d.dated, d.id) from documents.document d
         where d.building_id = %(b)s and d.deleted_at is null and (
           d.id = any(%(letters)s)
           or d.id in (select n.document_id from calls.call_notice n join calls c on c.instalment = n.instalment_id
                     where n.owner_id = %(o)s)
           or (d.kind = 'minutes' and d.dated in (select decided_on from calls)))""",
        lines=list(lines), b=building_id, o=owner_id, letters=list(letters),
    )  # fmt: skip
    return list(found or ())


def statement(name: str, found: Claim, split: Split, sent: Sequence[ReminderRow], today: date, lang: str) -> Report:
    """The claim as a report: the debts, what was paid on them, interest day by day, the letters, the privilege."""

    def t(msgid: str, **values: object) -> str:
        return tr(lang, msgid, **values)

    return Report(
        t("Statement of claim"),
        name,
        [
            (t("Charges"), money(found.open_cents, lang)),
            (t("Interest until {day}", day=day(today, lang, "short")), money(found.interest_cents, lang)),
            (t("Costs of the letters"), money(found.costs_cents, lang)),
            (t("To pay"), money(found.total_cents, lang)),
            (t("Privileged part of the charges"),
             f"{money(split.privileged, lang)} ({articles.PRIVILEGE.text(lang)})"),
        ],
        [_debts(found.debts, today, lang), _interest(found, lang), _letters(sent, lang)],
        [*_waived(sent, lang),
         t("Charges called periodically can be claimed for five years ({article}).",
           article=articles.PRESCRIPTION.text(lang))],
        dated=today,
    )  # fmt: skip


def _debts(debts: Sequence[Debt], today: date, lang: str) -> Table:
    columns = [
        Column("label", tr(lang, "Charge")), Column("lot", tr(lang, "Lot")), Column("due", tr(lang, "Due on"), "date"),
        Column("days", tr(lang, "Days late"), "number"), Column("cents", tr(lang, "Called"), "money"),
        Column("open", tr(lang, "Still open"), "money"), Column("until", tr(lang, "Prescribed on"), "date"),
    ]  # fmt: skip
    rows = [
        {"label": fund_label(d, lang), "lot": d.lot, "due": d.due_on, "days": max(0, d.days_late(today)),
         "cents": d.cents, "open": d.open_cents, "until": prescribed_on(d.due_on)}
        for d in debts
    ]  # fmt: skip
    return Table(tr(lang, "Charges"), columns, rows, {"label": tr(lang, "Total"),
                                                      "open": sum(d.open_cents for d in debts)})  # fmt: skip


def _interest(found: Claim, lang: str) -> Table:
    columns = [
        Column("start", tr(lang, "From"), "date"), Column("last", tr(lang, "Up to and including"), "date"),
        Column("principal_cents", tr(lang, P_("interest on an amount", "On")), "money"),
        Column("rate", tr(lang, "Rate")), Column("days", tr(lang, "Days"), "number"),
        Column("euros", tr(lang, "Interest"), "number"),
    ]  # fmt: skip
    rows = [{**row, "rate": f"{number(row['rate'], lang, 2)} %"} for row in slice_rows(found.interest)]
    total = {"start": None, "rate": tr(lang, "Rounded once, at the end"), "euros": None, "days": found.interest.days}
    feet = [{**total, "principal_cents": found.interest.cents}] if rows else []
    return Table(tr(lang, "How the interest was worked out"), columns, rows, feet)


def _letters(sent: Sequence[ReminderRow], lang: str) -> Table:
    columns = [
        Column("on", tr(lang, "Sent on"), "date"), Column("level", tr(lang, "Letter")),
        Column("total", tr(lang, "Asked"), "money"), Column("tracking", tr(lang, "Registered number")),
    ]  # fmt: skip
    rows = [
        {"on": r.sent_on, "level": tr(lang, LEVEL_NAMES[r.level]), "total": r.total_cents, "tracking": r.tracking}
        for r in reversed(sent)
    ]
    return Table(tr(lang, "Reminders"), columns, rows)


def _waived(sent: Sequence[ReminderRow], lang: str) -> list[str]:
    """Why some letters asked more than the claim does."""
    text = N_("Of the letter of {sent}, costs of {amount} were waived on {day}; the claim does not hold them.")
    return [
        tr(lang, text, sent=day(r.sent_on, lang, "short"), amount=money(r.costs_cents, lang),
           day=day(r.waived_on, lang, "short"))
        for r in reversed(sent) if r.sent_on and r.waived_on
    ]  # fmt: skip
