"""What the program knows of money that is late."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import ADMINS, BOOKS, CONTROL

MANIFEST = Manifest(
    name="recovery",
    above="budget",
    permissions={
        # Who is late is the office's and, of all together, the council's concern: not the other owners'.
        "recovery.read": CONTROL,
        "recovery.write": BOOKS,
        "rates.write": ADMINS,
    },
    menu=(
        MenuEntry(N_("All arrears"), "/portfolio/arrears", 20, "recovery.read", "top"),
        MenuEntry(N_("Arrears"), "/arrears", 100, "recovery.read"),
        MenuEntry(N_("Interest rates"), "/admin/interest-rates", 40, "rates.write", "administration"),
    ),
    constraints={
        "recovery_pause_once": ("until", N_("Recovery is paused for this reason in that time already.")),
    },
    audit=AuditWords(
        acts={
            "reminder.prepared": N_("Reminder prepared"),
            "reminder.sent": N_("Reminder sent"),
            "reminder.cancelled": N_("Reminder cancelled"),
            "reminder.proved": N_("Proof of a registered letter added"),
            "reminder.costs_waived": N_("Costs of a reminder waived"),
            "reminder.charged": N_("Interest and costs charged"),
            "reminder.taken_back": N_("Interest and costs taken back"),
            "recovery_policy.set": N_("Recovery policy changed"),
            "recovery_pause.begun": N_("Recovery paused"),
            "recovery_pause.ended": N_("Recovery pause ended"),
            "recovery_file.made": N_("File for the lawyer made"),
            "civil_rate.set": N_("Legal interest rate added"),
        },
        fields={
            "automatic": N_("Sent by itself"),
            "bank_days": N_("Bank days"),
            "channel": N_("Goes out"),
            "charges_first": N_("Payments meet the charges first"),
            "clause_percent": N_("Rate of the clause"),
            "clause_reference": N_("Clause"),
            "clause_start": N_("Interest from"),
            "costs_cents": N_("Costs of this letter"),
            "day_count": N_("Days in a year"),
            "days": N_("Days"),
            "earlier_cents": N_("Earlier costs"),
            "guard": N_("Caps of Book XIX"),
            "interest_cents": N_("Interest"),
            "level": N_("Level"),
            "level_1": N_("Friendly reminder"),
            "level_2": N_("Firm reminder"),
            "level_3": N_("Formal notice"),
            "papers": N_("Papers"),
            "percent": N_("Rate"),
            "prepared_on": N_("Prepared on"),
            "principal_cents": N_("Principal"),
            "proof_document_id": N_("Proof"),
            "react_by": N_("To react before"),
            "react_days": N_("Days to react"),
            "sent_on": N_("Sent on"),
            "since": N_("Since"),
            "source": N_("Source"),
            "tracking": N_("Registered number"),
            "until": N_("Until"),
            "waived_by": N_("Waived by"),
            "waived_reason": N_("Reason of the waiver"),
        },
        values={
            "channel": "words:CHANNELS",
            "clause_start": "words:STARTS",
            "recovery_pause.kind": "words:PAUSES",
            "recovery_policy.basis": "words:BASES",
            "reminder.status": "words:STATUSES",
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    jobs="jobs",
    parts={"home": ("page.home:my_arrears",)},
    gives={
        "documents.subjects": ("service.subjects:REMINDER",),
        "calls.extras": ("service.overview:extra",),
        "payments.before_payment": ("service.accruing:before_payment",),
    },
)
