"""What the acts of a page are given and what they give: a form as it was sent, the dialog that is open, the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from koprogo_app.foundation.errors import Invalid, NotFound
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import read_day


def as_id(text: object, field: str = "") -> UUID:
    """An id that came back from the page. Raises Invalid on the field when nothing was chosen."""
    try:
        return UUID(str(text or ""))
    except ValueError:
        raise Invalid(field, N_("Choose one.")) from None


@dataclass(frozen=True)
class Dialog:
    """The dialog that is open, and the record it was opened on ("": the page's own)."""

    name: str = ""
    record: str = ""


NO_DIALOG: Final = Dialog()


@dataclass(frozen=True)
class Told:
    """What came of an act: a notice (`kind` as there), `also` what came with it and wants attention, where to go on,
    which dialog follows, or which handler of the state goes on from here (a run that is followed).

    `refill`: whether the page is read again; an act that has shown what changed says no. All of this is kept for who
    sends the act again, so nothing secret stands in it.
    """

    text: str = ""
    kind: str = "done"
    params: Mapping[str, Any] = field(default_factory=dict)
    go: str = ""
    dialog: Dialog = NO_DIALOG
    then: str = ""
    also: str = ""
    refill: bool = True


@dataclass(frozen=True)
class Sent:
    """What a form sent: its fields as typed, the record its dialog was opened on, the language they are read in."""

    data: Mapping[str, Any]
    record: str = ""
    lang: str = "fr"

    @property
    def record_id(self) -> UUID:
        """The record the dialog was opened on. Raises NotFound when there is none."""
        try:
            return UUID(self.record)
        except ValueError:
            raise NotFound from None

    def text(self, name: str) -> str:
        """A field as text."""
        return str(self.data.get(name) or "")

    def typed(self, *names: str) -> dict[str, str]:
        """The named fields as text; only those that were sent."""
        return {name: self.text(name) for name in names if name in self.data}

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.data.get(name) in (True, "true", "on")

    def day(self, name: str) -> date:
        """A day that must be given. Raises Invalid on its field."""
        return read_day(self.data.get(name), name)

    def day_or_none(self, name: str) -> date | None:
        """A day that may be given. Raises Invalid on its field when it is none."""
        return self.day(name) if self.text(name).strip() else None

    def id(self, name: str) -> UUID:
        """What was chosen. Raises Invalid on its field when nothing was."""
        return as_id(self.data.get(name), name)

    def id_or_none(self, name: str) -> UUID | None:
        """What was chosen, if something was."""
        return self.id(name) if self.data.get(name) else None
