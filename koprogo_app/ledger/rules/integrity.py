"""The seal on the books: what was checked, and what is wrong, naming the entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from koprogo_app.foundation.answers import Hidden, Plain, answer
from koprogo_app.foundation.i18n import N_, tr
from koprogo_app.law import accounts as law
from koprogo_app.law.values import Cents
from koprogo_app.ledger.facts import EntryName, Facts


class Check(StrEnum):
    """What the books themselves are checked for; other areas add checks of their own."""

    BALANCE = "balance"
    CHAIN = "chain"
    NUMBERS = "numbers"
    PEOPLE = "people"
    CARRIED = "carried"
    TRANSFERS = "transfers"
    PRIVATE = "private"
    RESERVE = "reserve"
    WORKING = "working"
    SHARES = "shares"
    SHEET = "sheet"


class Level(StrEnum):
    """A broken book must be mended; a matter for attention is put right before the year ends."""

    GOOD = "good"
    ATTENTION = "attention"
    BROKEN = "broken"


@answer("entry_ids", text="level")
@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check (a `Check`, or the name of another area's): a sentence with its values, and the entries
    it is about."""

    check: Annotated[str, Field(examples=["chain"])]
    level: Annotated[Plain[Level], Field(description="`good`, `attention` or `broken`")]
    message: Hidden[str]
    params: Hidden[Mapping[str, object]] = field(default_factory=dict)
    entries: Hidden[tuple[EntryName, ...]] = ()

    @property
    def entry_ids(self) -> list[str]:
        """Of the entries it is about."""
        return [one.id for one in self.entries]

    def text(self, lang: str) -> str:
        """The sentence, and the entries it names."""
        shown = tr(lang, self.message, **self.params)
        return f"{shown} {', '.join(str(e) for e in self.entries)}" if self.entries else shown

    def __str__(self) -> str:
        return self.text("en")


@answer(level="entries")
@dataclass(frozen=True, slots=True)
class Seal:
    """All checks of one ledger at one version."""

    version: Annotated[int, Field(description="Grows with each entry")]
    entries: int
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Plain[Level]:
        """The worst of its findings."""
        levels = {finding.level for finding in self.findings}
        return Level.BROKEN if Level.BROKEN in levels else Level.ATTENTION if Level.ATTENTION in levels else Level.GOOD

    @property
    def broken(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(f for f in self.findings if f.level is Level.BROKEN)


_HARD: Final = (
    (Check.BALANCE, "unbalanced", N_("Debits equal credits in every entry."), N_("Debits and credits differ in:")),
    (Check.CHAIN, "broken_links", N_("No entry was changed after it was posted."), N_("Changed after posting:")),
    (Check.NUMBERS, "gaps", N_("Numbers run without a gap."), N_("A number is missing before:")),
    (Check.PEOPLE, "nameless", N_("Individual accounts add up to their control account."),
     N_("A co-owner or supplier is missing in:")),
    (Check.CARRIED, "uncarried", N_("Closed years were carried forward to the cent."),
     N_("Not carried forward to the cent:")),
)  # fmt: skip


def seal(version: int, facts: Facts) -> Seal:
    """The findings on a ledger: always one for each check, good or not."""
    return Seal(version, facts.entries, (*_hard(facts), *_soft(facts), *_funds(facts)))


def _hard(facts: Facts) -> Iterable[Finding]:
    for check, name, good, bad in _HARD:
        entries: tuple[EntryName, ...] = getattr(facts, name)
        if check is Check.CHAIN and not entries and not facts.head_agrees:
            yield Finding(check, Level.BROKEN, N_("The last entry of the chain is missing."))
        elif entries:
            yield Finding(check, Level.BROKEN, bad, {}, entries)
        else:
            yield Finding(check, Level.GOOD, good)
    if apart := sum(facts.balances.values()):
        yield Finding(Check.SHEET, Level.BROKEN, N_("The two sides of the balance sheet differ by {amount}."),
                      {"amount": Cents(apart)})  # fmt: skip
    else:
        yield Finding(Check.SHEET, Level.GOOD, N_("The two sides of the balance sheet are equal."))


def _soft(facts: Facts) -> Iterable[Finding]:
    transfers = law.under(facts.balances, law.INTERNAL_TRANSFERS)
    private = law.under(facts.balances, law.PRIVATE_COSTS)
    yield (
        Finding(Check.TRANSFERS, Level.ATTENTION, N_("Internal transfers (58) on their way: {amount}, since"),
                {"amount": Cents(transfers)}, facts.transfers)
        if transfers else Finding(Check.TRANSFERS, Level.GOOD, N_("Internal transfers (58) have all arrived."))
    )  # fmt: skip
    yield (
        Finding(Check.PRIVATE, Level.ATTENTION, N_("Private costs (643) still to be charged: {amount}, since"),
                {"amount": Cents(private)}, facts.private)
        if private else Finding(Check.PRIVATE, Level.GOOD, N_("Private costs (643) are all charged."))
    )  # fmt: skip


def _funds(facts: Facts) -> Iterable[Finding]:
    reserve = law.reserve_cover(facts.balances).shortage
    working = law.working_cover(facts.balances).shortage
    unnamed = law.unnamed_share(facts.fund.named, facts.fund.unnamed)
    yield (
        Finding(Check.RESERVE, Level.ATTENTION,
                N_("The reserve fund is not covered: {amount} is missing on its bank account (art. 3.86 §3)."),
                {"amount": Cents(reserve)})
        if reserve else Finding(Check.RESERVE, Level.GOOD, N_("The reserve fund is covered."))
    )  # fmt: skip
    yield (
        Finding(Check.WORKING, Level.ATTENTION,
                N_("The working fund is not covered: {amount} lies with the reserve or elsewhere (art. 3.86 §3)."),
                {"amount": Cents(working)})
        if working else Finding(Check.WORKING, Level.GOOD, N_("The working fund is covered."))
    )  # fmt: skip
    yield (
        Finding(Check.SHARES, Level.ATTENTION,
                N_("The co-owners' shares in the working fund differ from it by {amount}: no co-owner is named in"),
                {"amount": Cents(unnamed)}, facts.fund.entries)
        if unnamed
        else Finding(Check.SHARES, Level.GOOD, N_("The co-owners' shares in the working fund add up to it."))
    )  # fmt: skip
