"""Which of a person's open lines settle each other: proposals with their reason, found account by account."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Final

from pydantic import Field

from koprogo_app.foundation.answers import Ids, Words, answer
from koprogo_app.foundation.i18n import N_
from koprogo_app.ledger.facts import OpenLine

SAME_DOCUMENT: Final = N_("same document")
SAME_AMOUNT: Final = N_("same amount")
TOGETHER: Final = N_("add up to zero")


@answer(cents="line_ids")
@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines of one account that settle each other, and why they are put together."""

    lines: Annotated[Ids[tuple[OpenLine, ...]], Field(serialization_alias="line_ids")]
    reason: Words[str]

    @property
    def cents(self) -> int:
        """What is settled."""
        return sum(line.cents for line in self.lines if line.cents > 0)


def proposals(lines: Iterable[OpenLine]) -> list[Proposal]:
    """Each line at most once: lines of one document that add up to zero; a debit and a credit of the same amount, the
    oldest first; a run of lines, in order of their days, that add up to zero, as short as possible."""
    found: list[Proposal] = []
    for _, group in groupby(sorted(lines, key=lambda line: (line.account, line.on)), key=lambda line: line.account):
        rest = list(group)
        for find, reason in ((_documents, SAME_DOCUMENT), (_pairs, SAME_AMOUNT), (_runs, TOGETHER)):
            made = [Proposal(tuple(part), reason) for part in find(rest)]
            taken = {line.id for proposal in made for line in proposal.lines}
            rest = [line for line in rest if line.id not in taken]
            found += made
    return found


def _documents(lines: Sequence[OpenLine]) -> Iterator[list[OpenLine]]:
    by_document: dict[str, list[OpenLine]] = {}
    for line in lines:
        by_document.setdefault(line.document_ref, []).append(line)
    yield from (part for part in by_document.values() if len(part) > 1 and not sum(line.cents for line in part))


def _pairs(lines: Sequence[OpenLine]) -> Iterator[list[OpenLine]]:
    waiting: dict[int, list[OpenLine]] = {}
    for line in lines:
        if others := waiting.get(-line.cents):
            yield [others.pop(0), line]
        else:
            waiting.setdefault(line.cents, []).append(line)


def _runs(lines: Sequence[OpenLine]) -> Iterator[list[OpenLine]]:
    """Where the running sum comes back to a value it had since the last run, the lines between add up to zero."""
    sums, running = {0: 0}, 0
    for place, line in enumerate(lines, 1):
        running += line.cents
        if running in sums:
            yield list(lines[sums[running] : place])
            sums = {running: place}
        else:
            sums[running] = place
