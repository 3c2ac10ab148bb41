"""Who may call each operation of the API: one row an operation, with the permission its service asks for and on what.

`permission @ place`, where the place is
- `building`, `organization`, `nowhere` (only a grant on everything reaches it): what the addressed row belongs to;
- `owner`: the owner's organisation, or a building where a lot is or was held;
- `list`: answers whoever has the permission somewhere, with what is there and nothing else.
`public` and `self` need no place. Alternatives stand after `|`; `mine:` before a permission means: on one's own card,
account or lot. `: board_document_id` at the end asks for this row of the ground in place of `document_id`.

`python -m tests.roles.printed > docs/operations.md` prints the table with the roles that follow from it.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from koprogo_app.identity.access import Person
from koprogo_app.identity.permissions import PERMISSIONS, PUBLIC, SELF

PLACES: Final = frozenset({"building", "organization", "owner", "list", "nowhere", ""})

TABLE: Final = """
POST   /auth/login                                         public
POST   /auth/refresh                                       public
POST   /auth/logout                                        self
GET    /auth/me                                            self
POST   /auth/totp                                          self
POST   /auth/totp/confirm                                  self
POST   /auth/totp/disable                                  self
GET    /auth/sessions                                      self
DELETE /auth/sessions                                      self
DELETE /auth/sessions/{session_id}                         mine:self

GET    /organizations                                      organizations.read @ list
GET    /organizations.{format}                             organizations.read @ list
POST   /organizations                                      organizations.create @ nowhere
GET    /organizations/{organization_id}                    organizations.read @ organization
PATCH  /organizations/{organization_id}                    organizations.write @ organization
DELETE /organizations/{organization_id}                    organizations.create @ organization

GET    /buildings                                          buildings.read @ list
GET    /buildings.{format}                                 buildings.read @ list
POST   /buildings                                          buildings.create @ organization
GET    /buildings/{building_id}                            buildings.read @ building
PATCH  /buildings/{building_id}                            buildings.write @ building
DELETE /buildings/{building_id}                            buildings.write @ building
POST   /buildings/{building_id}/restore                    buildings.write @ building
POST   /buildings/{building_id}/shares                     lots.write @ building
POST   /buildings/{building_id}/import/preview             lots.write @ building
POST   /buildings/{building_id}/import                     lots.write @ building
PUT    /buildings/{building_id}/import                     lots.write @ building
GET    /buildings/{building_id}/export                     owners.read @ building

GET    /units                                              lots.read @ building
POST   /units                                              lots.write @ building
POST   /units/merge                                        lots.write @ building
GET    /units/{unit_id}                                    lots.read @ building
PATCH  /units/{unit_id}                                    lots.write @ building
DELETE /units/{unit_id}                                    lots.write @ building
POST   /units/{unit_id}/split                              lots.write @ building
PUT    /units/{unit_id}/mandatary                          lots.write @ building
DELETE /units/{unit_id}/mandatary                          lots.write @ building
GET    /units/{unit_id}/owners                             lots.read @ building
POST   /units/{unit_id}/owners                             lots.write @ building
PUT    /units/{unit_id}/owners                             lots.write @ building
DELETE /units/{unit_id}/owners/{owner_id}                  lots.write @ building
PUT    /units/{unit_id}/owners/{owner_id}/percentage       lots.write @ building
PUT    /units/{unit_id}/owners/{owner_id}/primary          lots.write @ building
POST   /units/{unit_id}/owners/transfer                    lots.write @ building
GET    /units/{unit_id}/ownership-history                  owners.read | mine:lots.read @ building

GET    /owners                                             owners.read @ list
GET    /owners.{format}                                    owners.read @ list
POST   /owners                                             owners.write @ organization
GET    /owners/{owner_id}                                  owners.read | mine:self @ owner
PATCH  /owners/{owner_id}                                  owners.write @ owner
DELETE /owners/{owner_id}                                  owners.write @ owner
GET    /owners/{owner_id}/units                            owners.read | mine:self @ owner
GET    /owners/{owner_id}/account                          ledger.read | mine:own_account.read @ building
GET    /buildings/{building_id}/owners/{owner_id}/claim    ledger.read | mine:own_account.read @ building

GET    /documents                       documents.read @ list
GET    /documents/tree                  documents.read @ list
POST   /documents/upload                documents.write @ building
GET    /buildings/{building_id}/documents  documents.read @ building
GET    /documents/{document_id}         documents.read_co_owners @ building
GET    /documents/{document_id}         documents.read_board @ building : board_document_id
GET    /documents/{document_id}         documents.read_syndic @ building : syndic_document_id
GET    /documents/{document_id}         documents.read_owner | mine:documents.read_own @ building : owner_document_id
GET    /documents/{document_id}/metadata  documents.read_co_owners @ building
GET    /documents/{document_id}/metadata  documents.read_owner | mine:documents.read_own @ building : owner_document_id
GET    /documents/{document_id}/preview  documents.read_co_owners @ building
GET    /documents/{document_id}/preview  documents.read_owner | mine:documents.read_own @ building : owner_document_id
POST   /documents/{document_id}/link    documents.read_co_owners @ building
POST   /documents/{document_id}/link    documents.read_owner | mine:documents.read_own @ building : owner_document_id
PATCH  /documents/{document_id}/metadata  documents.write @ building
DELETE /documents/{document_id}         documents.delete @ building
POST   /documents/bundles               documents.read_co_owners @ building
POST   /documents/bundles               documents.read_owner | mine:documents.read_own @ building : owner_document_id
GET    /documents/bundles/{bundle_id}   mine:documents.read @ building
GET    /documents/bundles/{bundle_id}/content  mine:documents.read @ building

GET    /financial/accounts/{building_id}                   ledger.read @ building
GET    /financial/accounts/{building_id}/{code}/movements  ledger.read @ building
GET    /financial/trial-balance/{building_id}              ledger.read @ building
GET    /financial/balance-sheet/{building_id}              ledger.read @ building
GET    /financial/income-statement/{building_id}           ledger.read @ building
GET    /financial/seal/{building_id}                       ledger.read @ building
GET    /financial/entries/{building_id}                    ledger.read @ building
POST   /financial/entries/{building_id}                    ledger.write @ building
PUT    /financial/take-over/{building_id}                  ledger.write @ building
GET    /financial/entry/{entry_id}                         ledger.read @ building
POST   /financial/entry/{entry_id}/reverse                 ledger.write @ building
GET    /financial/matching/{building_id}/{owner_id}        ledger.read @ building
POST   /financial/matching/{building_id}                   ledger.write @ building
DELETE /financial/matchings/{matching_id}                  ledger.write @ building

GET    /bank/accounts/{building_id}                        bank.read @ building
POST   /bank/accounts/{building_id}                        bank.write @ building
PATCH  /bank/account/{bank_account_id}                     bank.write @ building
GET    /bank/statements/{building_id}                      bank.read @ building
POST   /bank/statements/{building_id}                      bank.write @ building
PUT    /bank/files/{building_id}                           bank.write @ building
GET    /bank/statement/{statement_id}                      bank.read @ building
POST   /bank/statement/{statement_id}/confirm              bank.write @ building
POST   /bank/statement/{statement_id}/remove               bank.write @ building
GET    /bank/payers/{building_id}                          bank.read @ building
PATCH  /bank/payer/{payer_id}                              bank.write @ building
DELETE /bank/payer/{payer_id}                              bank.write @ building
POST   /bank/office/statements                             bank.write @ list
PUT    /bank/office/files                                  bank.write @ list
PUT    /bank/movement/{movement_id}/shares                 bank.write @ building
POST   /bank/movement/{movement_id}/confirm                bank.write @ building
POST   /bank/movement/{movement_id}/undo                   bank.write @ building

GET    /buildings/{building_id}/suppliers                  suppliers.read @ building
GET    /buildings/{building_id}/suppliers.{format}         suppliers.read @ building
POST   /buildings/{building_id}/suppliers                  suppliers.write @ building
PATCH  /buildings/{building_id}/suppliers/{supplier_id}    suppliers.write @ organization
GET    /buildings/{building_id}/invoices                   invoices.read @ building
POST   /buildings/{building_id}/invoices                   invoices.write @ building
PUT    /buildings/{building_id}/invoices/import            invoices.write @ building
GET    /invoices/{invoice_id}                              invoices.read @ building
PATCH  /invoices/{invoice_id}                              invoices.write @ building
DELETE /invoices/{invoice_id}                              invoices.write @ building
POST   /invoices/{invoice_id}/lines                        invoices.write @ building
PATCH  /invoice-lines/{line_id}                            invoices.write @ building
DELETE /invoice-lines/{line_id}                            invoices.write @ building
POST   /invoices/{invoice_id}/submit                       invoices.write @ building
POST   /invoices/{invoice_id}/withdraw                     invoices.write @ building
POST   /invoices/{invoice_id}/decisions                    invoices.write @ building
POST   /invoices/{invoice_id}/payment                      invoices.pay @ building
POST   /invoices/{invoice_id}/approve                      invoices.approve @ building
POST   /invoices/{invoice_id}/reject                       invoices.approve @ building
POST   /invoices/{invoice_id}/reverse                      invoices.approve @ building
GET    /buildings/{building_id}/payment-orders             invoices.read @ building
POST   /buildings/{building_id}/payment-orders             invoices.pay @ building
GET    /payment-orders/{order_id}                          invoices.read @ building
GET    /payment-orders/{order_id}/file                     invoices.pay @ building
POST   /payment-orders/{order_id}/cancel                   invoices.pay @ building
GET    /buildings/{building_id}/charge-rules               invoices.read @ building
PATCH  /buildings/{building_id}/charge-rules               buildings.write @ building

GET    /buildings/{building_id}/calls                      calls.read @ building
POST   /buildings/{building_id}/calls                      calls.write @ building
POST   /buildings/{building_id}/calls/preview              calls.read @ building
GET    /calls/{call_id}                                    calls.read @ building
PUT    /calls/{call_id}                                    calls.write @ building
DELETE /calls/{call_id}                                    calls.write @ building
POST   /calls/{call_id}/post                               calls.write @ building
POST   /calls/{call_id}/cancel                             calls.write @ building
POST   /calls/{call_id}/notices                            calls.write @ building
GET    /notice-runs/{run_id}                               calls.read @ building
POST   /buildings/{building_id}/payments                   payments.write @ building
DELETE /settlements/{settlement_id}                        ledger.write @ building
GET    /buildings/{building_id}/plans                      calls.read @ building
POST   /buildings/{building_id}/plans                      payments.write @ building
POST   /plans/{plan_id}/end                                payments.write @ building

GET    /buildings/{building_id}/arrears                    recovery.read @ building
GET    /buildings/{building_id}/reminders                  recovery.read @ building
POST   /buildings/{building_id}/reminders                  recovery.write @ building
POST   /reminders/{reminder_id}/send                       recovery.write @ building
POST   /reminders/{reminder_id}/cancel                     recovery.write @ building
POST   /reminders/{reminder_id}/proof                      recovery.write @ building
POST   /reminders/{reminder_id}/charge                     recovery.write @ building
POST   /reminders/{reminder_id}/take-back                  recovery.write @ building
POST   /reminders/{reminder_id}/waive                      recovery.write @ building
GET    /reminders/{reminder_id}/pdf                        recovery.read @ building
GET    /buildings/{building_id}/recovery-policy            recovery.read @ building
PATCH  /buildings/{building_id}/recovery-policy            recovery.write @ building
POST   /buildings/{building_id}/recovery-pauses            recovery.write @ building
DELETE /recovery-pauses/{pause_id}                         recovery.write @ building
POST   /buildings/{building_id}/owners/{owner_id}/recovery-file  recovery.write @ building
GET    /interest-rates                                     self
PUT    /interest-rates/{year}                              rates.write @ nowhere

GET    /reports/call-for-funds/{building_id}    reports.read @ building
GET    /reports/outstanding-payments/{building_id}  reports.read @ building
GET    /reports/financial-statement/{building_id}  reports.read @ building
GET    /reports/charges/{building_id}           reports.read @ building
GET    /reports/financial/balance-sheet/{building_id}  reports.read @ building
GET    /reports/financial/income-statement/{building_id}  reports.read @ building
GET    /reports/financial/trial-balance/{building_id}  reports.read @ building
GET    /reports/financial/general-ledger/{building_id}  reports.read @ building
GET    /reports/budget/{building_id}/{year}     reports.read @ building
GET    /reports/fec/{building_id}/{year}        reports.read @ building : open_year
GET    /reports/owner-charges/{owner_id}        reports.read | mine:own_account.read @ building
GET    /reports/owner-account/{owner_id}        ledger.read @ building
GET    /reports/invoice/{invoice_id}            reports.read | own_account.read @ building : approved_invoice_id

GET    /buildings/{building_id}/year-settlements                   reports.read @ building
GET    /buildings/{building_id}/year-settlements/{year}/preview    calls.write @ building : open_year
POST   /buildings/{building_id}/year-settlements/{year}            calls.write @ building : open_year
GET    /year-settlements/{year_settlement_id}                      reports.read @ building
POST   /year-settlements/{year_settlement_id}/take-back            calls.write @ building

GET    /buildings/{building_id}/budgets                    budget.read @ building
POST   /buildings/{building_id}/budgets                    budget.write @ building
GET    /buildings/{building_id}/budgets/{year}             budget.read @ building
PUT    /buildings/{building_id}/budgets/{year}/lines       budget.write @ building
POST   /buildings/{building_id}/budgets/{year}/submit      budget.write @ building
POST   /buildings/{building_id}/budgets/{year}/vote        budget.vote @ building
POST   /buildings/{building_id}/budgets/{year}/reject      budget.vote @ building
POST   /buildings/{building_id}/budgets/{year}/waive       budget.vote @ building
POST   /buildings/{building_id}/budgets/{year}/activate    budget.write @ building
POST   /buildings/{building_id}/budgets/{year}/close       budget.write @ building
POST   /buildings/{building_id}/budgets/{year}/calls       calls.write @ building
GET    /buildings/{building_id}/budgets/{year}/provisions  budget.read @ building
GET    /buildings/{building_id}/budgets/{year}/variance    budget.read @ building
GET    /buildings/{building_id}/budgets/{year}/paper       budget.read @ building
GET    /buildings/{building_id}/budgets/{year}/variance/paper  budget.read @ building
"""

_ROW: Final = re.compile(r"(\w+) +(/\S+) +(.+?)(?: @ (\w+))?(?: : (\w+))?")


@dataclass(frozen=True, slots=True)
class Place:
    """What an operation was called on: its organisation and building, and whether it is the caller's own."""

    organization_id: UUID | None = None
    building_id: UUID | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A row: `permissions` allow it to whoever has one there, `own` to whom it is about; `which` names the row it is
    called on, when it is not the usual one."""

    method: str
    path: str
    permissions: tuple[str, ...]
    own: tuple[str, ...]
    on: str
    which: str | None = None

    @property
    def name(self) -> str:
        """As failures and the documentation name it."""
        which = f" ({self.which.removesuffix('_id').replace('_', ' ')})" if self.which else ""
        return f"{self.method} {self.path}{which}"

    def ids(self, ground: dict[str, Any]) -> dict[str, Any]:
        """The ids to call it with: the row it names stands in the place of the usual one of its kind."""
        kind = next((name for name in ground if self.which and self.which.endswith(f"_{name}")), None)
        return ground if kind is None else {**ground, kind: ground[self.which]}

    def allows(self, who: Person | None, place: Place) -> bool:
        """Whether somebody (nobody: None) may call it on that place."""
        if PUBLIC in self.permissions:
            return True
        if who is None:
            return False
        own = self.own if place.mine else ()
        return any(self._may(who, permission, place) for permission in (*self.permissions, *own))

    def _may(self, who: Person, permission: str, place: Place) -> bool:
        if self.on == "list":
            return who.may_somewhere(permission)
        if self.on == "nowhere":
            return who.may(permission)
        building = None if self.on == "organization" else place.building_id
        return who.may(permission, place.organization_id, building)


def parsed(table: str) -> list[Operation]:
    """The rows of a table; a ValueError names the row that cannot be read."""
    return [_operation(line) for line in table.splitlines() if line.strip()]


def _operation(line: str) -> Operation:
    found = _ROW.fullmatch(line.strip())
    if found is None:
        raise ValueError(f"not a row: {line}")
    method, path, permissions, on, which = found.groups()
    named = [one.strip() for one in permissions.split("|")]
    everybody = tuple(one for one in named if not one.startswith("mine:"))
    own = tuple(one.removeprefix("mine:") for one in named if one.startswith("mine:"))
    unknown = {*everybody, *own} - PERMISSIONS.keys() - {PUBLIC, SELF}
    if unknown or (on or "") not in PLACES:
        raise ValueError(f"unknown permission or place {unknown or on}: {line}")
    return Operation(method, path, everybody, own, on or "", which)


OPERATIONS: Final = parsed(TABLE)
