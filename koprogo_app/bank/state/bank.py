"""The association's bank accounts, their statements, and the file that brings new ones."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.bank.queries.bank_statements import StatementRow, statements_page
from koprogo_app.bank.rules.continuity import gap_before, name_of
from koprogo_app.bank.service.bank_import import Imported, import_statements
from koprogo_app.estate.service import import_files
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import Invalid, KoproError, Unauthenticated
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.foundation.numbers import show_iban
from koprogo_app.identity.guard import current, handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.grid import Cell, Change, GridRow, Saved, answers
from koprogo_app.interface.notice import notify, refuse
from koprogo_app.ledger.queries import books
from koprogo_app.payments.model.accounts import Fund
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_accounts
from koprogo_app.payments.rules.funds import FUND_NAMES, missing_funds
from koprogo_app.payments.service import bank_accounts as service
from koprogo_app.workspace.state.common import (
    acting,
    as_id,
    asked,
    failure,
    id_after,
    lang_of,
    may,
    place,
    shown_day,
    typed,
    workspace,
)
from koprogo_app.workspace.state.figures import amount

FUNDS: Final[dict[str, str]] = {str(fund): FUND_NAMES[fund] for fund in Fund}


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


class Bank(rx.State):
    """Accounts and statements of one building."""

    failed: dict[str, str] = {}
    ready: bool = False
    base: str = ""
    building: str = ""
    write: bool = False
    warnings: list[str] = []
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    statements: list[StatementLine] = []
    at: dict[str, int] = {}
    adding: bool = False
    errors: dict[str, dict[str, str]] = {}
    said: list[str] = []
    file_errors: dict[str, dict[str, str]] = {}

    @handler("bank.read")
    async def load(self) -> AsyncIterator[None]:
        """Builds the page from its address."""
        try:
            base = workspace(id_after(self, "buildings"))
            if self.base != base:
                self.base, self.ready, self.said = base, False, []
                yield
            self.outcomes, self.adding, self.errors, self.file_errors = [], False, {}, {}
            await self._fill()
            self.ready, self.failed = True, {}
        except KoproError as error:
            self.failed = failure(error)

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            book = await books.open_book(w, building_id, "bank.read")
            self.building = book.building_name
            self.write = may("bank.write", book.organization_id, building_id)
            await self._fill_accounts(w, building_id, lang)
            page = await statements_page(w, building_id, asked(self.router.url.query_parameters))
        self.statements = [statement_line(row, self.base, lang) for row in page.rows]
        self.at = place(page)

    async def _fill_accounts(self, w: Work, building_id: UUID, lang: str) -> None:
        accounts = await bank_accounts(w, building_id, archived=True)
        self.rows = [account_row(row, self.base, lang, write=self.write) for row in accounts]
        used = {row.fund for row in accounts if not row.archived}
        self.warnings = [tr(lang, refusal.message) for refusal in missing_funds(used)]

    # Accounts

    @handler("bank.write")
    async def add(self) -> None:
        """Opens the dialog of a new account."""
        self.adding, self.errors = True, {}

    @handler("bank.write")
    async def stop(self) -> None:
        """Closes it."""
        self.adding, self.errors = False, {}

    @handler("bank.write")
    async def create(self, data: dict[str, Any]) -> None:
        """Registers the account."""
        try:
            async with work(acting(await lang_of(self))) as w:
                values = typed(data, "iban", "fund", "bic", "holder")
                await service.open_account(w, id_after(self, "buildings"), values)
            await self._fill()
        except KoproError as error:
            self.errors = problems(error)
            return
        self.adding, self.errors, self.outcomes = False, {}, []
        await notify(self, "done", N_("The bank account is added."))

    @handler("bank.write")
    async def save_cells(self, changes: list[Any]) -> None:
        """Saves what was typed in the table of accounts."""
        self.outcomes = await answers(self.outcomes, changes, self._save, await lang_of(self))

    async def _save(self, change: Change) -> Saved:
        if change["field"] not in service.CHANGED:
            raise Invalid(change["field"], N_("This field cannot be changed."))
        async with work(acting(await lang_of(self))) as w:
            row = await service.change_account(w, as_id(change["row"]), {change["field"]: change["value"]})
        return Saved(str(getattr(row, change["field"])), change["version"])

    @handler("bank.write")
    async def act(self, row: str, action: str) -> None:
        """Takes an account out of use, or back into it."""
        try:
            if action in ("archive", "restore"):
                async with work(acting(await lang_of(self))) as w:
                    await service.use_account(w, as_id(row), used=action == "restore")
                self.outcomes = []
                await self._fill()
        except KoproError as error:
            await refuse(self, error)

    # Files

    @handler("bank.write")
    async def take(self, file_id: str) -> Any:
        """Imports the file that was just sent; a single new statement is shown at once."""
        lang, self.said, self.file_errors = await lang_of(self), [], {}
        session = current().session_id
        try:
            if session is None:
                raise Unauthenticated
            file = await asyncio.to_thread(import_files.kept, session, file_id)
            done = await import_statements(acting(lang), id_after(self, "buildings"), file.name, file.data)
            await asyncio.to_thread(import_files.forget, session)
            await self._fill()
        except KoproError as error:
            self.file_errors = {"": failure(error)}
            return None
        self.said = outcome(done, lang)
        only = done.new[0] if len(done.statements) == 1 and len(done.new) == 1 and not done.remarks else None
        return rx.redirect(f"{self.base}/bank/{only.id}") if only and not only.missing else None


def outcome(done: Imported, lang: str) -> list[str]:
    """What became of a file, in sentences."""
    lines = []
    for one in done.statements:
        if one.new:
            text = tr(
                lang,
                N_(
                    "Statement {name} is imported: {count} movement.",
                    "Statement {name} is imported: {count} movements.",
                ),
                name=one.name,
                count=one.movements,
            )
        else:
            text = tr(lang, "Statement {name} was here already; nothing was written twice.", name=one.name)
        missing = tr(lang, "Before it, {missing} is missing.", missing=one.missing) if one.missing else ""
        lines.append(f"{text} {missing}".strip())
    return lines + [tr(lang, remark.message, **remark.params) for remark in done.remarks]


def account_row(row: BankAccountRow, base: str, lang: str, *, write: bool) -> GridRow:
    """An account in the table."""
    closed = not write or row.archived
    cells: dict[str, str | Cell] = {
        "iban": {"value": show_iban(row.iban), "hint": tr(lang, "no longer used") if row.archived else ""},
        "fund": tr(lang, FUND_NAMES[row.fund]),
        "holder": {"value": row.holder, "readonly": closed},
        "bic": {"value": row.bic, "readonly": closed},
        "account": {"value": f"{row.account} · {row.journal}", "href": f"{base}/ledger?account={row.account}"},
    }
    if write:
        label = tr(lang, "Use again") if row.archived else tr(lang, "Stop using")
        cells["act"] = {"value": "", "action": {"id": "restore" if row.archived else "archive", "label": label}}
    return {"id": str(row.id), "version": 0, "label": show_iban(row.iban), "cells": cells, "lines": []}


def statement_line(row: StatementRow, base: str, lang: str) -> StatementLine:
    """A statement in the list."""
    missing = gap_before(row)
    if missing is None:
        text = ""
    elif missing.shown():
        text = tr(lang, "{missing} is missing", missing=missing.shown())
    else:
        text = tr(lang, "the balance jumps by {amount}", amount=amount(missing.cents, lang))
    state = tr(lang, "{count} to post", count=row.open_count) if row.open_count else tr(lang, "all posted")
    return StatementLine(
        str(row.id), f"{base}/bank/{row.id}", name_of(row), show_iban(row.iban),
        f"{shown_day(row.old_on, lang)} – {shown_day(row.new_on, lang)}", amount(row.old_cents, lang),
        amount(row.new_cents, lang), state, "attention" if row.open_count else "done", text,
    )  # fmt: skip
