"""Who may do what: one table. The documentation prints it and a test checks it cell by cell."""

from typing import Final

from koprogo_app.identity.model import Role

_ALL = frozenset(Role)
_ADMIN = frozenset({Role.SUPERADMIN})
_SYNDIC = frozenset({Role.SUPERADMIN, Role.SYNDIC})
_BOOKS = _SYNDIC | {Role.ACCOUNTANT}
_CONTROL = _BOOKS | {Role.BOARD, Role.AUDITOR}
_CO_OWNERS = _CONTROL | {Role.OWNER}

PUBLIC: Final = "public"
"""Anybody, signed in or not."""
SELF: Final = "self"
"""Anybody who is signed in, about himself."""

PERMISSIONS: Final[dict[str, frozenset[Role]]] = {
    SELF: _ALL,
    "organizations.create": _ADMIN,
    "organizations.read": _CONTROL,
    "organizations.write": _SYNDIC,
    "buildings.create": _SYNDIC,
    "buildings.read": _CO_OWNERS,
    "buildings.write": _SYNDIC,
    # Number, kind, shares, and who holds what: any co-owner may ask for it (art. 3.89 §5 14°).
    "lots.read": _CO_OWNERS,
    "lots.write": _SYNDIC,
    # An owner's whole card: contact, language, consent. Name and address alone come with lots.read.
    "owners.read": _BOOKS,
    "owners.write": _SYNDIC,
    "keys.read": _CO_OWNERS,
    "keys.write": _SYNDIC,
    # To reach the library; which papers are in it for a role is said by the visibility of each, below.
    "documents.read": _ALL,
    "documents.read_co_owners": _CO_OWNERS,
    "documents.read_board": _CONTROL,
    "documents.read_syndic": _SYNDIC,
    # A paper of one owner: his own, and the office's; not the council's.
    "documents.read_owner": _BOOKS,
    "documents.read_own": frozenset({Role.OWNER}),
    "documents.read_file": frozenset({Role.NOTARY}),
    "documents.write": _BOOKS,
    "documents.delete": _SYNDIC,
    # The books of one association: its council and its auditor read them (art. 3.90, 3.91).
    "ledger.read": _CONTROL,
    "ledger.write": _BOOKS,
    "ledger.close": _BOOKS,
    # What suppliers bill. Approving is another's act than writing where the building asks for four eyes.
    "suppliers.read": _CONTROL,
    "suppliers.write": _BOOKS,
    "invoices.read": _CONTROL,
    "invoices.write": _BOOKS,
    "invoices.approve": _BOOKS,
    "invoices.pay": _BOOKS,
    # What owners are asked, and what they paid: the council controls the syndic's management (art. 3.90).
    "calls.read": _CONTROL,
    "calls.write": _BOOKS,
    "payments.write": _BOOKS,
    "bank.read": _CONTROL,
    "bank.write": _BOOKS,
    # An owner's own account, calls and statements; and, of the association, the accounts any co-owner may consult.
    "own_account.read": frozenset({Role.OWNER}),
    "reports.read": _CONTROL,
    "budget.read": _CONTROL,
    "budget.write": _BOOKS,
    # The vote is the assembly's; the syndic records it (art. 3.89 §5).
    "budget.vote": _SYNDIC,
    # Who is late is the office's and, of all together, the council's concern: not the other owners'.
    "recovery.read": _CONTROL,
    "recovery.write": _BOOKS,
    "rates.write": _ADMIN,
    "audit.read": _SYNDIC,
    "users.read": _SYNDIC,
    "users.write": _SYNDIC,
    "own_lots.read": frozenset({Role.OWNER}),
    "platform.read": _ADMIN,
    "platform.write": _ADMIN,
}
"""Permission → the roles that have it, on the organisation or building their grant covers."""
