"""Refusals of the database in the words of the house.

Triggers raise SQLSTATE `KG001` (against the law: detail = article), `KG002` (conflict) or `KG003` (invalid);
hint = field. Unique and exclusion violations become Conflict with a sentence per constraint.
"""

import psycopg

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid, KoproError
from koprogo_app.foundation.i18n import N_

_CONSTRAINTS: dict[str, tuple[str, str]] = {
    "lot_number_once": ("number", N_("Another lot of this building already has this number.")),
    "building_name_once": ("name", N_("Another building of this organisation already has this name.")),
    "app_user_email_once": ("email", N_("Somebody already signs in with this e-mail address.")),
    "ownership_no_overlap": ("owner", N_("This person already holds this right on this lot in that period.")),
    "mandatary_no_overlap": ("mandatary", N_("Another mandatary is in force for this lot in that period.")),
    "key_weight_no_overlap": ("weight", N_("This lot already has a weight in this key for that period.")),
    "allocation_key_name_once": ("name", N_("Another key of this building already has this name.")),
    "account_code_once": ("code", N_("Another account of this building already has this number.")),
    "journal_code_once": ("code", N_("Another journal of this building already has this code.")),
    "fiscal_year_no_overlap": ("period", N_("Another financial year of this building overlaps these days.")),
    "background_run_once": ("", N_("This is being done already.")),
    "plan_term_once": ("terms", N_("Each payment has its own day and an amount.")),
    "entry_reversed_once": ("entry", N_("This entry has been taken back already.")),
    "matching_line_pkey": ("lines", N_("One of these lines is matched already.")),
    "budget_once": ("year", N_("There is a budget of this year already.")),
    "budget_line_once": ("key_id", N_("This account has a line with this key in the budget already.")),
    "supplier_number_once": ("enterprise_number", N_("Another supplier already has this enterprise number.")),
    "bank_account_once": ("iban", N_("This account is registered already.")),
    "bank_account_journal_once": ("fund", N_("Another bank account has this journal already.")),
    "invoice_number_once": ("number", N_("This supplier already has an invoice or credit note with this number.")),
    "payment_order_line_once": ("invoices", N_("One of these invoices is in another payment order already.")),
    "bank_statement_once": ("file", N_("This statement is here already.")),
    "bank_movement_entry_once": ("entry", N_("Another movement is posted by this entry.")),
    "role_grant_no_overlap": ("role", N_("This person already has this role for that period.")),
}


def from_database(error: psycopg.Error) -> KoproError | None:
    """The house's error for a refusal of the database, or None when it is a real fault."""
    diag, state = error.diag, error.sqlstate
    if state == "KG001":
        return AgainstTheLaw(diag.message_detail or "", diag.message_primary or "", field=diag.message_hint or "")
    if state == "KG002":
        return Conflict(diag.message_primary or "", field=diag.message_hint or "")
    if state == "KG003":
        return Invalid(diag.message_hint or "", diag.message_primary or "")
    if state in ("23505", "23P01"):
        field, message = _CONSTRAINTS.get(diag.constraint_name or "", ("", N_("This already exists.")))
        return Conflict(message, field=field)
    if state == "23503":
        return Conflict(N_("Something else still refers to this, or what it refers to does not exist."))
    if state in ("23514", "22001", "22003"):
        return Invalid(diag.column_name or "", N_("This value is outside what is allowed."))
    if state in ("40001", "40P01", "55P03"):
        return Conflict(N_("Somebody else is changing the same thing. Try again."))
    return None
