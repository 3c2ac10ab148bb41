"""The demo's books: two closed years and the running one of the Tilleuls, written through the services, day by day.

Opening balances, some forty suppliers' invoices a year that the accountant enters and the syndic approves, quarterly
calls, the bank's CODA files matched by the program, three owners who pay late. The same on every installation, up to
today's date.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from koprogo_app.bank.service import bank_import, bank_matching
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service import call_posting, calls
from koprogo_app.calls.service.calls import PartWanted, Wanted
from koprogo_app.demo import coda
from koprogo_app.demo.coda import Payment
from koprogo_app.demo.documents import Paper, page_of
from koprogo_app.demo.suppliers import CONTRACTOR, EXTRA, FIRMS, LIFT, Bill, Firm, enterprise_number, iban
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.estate.queries.holders import lot_holders
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.principal import Principal
from koprogo_app.law.allocation import allocate
from koprogo_app.law.calendar import add_months
from koprogo_app.ledger.queries import books as ledger_queries
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.service import books, closing, entries
from koprogo_app.payments.queries.references import references
from koprogo_app.payments.service import bank_accounts
from koprogo_app.purchases.model import InvoiceKind
from koprogo_app.purchases.queries.invoices import invoice_lines as invoice_lines_of
from koprogo_app.purchases.queries.invoices import open_invoices
from koprogo_app.purchases.service import invoice_lines, invoices, suppliers
from koprogo_app.purchases.service.settings import change_rules

FIRST: Final = 2024
HOLDER: Final = "ACP Les Tilleuls"
WORKING, RESERVE = iban(68, 5_390_075), iban(68, 5_390_174)
_OPENING: Final = {WORKING: 2_400_000, RESERVE: 4_200_000}
_CALL: Final = 2_175_000
"""What a quarter's call asks for the working fund, in cents."""
_RESERVE_CALL: Final = 600_000
_WORKS: Final = 960_000
_LATE: Final = 3
_KEEP: Final = 35
_LIFTS: Final = "Électricité des ascenseurs"
"""Days at the end whose invoices are not all approved, and not paid yet."""
Tell = Callable[[float], None]


@dataclass(frozen=True)
class Due:
    """An invoice to pay from the working account."""

    on: date
    cents: int
    firm: Firm
    number: str


@dataclass
class _Books:
    """What the demo needs at hand while it writes."""

    syndic: Principal
    accountant: Principal
    building: UUID
    today: date
    suppliers: dict[str, UUID] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    lots: dict[str, UUID] = field(default_factory=dict)
    late: list[UUID] = field(default_factory=list)
    waiting: list[Due] = field(default_factory=list)
    old: dict[str, int] = field(default_factory=lambda: dict(_OPENING))
    old_on: dict[str, date] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    messages: dict[UUID, str] = field(default_factory=dict)


async def fill(syndic: Principal, accountant: Principal, building_id: UUID, tell: Tell = lambda _: None) -> None:
    """Writes the books of the Tilleuls up to today; `tell` hears the share that is done."""
    async with work(syndic) as w:
        today = w.today
    demo = _Books(syndic, accountant, building_id, today)
    await _open(demo)
    years = list(range(FIRST, today.year + 1))
    for place, year in enumerate(years):
        await _year(demo, year)
        if year < today.year:
            await _close(demo, year)
        tell((place + 1) / len(years))
    await _credit_note(demo)
    await _works(demo)


async def _works(demo: _Books) -> None:
    """An extraordinary call a few days old and not due yet, so that every co-owner has something to pay."""
    on = max(demo.today - timedelta(days=12), date(demo.today.year, 1, 1))
    wanted = Wanted(
        "Façade arrière, première tranche", [PartWanted(CallKind.EXTRAORDINARY, _WORKS)],
        [(on, demo.today + timedelta(days=19))], date(demo.today.year - 1, 12, 16), "AG, point 8",
    )  # fmt: skip
    async with work(demo.accountant, now=_at(on)) as w:
        call = await calls.save(w, demo.building, wanted)
        await call_posting.post(w, call.id)


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


async def _open(demo: _Books) -> None:
    """The ledger, its accounts at banks, the balances taken over, the suppliers, four eyes."""
    start = date(FIRST, 1, 1)
    async with work(demo.syndic, now=_at(start)) as w:
        await books.open_ledger(w, demo.building, first_day=start)
        for number, fund in ((WORKING, "working"), (RESERVE, "reserve")):
            await bank_accounts.open_account(
                w, demo.building, {"iban": number, "fund": fund, "holder": HOLDER, "bic": "GKCCBEBB"}
            )
        await change_rules(w, demo.building, {"four_eyes": True, "call_days": 30})
        lots = "select number as name, id from estate.lot where building_id = %(b)s order by position"
        demo.lots = dict(await _pairs(w, lots, demo))
        demo.keys = dict(await _pairs(w, "select name, id from estate.allocation_key where building_id = %(b)s", demo))
        await entries.post(w, demo.building, await _opening(w, demo, start))
        await _add_suppliers(w, demo)


@dataclass(frozen=True)
class _Pair:
    name: str
    id: UUID


async def _pairs(w: Work, sql: str, demo: _Books) -> list[tuple[str, UUID]]:
    return [(row.name, row.id) for row in await w.rows(sql, _Pair, b=demo.building)]


async def _opening(w: Work, demo: _Books, start: date) -> Draft:
    """Money at the bank against both funds; each lot's part of the working fund in its owners' names."""
    shares = dict(await _weights(w, demo))
    parts = allocate(_OPENING[WORKING], list(shares.values()))
    lines = [DraftLine("551", _OPENING[WORKING]), DraftLine("550", _OPENING[RESERVE])]
    lines.append(DraftLine("160", -_OPENING[RESERVE], label="Fonds de réserve"))
    for (lot_id, _), cents in zip(shares.items(), parts, strict=True):
        held = (await lot_holders(w, lot_id, start)).parts
        for owner, part in zip(held, allocate(cents, list(held.values())), strict=True):
            lines.append(DraftLine("100", -part, owner_id=owner, lot_id=lot_id, label="Fonds de roulement"))
    lines = [line for line in lines if line.cents]
    return Draft("OUV", start, "Bilan au 31/12/2023", lines, label="Reprise des soldes du syndic précédent")


@dataclass(frozen=True)
class _Weight:
    id: UUID
    share: int


async def _weights(w: Work, demo: _Books) -> Iterator[tuple[UUID, int]]:
    rows = await w.rows(
        "select id, share from estate.lot where building_id = %(b)s and retired_on is null order by position", _Weight,
        b=demo.building,
    )  # fmt: skip
    return ((row.id, row.share) for row in rows)


async def _add_suppliers(w: Work, demo: _Books) -> None:
    for firm in (*FIRMS, CONTRACTOR):
        row = await suppliers.SUPPLIER.add(
            w, demo.building,
            {
                "name": firm.name, "enterprise_number": enterprise_number(firm.base), "iban": firm.iban,
                "street": firm.street, "postal_code": firm.postal_code, "city": firm.city,
                "default_account": firm.bills[0].account if firm.bills else "61071",
            },
        )  # fmt: skip
        demo.suppliers[firm.name] = row.id


async def _year(demo: _Books, year: int) -> None:
    """A year, quarter by quarter: called, billed, paid, and what the bank's file says matched."""
    billed = sorted(_billed(year), key=lambda one: one[0])
    for quarter in range(4):
        start = date(year, 3 * quarter + 1, 1)
        end = min(add_months(start, 3) - timedelta(days=1), demo.today)
        if start > demo.today:
            return
        await _call(demo, start, quarter)
        now = [one for one in billed if start <= one[0] <= end]
        demo.waiting += await _bill(demo, now)
        await _bank(demo, start, end)
        demo.waiting = [one for one in demo.waiting if one.on > end]


def _billed(year: int) -> Iterator[tuple[date, Firm, Bill, int]]:
    """Every bill of a year: its day, whose, what, and for how much without VAT; a little dearer each year."""
    for firm in (*FIRMS, CONTRACTOR):
        extra = (EXTRA[year],) if firm is CONTRACTOR and year in EXTRA else ()
        for bill in (*firm.bills, *extra):
            for month, day in bill.days:
                per_cent = 100 + bill.season.get(month, 0)
                yield (
                    date(year, month, day),
                    firm,
                    bill,
                    bill.net_cents * per_cent * (100 + 3 * (year - FIRST)) // 10_000,
                )


async def _call(demo: _Books, start: date, quarter: int) -> None:
    """The quarter's call for the working fund; with the first one, the year's contribution to the reserve."""
    parts = [PartWanted(CallKind.WORKING, _CALL * (100 + 3 * (start.year - FIRST)) // 100)]
    if quarter == 0:
        parts.append(PartWanted(CallKind.RESERVE, _RESERVE_CALL))
    label = f"Appel de fonds {start.year}/{quarter + 1}"
    wanted = Wanted(label, parts, [(start, start + timedelta(days=30))], date(start.year - 1, 6, 12), "AG, point 5")
    async with work(demo.accountant, now=_at(start)) as w:
        call = await calls.save(w, demo.building, wanted)
        await call_posting.post(w, call.id)
        demo.messages = await references(w, demo.building)
        if not demo.late:
            demo.late = await _late_owners(w, demo)


async def _late_owners(w: Work, demo: _Books) -> list[UUID]:
    """Three owners of flats with no sign-in of their own, the same on every installation."""
    found: list[UUID] = await w.value(
        """select array_agg(id) from (
             select p.id from estate.owner p where p.user_id is null and exists (
               select from estate.ownership o join estate.lot l on l.id = o.lot_id
               where o.owner_id = p.id and o."right" = 'full'
                  and o.numerator = o.denominator and l.building_id = %(b)s and l.kind = 'apartment')
                and not exists (select from estate.mandatary m where m.owner_id = p.id)
              order by p.name, p.first_name offset 4 limit %(n)s) late""",
        b=demo.building, n=_LATE,
    )  # fmt: skip
    return found


async def _bill(demo: _Books, bills: list[tuple[date, Firm, Bill, int]]) -> list[Due]:
    """Enters, submits and approves the bills of a quarter; the last ones wait as drafts or for approval."""
    dues, approved = [], []
    fresh = demo.today - timedelta(days=_KEEP)
    async with work(demo.accountant) as w:
        for place, (day, firm, bill, net) in enumerate(bills):
            w.now = _at(day)
            made_id, cents, number = await _enter(w, demo, day, firm, bill, net)
            if day > fresh and place % 3 == 0:
                continue
            await invoices.submit(w, made_id)
            if day <= fresh or place % 3 == 1:
                approved.append((made_id, day))
            if day <= fresh:
                dues.append(Due(day + timedelta(days=21), cents, firm, number))
    async with work(demo.syndic) as w:
        for made_id, day in approved:
            w.now = _at(day, 15)
            await invoices.approve(w, made_id)
    return dues


async def _enter(w: Work, demo: _Books, day: date, firm: Firm, bill: Bill, net: int) -> tuple[UUID, int, str]:
    """An invoice as a draft, with its scan where the supplier sends paper."""
    demo.numbers[firm.name] = demo.numbers.get(firm.name, 0) + 1
    number = f"{day.year}-{demo.numbers[firm.name]:03d}"
    row = await invoices.create_invoice(
        w, demo.building,
        {
            "supplier_id": demo.suppliers[firm.name], "kind": InvoiceKind.INVOICE, "number": number, "dated": day,
            "due_on": day + timedelta(days=30), "communication": f"Facture {number}",
        },
    )  # fmt: skip
    lift = net * bill.lift_per_cent // 100
    line: dict[str, object] = {"label": bill.label, "net": net - lift, "vat_rate": bill.rate}
    if bill.lot:
        line["divided_by"] = f"lot:{demo.lots[bill.lot]}"
    else:
        line |= {"account": bill.account, "divided_by": f"key:{demo.keys[bill.key]}" if bill.key else ""}
    if bill.months:
        line |= _used(day, bill.months)
    await invoice_lines.add_line(w, row.id, line)
    if lift:
        divided_by = f"key:{demo.keys[LIFT]}"
        await invoice_lines.add_line(w, row.id, line | {"label": _LIFTS, "net": lift, "divided_by": divided_by})
    await w.session.refresh(row)
    if firm.scanned:
        await _scan(w, demo, row.id, firm, day, number, bill.label)
    return row.id, row.total_cents, number


async def _credit_note(demo: _Books) -> None:
    """The last supplier still to be paid has billed too much and takes a part of it back, in the year that is open."""
    async with work(demo.accountant) as w:
        unpaid = await open_invoices(w, demo.building)
        if not unpaid:
            return
        bill = unpaid[-1]
        line = (await invoice_lines_of(w, bill.id))[0]
        dated = max(bill.dated, date(demo.today.year, 1, 1))
        row = await invoices.create_invoice(
            w, demo.building,
            {"supplier_id": bill.supplier_id, "kind": InvoiceKind.CREDIT_NOTE, "number": f"NC-{bill.number}",
             "dated": dated, "due_on": max(bill.due_on or dated, dated)},
        )  # fmt: skip
        key = f"key:{line.key_id}" if line.key_id else ""
        await invoice_lines.add_line(
            w, row.id,
            {"label": f"Correction de la facture {bill.number}", "net": line.net_cents // 10, "vat_rate": line.vat_rate,
             "account": line.account, "divided_by": key},
        )  # fmt: skip
        await invoices.submit(w, row.id)
    async with work(demo.syndic) as w:
        await invoices.approve(w, row.id)


def _used(day: date, months: int) -> dict[str, object]:
    """The months a bill is for, the one it is dated in the last; of a whole year, that year."""
    if months == 12:
        return {"start": date(day.year, 1, 1), "end": date(day.year, 12, 31)}
    first = day.replace(day=1)
    return {"start": add_months(first, 1 - months), "end": add_months(first, 1) - timedelta(days=1)}


async def _scan(w: Work, demo: _Books, invoice_id: UUID, firm: Firm, day: date, number: str, label: str) -> None:
    paper = Paper("invoice", f"{firm.name} : facture {number}", day, (f"{firm.street}, {firm.postal_code} {firm.city}",
                  label, "Merci de payer dans les trente jours en mentionnant le numéro de la facture."))  # fmt: skip
    row = await invoices.open_invoice(w, invoice_id)
    async with made(page_of(paper)) as incoming:
        document = await file_made(
            w, row.organization_id, demo.building, incoming, f"facture-{number}.pdf",
            {"kind": "invoice", "title": paper.title, "dated": day, "visibility": "co_owners", "entity": "invoice",
             "entity_id": invoice_id},
        )  # fmt: skip
    row.document_id = document.id
    await w.add(row)


async def _bank(demo: _Books, start: date, end: date) -> None:
    """The bank's files of a quarter, a statement for each account; what is certain is posted."""
    owed = await _owed(demo, start)
    for number, account in ((WORKING, "4101"), (RESERVE, "4100")):
        payments = [p for p in _owners_pay(demo, owed, account, start) if p.on <= end]
        if number == WORKING:
            payments += [
                Payment(one.on, -one.cents, one.firm.name, one.firm.iban, text=f"Facture {one.number}")
                for one in demo.waiting if one.on <= end
            ]  # fmt: skip
            payments.append(Payment(end, -2_500, text="Frais de tenue de compte", code=coda.COSTS))
        if not payments:
            continue
        day = demo.old_on.get(number, date(FIRST - 1, 12, 31))
        statement = coda.paid_in(number, HOLDER, start.month // 3 + 1, demo.old[number], day, payments)
        demo.old[number], demo.old_on[number] = statement.new_cents, statement.new_on
        name = f"{start.year}-{start.month // 3 + 1}-{number[-4:]}.cod"
        taken = await bank_import.import_statements(demo.accountant, demo.building, name, coda.write([statement]))
        for one in taken.statements:
            async with work(demo.accountant) as w:
                await bank_matching.confirm_certain(w, one.id)


@dataclass(frozen=True)
class _Debt:
    owner_id: UUID
    name: str
    account: str
    cents: int


async def _owed(demo: _Books, start: date) -> list[_Debt]:
    """What the quarter's call asks of each owner on each account, with the private costs of the quarter before."""
    async with work(demo.accountant) as w:
        return await w.rows(
            """select p.id as owner_id, trim(p.name || ' ' || p.first_name) as name, a.code as account,
                      sum(l.debit_cents)::bigint as cents
                 from ledger.entry e join ledger.entry_line l on l.entry_id = e.id
                 join ledger.account a on a.id = l.account_id
                 join estate.owner p on p.id = l.owner_id join ledger.journal j on j.id = e.journal_id
                where e.building_id = %(b)s and l.debit_cents > 0 and e.nature = 'entry' and (
                      (j.kind = 'calls' and e.date = %(on)s)
                      or (j.kind = 'purchases' and e.date >= %(before)s and e.date < %(on)s))
                group by p.id, p.name, p.first_name, a.code order by p.name, p.first_name, p.id""",
            _Debt, b=demo.building, on=start, before=add_months(start, -3),
        )  # fmt: skip


def _owners_pay(demo: _Books, owed: list[_Debt], account: str, start: date) -> Iterator[Payment]:
    """Each owner pays within the month, with her structured message; the late ones not since this summer."""
    for place, debt in enumerate(owed):
        if debt.account != account or (debt.owner_id in demo.late and start >= _late_since(demo, debt.owner_id)):
            continue
        on = start + timedelta(days=2 + place * 7 % 26)
        yield Payment(on, debt.cents, debt.name, iban(732, 1_000_000 + place), ogm=demo.messages[debt.owner_id])


def _late_since(demo: _Books, owner_id: UUID) -> date:
    """One has not paid since two quarters, one since three, one since last year."""
    quarters = 2 + demo.late.index(owner_id)
    return add_months(date(demo.today.year, 3 * ((demo.today.month - 1) // 3) + 1, 1), 3 - 3 * quarters)


async def _close(demo: _Books, year: int) -> None:
    async with work(demo.syndic, now=_at(date(year + 1, 1, 1), 6)) as w:
        found = next(y for y in await ledger_queries.years(w, demo.building) if y.start.year == year)
        await closing.close_year(w, found.id)
