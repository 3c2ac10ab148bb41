"""How an owner pays: the right bank account for each fund, the structured message, the code for a banking app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from koprogo_app.calls.model.calls import CallKind
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.foundation.paper.epc import epc_payload
from koprogo_app.payments.model.accounts import Fund
from koprogo_app.payments.queries.bank_accounts import BankAccountRow, bank_accounts

FUND_NAMES: Final = {
    CallKind.WORKING: N_("Working fund"),
    CallKind.RESERVE: N_("Reserve fund"),
    CallKind.EXTRAORDINARY: N_("Extraordinary costs"),
}
_LEAST, _MOST = 1, 99_999_999_999


@dataclass(frozen=True, slots=True)
class Way:
    """One transfer to make: to whom, where, how much, with which message, for which funds."""

    holder: str
    iban: str
    bic: str
    cents: int
    communication: str
    kinds: tuple[CallKind, ...]

    @property
    def payload(self) -> str:
        """The EPC code's text."""
        return epc_payload(self.holder, self.iban, self.cents, show_communication(self.communication), self.bic)


async def ways(w: Work, building_id: UUID, amounts: Mapping[CallKind, int], communication: str) -> list[Way]:
    """The transfers that pay these amounts: one for each bank account, the reserve's money on the reserve's own.

    Empty when nothing is to be paid or the association has no account yet. The caller has authorised the building.
    """
    accounts = await bank_accounts(w, building_id)
    found: dict[UUID, tuple[BankAccountRow, int, list[CallKind]]] = {}
    for kind, cents in amounts.items():
        account = _account(accounts, kind)
        if cents > 0 and account is not None:
            _, before, kinds = found.get(account.id, (account, 0, []))
            found[account.id] = (account, before + cents, [*kinds, kind])
    return [
        Way(account.holder, account.iban, account.bic, cents, communication, tuple(kinds))
        for account, cents, kinds in found.values()
        if _LEAST <= cents <= _MOST
    ]


def _account(accounts: list[BankAccountRow], kind: CallKind) -> BankAccountRow | None:
    """The account of the fund, otherwise the working fund's, otherwise any."""
    wanted = [Fund.RESERVE, Fund.WORKING] if kind == CallKind.RESERVE else [Fund.WORKING]
    for fund in wanted:
        for account in accounts:
            if account.fund == fund:
                return account
    return accounts[0] if accounts else None
