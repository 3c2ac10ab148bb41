"""What a list of records can be asked besides its text: each question said once, for its page and for REST."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_


@dataclass(frozen=True)
class Filter:
    """A question, asked under `name` in a call and under `key` (the same unless said) in a page's address.

    - `where` — the condition of each answer; or one condition for any answer, which it reads as %(name)s
    - `type` — of an answer, where it is none of a few (an id unless said)
    - `label`, `every` — on the page: what is asked, and what no answer means; without a label the page does not ask
    - `options` — the answers as a person reads them
    - `required` — a call has to answer it
    """

    name: str
    where: Mapping[str, str] | str
    label: str = ""
    every: str = ""
    options: Sequence[tuple[str, str]] = ()
    key: str = ""
    type: Any = UUID
    required: bool = False
    description: str = ""

    @property
    def asked_as(self) -> str:
        """What the page's address calls it."""
        return self.key or self.name

    @property
    def answers(self) -> Any:
        """The type of an answer."""
        if isinstance(self.where, str):
            return Literal[tuple(value for value, _ in self.options)] if self.options else self.type
        return Literal[tuple(self.where)]

    def offers(self, value: str) -> bool:
        """Whether this is one of the answers a page offers."""
        return any(value == known for known, _ in self.options)

    def condition(self, value: Any) -> str:
        """The condition of an answer. Raises Invalid on one that is not known."""
        if isinstance(self.where, str):
            return self.where
        if value not in self.where:
            raise Invalid(self.name, N_("Choose one of: {names}."), names=", ".join(self.where))
        return self.where[value]
