"""What the states of the estate's pages share: where the address points, in whose name one acts, how values read."""

from collections.abc import Mapping
from typing import Any

from koprogo_app.estate.queries.buildings import BuildingRow
from koprogo_app.estate.service.division import Decision
from koprogo_app.foundation.i18n import number, tr
from koprogo_app.workspace.state.common import required_day


def decision_of(data: Mapping[str, Any], lang: str) -> Decision | None:
    """The decision a dialog states; None without a reference, for the law to refuse. Raises Invalid on `decided_on`."""
    reference = str(data.get("reference") or "").strip()
    return Decision(required_day(data, "decided_on", lang), reference) if reference else None


def share_sum(row: BuildingRow, lang: str) -> dict[str, str]:
    """The lots' shares against the deed: a text, and the kind of mark it deserves."""
    total, deed = number(row.lots_total, lang), number(row.deed_total, lang)
    if not row.deed_difference:
        return {"text": tr(lang, "Σ {total} / {deed} shares", total=total, deed=deed), "kind": "done"}
    gap = number(abs(row.deed_difference), lang)
    if row.deed_difference < 0:
        text = tr(lang, "Σ {total} / {deed} shares: {difference} missing", total=total, deed=deed, difference=gap)
    else:
        text = tr(lang, "Σ {total} / {deed} shares: {difference} too many", total=total, deed=deed, difference=gap)
    return {"text": text, "kind": "attention"}
