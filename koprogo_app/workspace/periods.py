"""Parts of a financial year that an address can ask for."""

from typing import Final

from koprogo_app.foundation.i18n import N_

PARTS: Final[dict[str, str]] = {
    "q1": N_("First quarter"),
    "q2": N_("Second quarter"),
    "q3": N_("Third quarter"),
    "q4": N_("Fourth quarter"),
}
MONTH_PARTS: Final[tuple[str, ...]] = tuple(f"m{number}" for number in range(1, 13))
"""The months of a financial year, counted from its first."""
