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
        },
    ),
    pages="page:PAGES",
    routes=("api:router",),
    jobs="jobs",
    parts={
        "home": ("page.home:my_money", "page.home:my_charges"),
        "building": ("page.today:money_today",),
        "portfolio": ("page.everywhere:waiting_everywhere",),
    },
    gives={"workspace.reports": ("reports:REPORTS",)},
)
