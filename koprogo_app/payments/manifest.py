"""What the program knows of paying and being paid."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest
from koprogo_app.identity.permissions import BOOKS, CONTROL, OWNERS

MANIFEST = Manifest(
    name="payments",
    above="ledger",
    permissions={
        "payments.write": BOOKS,
        "bank.read": CONTROL,
        "bank.write": BOOKS,
        # An owner's own account, calls and statements; and, of the association, the accounts any co-owner may consult.
        "own_account.read": OWNERS,
    },
    constraints={
        "bank_account_once": ("iban", N_("This account is registered already.")),
        "bank_account_journal_once": ("fund", N_("Another bank account has this journal already.")),
    },
    audit=AuditWords(
        acts={
            "lines.settled": N_("Payment settled debts"),
            "lines.unsettled": N_("Settlement undone"),
            "payment.recorded": N_("Payment recorded"),
            "bank_account.added": N_("Bank account added"),
            "bank_account.updated": N_("Bank account changed"),
            "bank_account.archived": N_("Bank account taken out of use"),
            "bank_account.restored": N_("Bank account in use again"),
        },
        fields={
            "bic": N_("BIC"),
            "call_days": N_("Days of the calls"),
            "cents": N_("Amount"),
            "credit": N_("Credit"),
            "debit": N_("Debit"),
            "four_eyes": N_("Four eyes"),
            "fund": N_("Fund"),
            "holder": N_("Account holder"),
            "order": N_("Payment order"),
            "pairs": N_("Lines matched"),
        },
        values={
            "fund": "facts:FUND_NAMES",
        },
    ),
    routes=("api:router",),
    gives={"ledger.settled": ("seal:settled",)},
)
