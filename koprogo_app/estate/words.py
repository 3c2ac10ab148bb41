"""The names of kinds, rights and states, as messages to translate."""

from typing import Final

from koprogo_app.foundation.i18n import N_
from koprogo_app.workspace.records import kinds

KINDS: Final[dict[str, str]] = {
    "apartment": N_("Apartment"),
    "house": N_("House"),
    "shop": N_("Shop"),
    "office": N_("Office"),
    "cellar": N_("Cellar"),
    "garage": N_("Garage"),
    "parking": N_("Parking space"),
    "other": N_("Other"),
}
RIGHTS: Final[dict[str, str]] = {
    "full": N_("full ownership"),
    "bare": N_("bare ownership"),
    "usufruct": N_("usufruct"),
    "use": N_("right of use"),
    "habitation": N_("right of habitation"),
    "superficies": N_("right of superficies"),
    "emphyteusis": N_("emphyteusis"),
}
LANGUAGES: Final[dict[str, str]] = kinds.LANGUAGES
FLAGS: Final[dict[str, str]] = {
    "deed": N_("Lots and deed differ"),
    "draft": N_("Incomplete lots"),
    "suspended": N_("Votes suspended"),
    "acceptance": N_("Acceptance date unknown"),
    "assembly": N_("No assembly period"),
}
MONTHS: Final[tuple[str, ...]] = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
