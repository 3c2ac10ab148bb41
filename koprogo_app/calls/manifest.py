"""What the program knows of calls for funds and the co-owners' accounts."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import BOOKS, CONTROL

MANIFEST = Manifest(
    name="calls",
    above="purchases",
    permissions={
        # What owners are asked, and what they paid: the council controls the syndic's management (art. 3.90).
        "calls.read": CONTROL,
        "calls.write": BOOKS,
    },
    menu=(MenuEntry(N_("Calls for funds"), "/calls", 70, "calls.read"),),
    constraints={
        "plan_term_once": ("terms", N_("Each payment has its own day and an amount.")),
    },
    audit=AuditWords(
        acts={
            "call.drafted": N_("Call for funds drafted"),
            "call.changed": N_("Call for funds changed"),
            "call.deleted": N_("Draft call deleted"),
            "call.posted": N_("Call for funds posted"),
            "call.cancelled": N_("Call for funds taken back"),
            "call.notices_asked": N_("Notices of a call asked for"),
            "call.notices_made": N_("Notices of a call made"),
            "plan.agreed": N_("Instalment plan agreed"),
            "plan.ended": N_("Instalment plan ended"),
        },
        fields={
            "agreed_on": N_("Agreed on"),
            "call_id": N_("Call for funds"),
            "called_on": N_("Called on"),
            "decision_ref": N_("Decision"),
            "mail_id": N_("Mail"),
            "note": N_("Note"),
            "plan_id": N_("Instalment plan"),
            "posted_at": N_("Posted on"),
            "sent_at": N_("Sent on"),
            "terms": N_("Instalments"),
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    jobs="jobs",
    parts={"owner": ("page.owner_account_link:owner_account_link",)},
    gives={"ledger.sources": ("seal:paper",), "payments.before_payment": ("service.claims:plans_first",)},
)
