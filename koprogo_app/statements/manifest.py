"""What the program knows of statements of charges and reports."""

from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import AuditWords, Manifest, MenuEntry
from koprogo_app.identity.permissions import CONTROL

MANIFEST = Manifest(
    name="statements",
    above="bank",
    permissions={
        "reports.read": CONTROL,
    },
    menu=(MenuEntry(N_("Reports"), "/reports", 110, "reports.read"),),
    audit=AuditWords(
        acts={
            "statements.sent": N_("Yearly statements sent"),
            "settlement.booked": N_("Balances of a year booked"),
            "settlement.taken_back": N_("Booking of a year's balances taken back"),
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    jobs="jobs",
    parts={
        "home": ("page.home:my_money", "page.home:my_charges"),
        "building": ("page.today:money_today",),
        "portfolio": ("page.everywhere:waiting_everywhere",),
        "years": ("page.unbooked:unbooked_years",),
    },
    gives={
        "workspace.reports": ("reports:REPORTS",),
        "ledger.sources": ("seal:settlement",),
        "ledger.closing": ("seal:borne",),
        "ledger.reopening": ("seal:unbooked",),
        "estate.key_held": ("seal:key_free",),
    },
)
