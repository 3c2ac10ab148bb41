"""The association's bank accounts, their statements, and the file that brings new ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import reflex as rx

from koprogo_app.bank.queries.bank_statements import StatementRow, statements_page
from koprogo_app.bank.service.bank_import import Imported, ImportedStatement, SetAside, import_statements
from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import KoproError, Unauthenticated
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import Problem, problem
from koprogo_app.payments.queries.bank_accounts import BankAccountRow
from koprogo_app.payments.rules.funds import missing_funds
from koprogo_app.payments.service.bank_accounts import BANK_ACCOUNT
from koprogo_app.workspace.queries.paging import WHOLE
from koprogo_app.workspace.records.grid import RecordGrid, handlers
from koprogo_app.workspace.state.common import acting, asked, id_after, lang_of, may, place, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import refill


@dataclass(frozen=True)
class StatementLine:
    """A statement in the list; `kind` colours `state`, what is still to be done with it."""

    id: str = ""
    href: str = ""
    name: str = ""
    account: str = ""
    days: str = ""
    old: str = ""
    new: str = ""
    state: str = ""
    kind: str = ""
    missing: str = ""


class Bank(RecordGrid, rx.State):
    """Accounts and statements of one building; `said` is what became of the last file."""

    RECORD: ClassVar = BANK_ACCOUNT
    warnings: list[str] = []
    statements: list[StatementLine] = []
    said: list[str] = []
    file_errors: dict[str, Problem] = {}

    load, save_cells, act, ask, create = handlers(BANK_ACCOUNT, added=N_("The bank account is added."))

    async def _fill(self, w: Work, lang: str) -> None:
        building_id = id_after(self, "buildings")
        parent = await self._parent(w)
        accounts = (await BANK_ACCOUNT.page_of(w, parent, WHOLE, archived=True)).rows
        page = await statements_page(w, building_id, asked(self.router.url.query_parameters))
        self.building, self.write = parent.name, may("bank.write", parent.organization_id, building_id)
        self._show(accounts, lang)
        used = {row.fund for row in accounts if not row.archived}
        self.warnings = [tr(lang, refusal.message) for refusal in missing_funds(used)]
        self.statements = [statement_line(row, self.base, lang) for row in page.rows]
        self.at = place(page)

    def _show(self, rows: list[BankAccountRow], lang: str) -> None:
        super()._show(rows, lang)
        for made, row in zip(self.rows, rows, strict=True):
            href = f"{self.base}/ledger?account={row.account}"
            made["cells"]["account"] = {"value": f"{row.account} · {row.journal}", "href": href}

    def _arrive(self) -> None:
        self.file_errors = {}
        if not self.ready:  # another building's page until now
            self.said = []

    @handler("bank.write")
    async def take(self, file_id: str) -> Any:
        """Imports the file that was just sent, which is taken in once however often it comes; a single new statement is
        shown at once."""
        lang, self.said, self.file_errors = await lang_of(self), [], {}
        try:
            done = await _imported(id_after(self, "buildings"), file_id, lang)
        except KoproError as error:  # beside the place where the file was dropped
            self.file_errors = {"": problem(error)}
            return None
        await refill(self)
        self.said = outcome(done, lang)
        calm = len(done.statements) == 1 and not done.remarks and not done.aside
        only = done.new[0] if calm and done.new else None
        more = only and (only.missing or only.jump_cents)
        return rx.redirect(f"{self.base}/bank/{only.id}") if only and not more else None


async def _imported(building_id: UUID, file_id: str, lang: str) -> Imported:
    """Imports what this session sent, and forgets the file."""
    async with sent_file(file_id) as file:
        return await import_statements(acting(lang), building_id, file.name, file.data)


@asynccontextmanager
async def sent_file(file_id: str) -> AsyncIterator[import_files.KeptFile]:
    """What this session sent; forgotten when it was taken in."""
    session = current().session_id
    if session is None:
        raise Unauthenticated
    yield await asyncio.to_thread(import_files.kept, session, file_id)
    await asyncio.to_thread(import_files.forget, session)


def outcome(done: Imported, lang: str) -> list[str]:
    """What became of a file, in sentences."""
    lines = [statement_text(one, lang) for one in done.statements]
    lines += [tr(lang, remark.message, **remark.params) for remark in done.remarks]
    return lines + [aside_text(one, lang) for one in done.aside]


def statement_text(one: ImportedStatement, lang: str) -> str:
    """What became of a statement of a file, in a sentence or two."""
    if not one.new:
        return tr(lang, "Statement {name} was here already; nothing was written twice.", name=one.name)
    text = tr(
        lang,
        N_("Statement {name} is imported: {count} movement.", "Statement {name} is imported: {count} movements."),
        name=one.name,
        count=one.movements,
    )
    if one.missing:
        text += " " + tr(lang, "Before it, {missing} is missing.", missing=one.missing)
    elif one.jump_cents:
        jump = amount(one.jump_cents, lang)
        text += " " + tr(lang, "Before it, the balance jumps by {amount}: a statement is missing.", amount=jump)
    return text


def aside_text(one: SetAside, lang: str) -> str:
    """A statement that was not taken: whose, and why."""
    whose = " · ".join(part for part in (show_iban(one.iban), one.holder) if part)
    return f"{tr(lang, 'Not taken: statement {name} of {account}.', name=one.name, account=whose)} {tr(lang, one.why)}"


def statement_line(row: StatementRow, base: str, lang: str) -> StatementLine:
    """A statement in the list."""
    missing = row.gap
    if missing is None:
        text = ""
    elif missing.shown():
        text = tr(lang, "{missing} is missing", missing=missing.shown())
    else:
        text = tr(lang, "the balance jumps by {amount}", amount=amount(missing.cents, lang))
    state = tr(lang, "{count} to post", count=row.open_count) if row.open_count else tr(lang, "all posted")
    return StatementLine(
        str(row.id), f"{base}/bank/{row.id}", row.name, show_iban(row.iban),
        f"{shown_day(row.old_on, lang)} – {shown_day(row.new_on, lang)}", amount(row.old_cents, lang),
        amount(row.new_cents, lang), state, "attention" if row.open_count else "done", text,
    )  # fmt: skip
