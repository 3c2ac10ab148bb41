"""What the program knows of the budget."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import BOOKS, CONTROL, SYNDICS

MANIFEST = Manifest(
    name="budget",
    above="statements",
    permissions={
        "budget.read": CONTROL,
        "budget.write": BOOKS,
        # The vote is the assembly's; the syndic records it (art. 3.89 §5).
        "budget.vote": SYNDICS,
    },
    menu=(MenuEntry(N_("Budget"), "/budget", 120, "budget.read"),),
    constraints={
        "budget_once": ("year", N_("There is a budget of this year already.")),
        "budget_no_overlap": ("year", N_("There is a budget of this year already.")),
        "budget_line_once": ("key_id", N_("This account has a line with this key in the budget already.")),
    },
    audit=AuditWords(
        acts={
            "budget.created": N_("Budget drafted"),
            "budget.updated": N_("Budget changed"),
            "budget.deleted": N_("Draft budget deleted"),
            "budget.lines_replaced": N_("Lines of a budget replaced"),
            "budget.line_added": N_("Line added to a budget"),
            "budget.line_updated": N_("Line of a budget changed"),
            "budget.line_removed": N_("Line taken out of a budget"),
            "budget.submitted": N_("Budget put to the vote"),
            "budget.rejected": N_("Budget sent back"),
            "budget.voted": N_("Vote of a budget recorded"),
            "budget.waived": N_("Waiver of the reserve added"),
            "budget.activated": N_("Budget put in force"),
            "budget.closed": N_("Budget closed"),
            "budget.called": N_("Provisions called"),
            "budget.settings": N_("Alerts of the budget set"),
            "commitment.added": N_("Order recorded"),
            "commitment.ended": N_("Order billed or given up"),
        },
        fields={
            "account_code": N_("Ledger account"),
            "activated_at": N_("In force since"),
            "alert_percent": N_("Alert from (%)"),
            "budget_id": N_("Budget"),
            "call": N_("Call for funds"),
            "comment": N_("Comment"),
            "decision": N_("Decision"),
            "ended_on": N_("Ended on"),
            "frequency": N_("Frequency"),
            "index": N_("Index (%)"),
            "ordered_on": N_("Ordered on"),
            "profile": N_("Months"),
            "rejected_on": N_("Sent back on"),
            "rejection": N_("Reason of the refusal"),
            "voted_on": N_("Voted on"),
            "waived_on": N_("Waived on"),
            "waiver": N_("Waiver of the reserve"),
            "reserve_reason": N_("Why the reserve gets less"),
        },
        values={
            "frequency": "model:FREQUENCY_NAMES",
            "nature": "model:NATURE_NAMES",
            "budget.status": "model:STATUS_NAMES",
        },
    ),
    pages="page:PAGES",
    routes=("api:router", "api:report_router"),
    jobs="jobs",
    parts={"building": ("page.notice:budget_notice",)},
    gives={"workspace.reports": ("reports:REPORTS",)},
)
