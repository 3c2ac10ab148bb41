"""What the program knows of the bank's files."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry

MANIFEST = Manifest(
    name="bank",
    above="calls",
    menu=(
        MenuEntry(N_("Bank files"), "/bank-files", 25, "bank.write", "top"),
        MenuEntry(N_("Bank"), "/bank", 80, "bank.read"),
    ),
    constraints={
        "bank_statement_once": ("file", N_("This statement is here already.")),
        "bank_statement_number_once": ("file", N_("This statement is here already.")),
        "bank_movement_entry_once": ("entry", N_("Another movement is posted by this entry.")),
    },
    audit=AuditWords(
        acts={
            "bank_statement.imported": N_("Bank statement imported"),
            "bank_statement.removed": N_("Bank statement removed"),
            "match_rule.forgotten": N_("Payer forgotten"),
            "match_rule.vouched": N_("Payer said to be for one only"),
            "bank_movement.assigned": N_("Bank movement assigned"),
            "bank_movement.posted": N_("Bank movement posted"),
            "bank_movement.undone": N_("Bank movement opened again"),
        },
        fields={
            "account": N_("Ledger account"),
            "alone": N_("On its own"),
            "by": N_("Matched by"),
            "incoming": N_("Money in"),
            "movement_id": N_("Bank movement"),
            "movements": N_("Movements"),
            "parts": N_("Parts of the call"),
            "sole": N_("For this one only"),
            "statement": N_("Statement"),
            "text": N_("Text"),
            "year": N_("Year"),
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    gives={"ledger.seals": ("seal:bank",)},
)
