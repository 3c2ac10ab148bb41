"""How an owner pays: the bank account of each fund, the structured message, the code for a banking app."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from koprogo_app.calls.facts import Transfer
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.foundation.database import Work
from koprogo_app.payments.model.accounts import Fund
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_accounts

PAID_INTO: Final = {
    CallKind.WORKING: Fund.WORKING,
    CallKind.RESERVE: Fund.RESERVE,
    CallKind.EXTRAORDINARY: Fund.WORKING,
}
"""On which bank account a claim is paid: the reserve's money on its own, never on another (art. 3.86 §3)."""
_LEAST, _MOST = 1, 99_999_999_999


async def transfers(w: Work, building_id: UUID, amounts: Mapping[CallKind, int], communication: str) -> list[Transfer]:
    """The transfers that pay these amounts: one for each bank account, the reserve's money on the reserve's own.

    What has no account of its fund is asked on no other (`without_account`). The caller has authorised the building.
    """
    accounts = await bank_accounts(w, building_id)
    found: dict[UUID, tuple[BankAccountRow, int, list[CallKind]]] = {}
    for kind, cents in amounts.items():
        account = _account(accounts, kind)
        if cents > 0 and account is not None:
            _, before, kinds = found.get(account.id, (account, 0, []))
            found[account.id] = (account, before + cents, [*kinds, kind])
    return [
        Transfer(account.holder, account.iban, account.bic, cents, communication, tuple(kinds))
        for account, cents, kinds in found.values()
        if _LEAST <= cents <= _MOST
    ]


def without_account(amounts: Mapping[CallKind, int], found: list[Transfer]) -> list[CallKind]:
    """The funds for which something is to be paid and no bank account is registered."""
    paid = {kind for one in found for kind in one.kinds}
    return [kind for kind, cents in amounts.items() if cents > 0 and kind not in paid]


def _account(accounts: list[BankAccountRow], kind: CallKind) -> BankAccountRow | None:
    """The fund's own account; of several the first."""
    return next((account for account in accounts if account.fund == PAID_INTO[kind]), None)
