"""What the pages of recovery call things."""

from typing import Final

from koprogo_app.foundation.i18n import N_, P_

CHANNELS: Final[dict[str, str]] = {
    "email": N_("by e-mail"),
    "post": N_("by post"),
    "registered": N_("by registered post"),
}
BASES: Final[dict[str, str]] = {
    "statutory": N_("The legal rate, from the formal notice"),
    "clause": N_("A clause of the regulation"),
    "none": N_("No interest"),
}
STARTS: Final[dict[str, str]] = {"notice": N_("the formal notice"), "due": N_("the day after the due date")}
DAY_COUNTS: Final[dict[str, str]] = {"365": N_("365 days"), "actual": N_("the days it has, 366 in a leap year")}
PAUSES: Final[dict[str, str]] = {
    "dispute": N_("A dispute"),
    "restriction": N_("Restriction of processing (privacy)"),
    "other": N_("Another reason"),
}
STATUSES: Final[dict[str, str]] = {
    "prepared": P_("reminder", "to send"),
    "sent": P_("reminder", "sent"),
    "cancelled": P_("reminder", "cancelled"),
}
LEVELS: Final[dict[int, str]] = {
    0: N_("not reminded yet"),
    1: N_("Friendly reminder"),
    2: N_("Firm reminder"),
    3: N_("Formal notice"),
}
MAILS: Final[dict[str, str]] = {
    "queued": N_("mail on its way"),
    "sent": N_("mail sent"),
    "failed": N_("mail could not be delivered"),
}
