"""Which module is judged by which tests. A file that moves changes its line here and nowhere else.

Of a module of `PURE` every test in its files that needs no database is run, in a fraction of a second; of one of
`WITH_DATABASE` all of them, with a server of their own, so only a sample of its changes is tried.
"""

from typing import Final

PURE: Final[dict[str, tuple[str, ...]]] = {
    "law/accounts": ("law/test_accounts",),
    "law/allocation": ("law/test_allocation",),
    "law/articles": ("law/test_articles",),
    "law/buildings": ("law/test_buildings",),
    "law/calendar": ("law/test_calendar",),
    "law/interest": ("law/test_interest",),
    "law/lots": ("law/test_buildings",),
    "law/recovery": ("law/test_recovery",),
    "law/refusal": ("law/test_refusal",),
    "law/reserve": ("law/test_reserve",),
    "law/retention": ("law/test_retention",),
    "law/shares": ("law/test_shares",),
    "law/voting": ("law/test_voting",),
    "law/written": ("law/test_shares",),
    "statements/rules/allocation": ("statements/test_allocation",),
    "identity/permissions": ("identity/test_permissions", "identity/test_printed"),
    "identity/access": ("identity/test_access", "identity/test_permissions"),
    "budget/rules/lines": ("budget/test_lines_rules", "budget/test_provisions"),
    "budget/rules/provisions": ("budget/test_lines_rules", "budget/test_provisions"),
    "budget/rules/variance": ("budget/test_variance",),
    "payments/rules/ageing": ("payments/test_ageing",),
    "calls/rules/calls": ("calls/test_calls_rules",),
    "purchases/rules/invoices": ("purchases/test_invoices_rules",),
    "bank/rules/matching": ("bank/test_matching_rules",),
    "payments/rules/settling": ("payments/test_settling_rules",),
    "statements/rules/statement": ("statements/test_statement_rules",),
    "estate/rules/ownership": ("estate/test_rules_ownership",),
    "recovery/rules/arrears": ("recovery/test_arrears_rules",),
}
WITH_DATABASE: Final[dict[str, tuple[str, ...]]] = {
    "bank/facts": ("bank/test_bank_import",),
    "bank/rules/continuity": ("bank/test_bank_import",),
    "payments/rules/funds": ("payments/test_payments", "payments/test_settling"),
    "calls/rules/plans": ("calls/test_calls",),
    "bank/service/bank_matching": ("bank/test_bank_matching",),
    "purchases/service/invoices": ("purchases/test_invoices_edges", "purchases/test_invoices"),
    "payments/service/settling": ("payments/test_settling_edges", "payments/test_settling", "payments/test_payments"),
    "statements/service/statement": ("statements/test_statement", "statements/test_own_charges"),
    "estate/rules/holding": ("estate/test_service_ownership",),
    "estate/rules/lots": ("estate/test_service_lots",),
    "ledger/rules/chart": ("ledger/test_refused", "ledger/test_entries"),
    "ledger/rules/fec": ("ledger/test_api", "ledger/test_reports"),
    "ledger/rules/integrity": ("ledger/test_closing",),
    "ledger/rules/matching": ("ledger/test_matching",),
    "ledger/rules/posting": ("ledger/test_entries",),
    "ledger/rules/table": ("ledger/test_importing",),
    "ledger/service/closing": ("ledger/test_closing",),
}
