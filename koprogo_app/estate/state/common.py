"""What the states of the estate's pages share: where the address points, in whose name one acts, how values read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from koprogo_app.estate.queries.buildings import BuildingRow
from koprogo_app.estate.service.division import Decision
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import number, tr
from koprogo_app.workspace.state.page import Sent


@dataclass(frozen=True)
class ShareSum:
    """The lots' shares against the deed: a text, and the kind of mark it deserves."""

    text: str = ""
    kind: str = ""


def decision_of(sent: Sent) -> Decision | None:
    """The decision a dialog states; None without a reference, for the law to refuse. Raises Invalid on `decided_on`."""
    reference = sent.text("reference").strip()
    return Decision(sent.day("decided_on"), reference) if reference else None


@contextmanager
def decided() -> Iterator[None]:
    """A refusal of the decision stands on the field that the form has for it."""
    try:
        yield
    except KoproError as error:
        error.field = "reference" if error.field == "decision" else error.field
        raise


def share_sum(row: BuildingRow, lang: str) -> ShareSum:
    """The lots' shares against the deed: a text, and the kind of mark it deserves."""
    total, deed = number(row.lots_total, lang), number(row.deed_total, lang)
    if not row.deed_difference:
        return ShareSum(tr(lang, "Σ {total} / {deed} shares", total=total, deed=deed), "done")
    gap = number(abs(row.deed_difference), lang)
    if row.deed_difference < 0:
        text = tr(lang, "Σ {total} / {deed} shares: {difference} missing", total=total, deed=deed, difference=gap)
    else:
        text = tr(lang, "Σ {total} / {deed} shares: {difference} too many", total=total, deed=deed, difference=gap)
    return ShareSum(text, "attention")
