"""Who is who in the file: the same owner stands on many lines, spelled in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from koprogo_app.estate.importing.columns import Column
from koprogo_app.estate.importing.notes import Notes
from koprogo_app.estate.importing.preview import ImportedOwner
from koprogo_app.estate.importing.words import looks_like_company
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.tables import plain

_TITLES: Final = re.compile(
    r"^(?:(?:m|mr|mrs|ms|mme|mlle|monsieur|madame|mademoiselle|dhr|de heer|mevr|mevrouw|mw|herr|frau|dr|mtr)\.?\s+)+",
    re.IGNORECASE,
)
_COUPLE: Final = re.compile(r"\s(?:&|\+|et|en|und|and|ou|of|oder)\s|\s[-/]\s|/", re.IGNORECASE)
_DETAILS: Final = {
    "phone": Column.PHONE,
    "lang": Column.LANG,
    "street": Column.STREET,
    "postal_code": Column.POSTAL_CODE,
    "city": Column.CITY,
    "country": Column.COUNTRY,
    "enterprise_number": Column.ENTERPRISE_NUMBER,
    "email": Column.EMAIL,
}


@dataclass(slots=True)
class Person:
    """One owner while the file is read: the first line's details, filled in from the others."""

    owner: ImportedOwner
    lines: list[int] = field(default_factory=list)


def name_key(name: str, first_name: str = "") -> str:
    """The same for one name in another case, order or with other accents: "DENIS Hugo", "Hugo Denis"."""
    return " ".join(sorted(plain(f"{name} {first_name}").split()))


def split_name(text: str) -> tuple[str, str]:
    """Family name and first name, where the spelling tells them apart: "DENIS Hugo", "Hugo DENIS", "Denis, Hugo".

    Titles are left out; a company or an unclear name stays whole, with no first name.
    """
    if looks_like_company(text):
        return text, ""
    name = _TITLES.sub("", text) or text
    family, comma, first = (one.strip() for one in name.partition(","))
    if comma and family and first and "," not in first:
        return family, first
    words = name.split()
    capitals = [len(word) > 1 and word == word.upper() and word != word.lower() for word in words]
    lead = capitals.index(False) if False in capitals else len(words)
    if 0 < lead < len(words) and not any(capitals[lead:]):
        return " ".join(words[:lead]), " ".join(words[lead:])
    tail = len(words) - (capitals[::-1].index(False) if False in capitals else 0)
    if 0 < tail < len(words) and not any(capitals[:tail]):
        return " ".join(words[tail:]), " ".join(words[:tail])
    return name, ""


def names_two_persons(text: str) -> bool:
    """Whether a cell seems to name a couple ("DUPONT Jean & MARTIN Anne"): each must have a line."""
    return not looks_like_company(text) and bool(_COUPLE.search(text))


def identify(mentions: Iterable[ImportedOwner], notes: Notes) -> dict[int, Person]:
    """Give each line's mention of an owner (by its line number) the person it means.

    The same person has the same reference or enterprise number; else the same e-mail and a matching name; else the
    same name without anything that contradicts it. What is certain is settled first: the order of the lines does not
    matter.
    """
    register = _Register(notes)
    settled: dict[int, Person] = {}
    for mention in sorted(mentions, key=_certainty):
        person = register.person_of(mention)
        person.lines.append(mention.line)
        settled[mention.line] = person
    register.number()
    return settled


def _certainty(mention: ImportedOwner) -> tuple[int, int]:
    if mention.reference:
        rank = 0
    elif mention.enterprise_number:
        rank = 1
    else:
        rank = 2 if mention.email else 3
    return rank, mention.line


class _Register:
    """The persons found so far."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._persons: list[Person] = []
        self._by_reference: dict[str, Person] = {}
        self._by_number: dict[str, Person] = {}
        self._by_email: dict[str, list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}

    def person_of(self, mention: ImportedOwner) -> Person:
        """The person a line means, a new one when nobody fits."""
        found = self._found(mention)
        if found is None:
            found = Person(mention)
            self._persons.append(found)
        else:
            self._complete(found, mention)
        self._index(found)
        return found

    def number(self) -> None:
        """Give the persons their keys, in the order of the lines that name them first."""
        for number, person in enumerate(sorted(self._persons, key=lambda one: min(one.lines)), 1):
            person.owner = replace(person.owner, key=f"owner-{number}", line=min(person.lines))

    def _found(self, mention: ImportedOwner) -> Person | None:
        if mention.reference and (same := self._by_reference.get(mention.reference)):
            return same
        same = self._by_number.get(mention.enterprise_number)
        if same and not _contradict(same.owner.reference, mention.reference):
            self._other_name(same, mention, Column.ENTERPRISE_NUMBER, mention.enterprise_number)
            return same
        if mention.email and (same := self._by_shared_email(mention)):
            return same
        return self._by_same_name(mention)

    def _by_shared_email(self, mention: ImportedOwner) -> Person | None:
        """Who has this address and a name that fits; a couple may share one address, and stays two persons."""
        for person in self._by_email.get(mention.email, ()):
            if _may_be_same(person.owner, mention) and _names_fit(person.owner, mention):
                return person
        for person in self._by_email.get(mention.email, ())[:1]:
            self._notes.warning(
                "shared_email",
                N_("{name} and {other} (line {first}) have the same e-mail address; they are taken as two persons."),
                mention.line,
                Column.EMAIL,
                name=mention.display_name,
                other=person.owner.display_name,
                first=person.owner.line,
            )
        return None

    def _by_same_name(self, mention: ImportedOwner) -> Person | None:
        named = self._by_name.get(_owner_name(mention), [])
        possible = [
            one for one in named if _may_be_same(one.owner, mention) and not _contradict(one.owner.email, mention.email)
        ]
        if len(possible) == 1:
            return possible[0]
        if possible:
            self._notes.error(
                "ambiguous_owner",
                N_("Several persons are called {name}. Give the e-mail address on this line too."),
                mention.line,
                Column.OWNER,
                name=mention.display_name,
            )
            return possible[0]
        if named and not mention.reference:
            self._notes.warning(
                "same_name",
                N_("{name} also stands on line {first} with other details; they are taken as two persons."),
                mention.line,
                Column.OWNER,
                name=mention.display_name,
                first=named[0].owner.line,
            )
        return None

    def _other_name(self, person: Person, mention: ImportedOwner, column: Column, value: str) -> None:
        if _names_fit(person.owner, mention):
            return
        self._notes.warning(
            "other_name",
            N_("{value} belongs to {other} on line {first}; {name} is taken as the same owner."),
            mention.line,
            column,
            value=value,
            other=person.owner.display_name,
            first=person.owner.line,
            name=mention.display_name,
        )

    def _complete(self, person: Person, mention: ImportedOwner) -> None:
        """Fill in what the first line left open; what differs is told, and the first stays."""
        known, new = person.owner, {}
        for detail, column in _DETAILS.items():
            before, now = getattr(known, detail), getattr(mention, detail)
            if now and not before:
                new[detail] = now
            elif now and before != now:
                self._notes.warning(
                    "other_detail",
                    N_("“{other}” here, “{first}” on line {at} for the same owner: the first is kept."),
                    mention.line,
                    column,
                    other=now,
                    first=before,
                    at=known.line,
                )
        if mention.first_name and not known.first_name:
            new |= {"name": mention.name, "first_name": mention.first_name}
        person.owner = replace(known, company=known.company or mention.company, **new)

    def _index(self, person: Person) -> None:
        owner = person.owner
        if owner.reference:
            self._by_reference.setdefault(owner.reference, person)
        if owner.enterprise_number:
            self._by_number.setdefault(owner.enterprise_number, person)
        for index, key in ((self._by_email, owner.email), (self._by_name, _owner_name(owner))):
            if key and person not in index.setdefault(key, []):
                index[key].append(person)


def _owner_name(owner: ImportedOwner) -> str:
    return name_key(owner.name, owner.first_name)


def _contradict(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _may_be_same(one: ImportedOwner, other: ImportedOwner) -> bool:
    """Whether neither the reference nor the enterprise number tells the two apart."""
    return not (
        _contradict(one.reference, other.reference) or _contradict(one.enterprise_number, other.enterprise_number)
    )


def _names_fit(one: ImportedOwner, other: ImportedOwner) -> bool:
    """Whether one name can be a shorter spelling of the other: "H. Denis" and "DENIS Hugo"."""
    short, long = sorted((_owner_name(one).split(), _owner_name(other).split()), key=len)
    return all(any(_fits(word, full) for full in long) for word in short)


def _fits(word: str, full: str) -> bool:
    return word == full or (1 in (len(word), len(full)) and word[0] == full[0])
