"""Why something may not be done: a sentence, the article behind it, and the values the sentence names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

from koprogo_app.law.articles import Article


def N_(message: str) -> str:
    """Mark a sentence that the catalogues translate and that is said elsewhere. Returns it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal with its reason.

    `message` is an English sentence that the catalogues translate, with `{name}` places; `params` fill them: texts and
    numbers, or values with a `text(lang)` of their own (a share). With an `article` the law refuses; without one the
    value itself is wrong, and `field` names it.
    """

    message: str
    article: Article | None = None
    params: Mapping[str, object] = default(default_factory=dict)
    field: str = ""

    def __str__(self) -> str:
        text = self.message.format_map(self.params)
        return f"{text} ({self.article.text('en')})" if self.article else text


class Refused(ValueError):
    """Raised by a computation that cannot go on; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def refuse(message: str, *, article: Article | None = None, field: str = "", **params: object) -> Refused:
    """Build the exception in one line: `raise refuse("The date is missing", field="on")`."""
    return Refused(Refusal(message, article, params, field))
