"""Taking over a chart or opening balances from another program: first shown, then written in one entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law import accounts as law
from koprogo_app.law.accounts import PartyRule
from koprogo_app.law.values import Cents
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.entries import PartyRow, parties
from koprogo_app.ledger.rules.posting import Draft, DraftLine
from koprogo_app.ledger.rules.table import Problem, Table, TableRow, read_table, same_name
from koprogo_app.ledger.service.books import add_account
from koprogo_app.ledger.service.entries import Posted, post


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account of the file that the chart does not have; it is made below its heading."""

    line: int
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would write: new accounts, and the lines of one opening entry with their sums in cents."""

    accounts: tuple[NewAccount, ...]
    lines: tuple[DraftLine, ...]
    problems: tuple[Problem, ...]

    @property
    def debit(self) -> int:
        return sum(line.cents for line in self.lines if line.cents > 0)

    @property
    def credit(self) -> int:
        return -sum(line.cents for line in self.lines if line.cents < 0)

    @property
    def ready(self) -> bool:
        """Whether it can be written."""
        return not self.problems and bool(self.accounts or self.lines)


async def preview(w: Work, building_id: UUID, data: bytes, lang: str) -> Preview:
    """Shows what a CSV or XLSX file would write (`ledger.write`), and everything wrong with it, line by line."""
    await books.open_book(w, building_id, "ledger.write")
    table = read_table(data, lang)
    existing = {row.code: row for row in await books.accounts(w, building_id)}
    problems = list(table.problems)
    accounts = _new_accounts(table, existing.keys(), problems)
    lines = _lines(table, existing, {a.code for a in accounts}, await parties(w, building_id), problems)
    if difference := sum(line.cents for line in lines):
        message = N_("Credits exceed debits by {amount}: opening balances add up to zero.")
        if difference > 0:
            message = N_("Debits exceed credits by {amount}: opening balances add up to zero.")
        problems.append(Problem(0, message, {"amount": Cents(abs(difference))}))
    return Preview(tuple(accounts), tuple(lines), tuple(sorted(problems, key=lambda p: p.line)))


def _new_accounts(table: Table, existing: Iterable[str], problems: list[Problem]) -> list[NewAccount]:
    known = set(existing)
    made: list[NewAccount] = []
    for row in sorted(table.rows, key=lambda r: (r.code, r.line)):
        if row.code in known:
            continue
        if refusal := law.own_account_refusal(row.code, known):
            problems.append(Problem(row.line, refusal.message, refusal.params))
        elif not row.label:
            problems.append(Problem(row.line, N_("Give the account a name.")))
        else:
            made.append(NewAccount(row.line, row.code, row.label))
        known.add(row.code)
    return made


def _lines(
    table: Table,
    existing: dict[str, books.AccountRow],
    new: set[str],
    people: list[PartyRow],
    problems: list[Problem],
) -> list[DraftLine]:
    headings = {h for h in existing if any(code.startswith(h) for code in new)}
    lines = []
    for row in table.rows:
        if not row.cents:
            continue
        account = existing.get(row.code)
        if row.code in headings or (account is not None and not account.postable):
            problems.append(
                Problem(row.line, N_("{code} is a heading: post on an account below it."), {"code": row.code})
            )
            continue
        lines.append(_line(row, people, problems))
    return lines


def _line(row: TableRow, people: list[PartyRow], problems: list[Problem]) -> DraftLine:
    rule = law.party_rule(row.code)
    if rule is PartyRule.NONE:
        return DraftLine(row.code, row.cents, label=row.label)
    found = [p for p in people if p.kind == rule.value and same_name(p.name) == same_name(row.party)]
    if len(found) != 1:
        message = N_("Account {code} needs the name of a co-owner.")
        if rule is PartyRule.SUPPLIER:
            message = N_("Account {code} needs the name of a supplier.")
        if row.party:
            message = N_("“{name}” is not a co-owner or supplier of this building, or two have this name.")
        problems.append(Problem(row.line, message, {"code": row.code, "name": row.party}))
        return DraftLine(row.code, row.cents, label=row.label)
    party = found[0].id
    if rule is PartyRule.OWNER:
        return DraftLine(row.code, row.cents, owner_id=party, label=row.label)
    return DraftLine(row.code, row.cents, supplier_id=party, label=row.label)


async def take_over(
    w: Work, building_id: UUID, data: bytes, lang: str, *, on: date, document_ref: str
) -> Posted | None:
    """Writes what the preview showed: the new accounts, and the balances as one entry in the opening journal on a day.

    Returns the entry; None when the file held a chart alone. Raises Invalid when the preview has a problem.
    """
    shown = await preview(w, building_id, data, lang)
    if not shown.ready:
        first = shown.problems[0] if shown.problems else Problem(0, N_("The file holds no account."))
        raise Invalid("file", N_("Line {line}: {reason}"), line=first.line, reason=first)
    for account in shown.accounts:
        await add_account(w, building_id, account.code, {lang: account.label})
    if not shown.lines:
        return None
    draft = Draft("OUV", on, document_ref, shown.lines, label="")
    return await post(w, building_id, draft)
