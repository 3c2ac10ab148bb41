"""What an entry must be before it is posted, said line by line; the database says it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.law.accounts import FORMER_OWNERS, PartyRule
from koprogo_app.law.values import Cents
from koprogo_app.ledger.facts import PostingAccount
from koprogo_app.ledger.model import Nature, PartyKind

MAX_CENTS: Final = 10**14
"""A million million euros: more is a typing error."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line to post: `cents` is positive for a debit, negative for a credit; an account by its code."""

    account: str
    cents: int
    owner_id: UUID | None = None
    supplier_id: UUID | None = None
    lot_id: UUID | None = None
    label: str = ""

    @property
    def party_kind(self) -> PartyKind | None:
        """Owner, former owner (on 415) or supplier, whoever the line names."""
        if self.supplier_id:
            return PartyKind.SUPPLIER
        if self.owner_id:
            return PartyKind.FORMER_OWNER if self.account.startswith(FORMER_OWNERS) else PartyKind.OWNER
        return None


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to post in a journal (by its code), with the dated document that supports it."""

    journal: str
    on: date
    document_ref: str
    lines: Sequence[DraftLine]
    document_date: date | None = None
    label: str = ""
    document_id: UUID | None = None
    nature: Nature = Nature.ENTRY
    reversal_of: UUID | None = None
    reason: str = ""


def check(draft: Draft, accounts: Mapping[str, PostingAccount]) -> Draft:
    """The draft with its texts trimmed, ready to post. Raises Invalid on the field or line (`lines.0.account`)."""
    if not draft.document_ref.strip():
        raise Invalid("document_ref", N_("Each entry rests on a dated document: give its reference."),
                      article="RD 2012-07-12")  # fmt: skip
    if len(draft.lines) < 2:
        raise Invalid("lines", N_("An entry has at least two lines."))
    for index, line in enumerate(draft.lines):
        _check_line(f"lines.{index}", line, accounts, strict=draft.nature is Nature.ENTRY and not draft.reversal_of)
    if difference := sum(line.cents for line in draft.lines):
        raise Invalid(
            "lines",
            N_("Debits and credits differ by {amount}.")
            if difference > 0
            else N_("Credits exceed debits by {amount}."),
            amount=Cents(abs(difference)),
        )
    return replace(
        draft,
        document_ref=draft.document_ref.strip(),
        label=draft.label.strip(),
        document_date=draft.document_date or draft.on,
    )


def _check_line(field: str, line: DraftLine, accounts: Mapping[str, PostingAccount], *, strict: bool) -> None:
    account = accounts.get(line.account)
    if account is None:
        raise Invalid(f"{field}.account", N_("There is no account {code}."), code=line.account)
    if strict and not account.postable:
        raise Invalid(f"{field}.account", N_("{code} is a heading: post on an account below it."), code=line.account)
    if strict and account.archived:
        raise Invalid(f"{field}.account", N_("Account {code} is no longer used."), code=line.account)
    if not line.cents:
        raise Invalid(f"{field}.amount", N_("Type an amount in debit or in credit."))
    if abs(line.cents) > MAX_CENTS:
        raise Invalid(f"{field}.amount", N_("This amount is too large."))
    if account.party == PartyRule.OWNER and (line.owner_id is None or line.supplier_id):
        raise Invalid(f"{field}.party", N_("Account {code} needs a co-owner on each line."), code=line.account)
    if account.party == PartyRule.SUPPLIER and (line.supplier_id is None or line.owner_id):
        raise Invalid(f"{field}.party", N_("Account {code} needs a supplier on each line."), code=line.account)
    if line.owner_id and line.supplier_id:
        raise Invalid(f"{field}.party", N_("A line names a co-owner or a supplier, not both."))


def mirrored(lines: Sequence[DraftLine]) -> list[DraftLine]:
    """The same lines with debit and credit exchanged."""
    return [replace(line, cents=-line.cents) for line in lines]
