"""Where a rule is written: the articles of Book 3 of the Civil Code and of the decrees, shown in four languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_CODE: Final = ""
_DECREE_2012: Final = "2012-07-12"

_WORDS: Final = {
    "fr": ("art. {n}", ", al. {a}", "AR 12/07/2012"),
    "nl": ("art. {n}", ", lid {a}", "KB 12/07/2012"),
    "de": ("Art. {n}", " Abs. {a}", "KE 12.07.2012"),
    "en": ("art. {n}", ", para. {a}", "RD 12/07/2012"),
}

_NAMED: Final = {
    "L 1851-12-16 27 7°": {
        "fr": "art. 27, 7° de la loi hypothécaire",
        "nl": "art. 27, 7° Hypotheekwet",
        "de": "Art. 27 Nr. 7 des Hypothekengesetzes",
        "en": "art. 27, 7° Mortgage Act",
    },
    "L 1865-05-05 2": {
        "fr": "art. 2 §1 de la loi du 5 mai 1865",
        "nl": "art. 2 §1 wet van 5 mei 1865",
        "de": "Art. 2 §1 des Gesetzes vom 5. Mai 1865",
        "en": "art. 2 §1, Act of 5 May 1865",
    },
    "CC 2277": {
        "fr": "art. 2277 de l’ancien Code civil",
        "nl": "art. 2277 oud BW",
        "de": "Art. 2277 des alten Zivilgesetzbuches",
        "en": "art. 2277, old Civil Code",
    },
    "CDE XIX": {
        "fr": "livre XIX du Code de droit économique",
        "nl": "boek XIX Wetboek van economisch recht",
        "de": "Buch XIX des Wirtschaftsgesetzbuches",
        "en": "Book XIX, Code of Economic Law",
    },
}
"""Places outside Book 3 by their stable code, as people write them."""


@dataclass(frozen=True, slots=True)
class Article:
    """One place in the law: article number, paragraph (§), subparagraph (alinéa) and point ("15°").

    An empty `act` is the Civil Code; "2012-07-12" is the royal decree on the chart of accounts, without a number; a
    key of `_NAMED` is one place in another act.
    """

    number: str
    paragraph: int = 0
    subparagraph: int = 0
    point: str = ""
    act: str = _CODE

    def text(self, lang: str = "fr") -> str:
        """How a person reads it: "art. 3.87 §1, al. 2"; an unknown language reads as English."""
        if named := _NAMED.get(self.act):
            return named.get(lang, named["en"])
        article, subparagraph, decree = _WORDS.get(lang, _WORDS["en"])
        if self.act == _DECREE_2012:
            return decree
        shown = article.format(n=self.number)
        if self.paragraph:
            shown += f" §{self.paragraph}"
        if self.subparagraph:
            shown += subparagraph.format(a=self.subparagraph)
        return f"{shown} {self.point}" if self.point else shown

    @property
    def code(self) -> str:
        """The stable key of the article, the same in every language: "3.87 §1 al. 2", "RD 2012-07-12"."""
        if self.act:
            return self.act if self.act in _NAMED else f"RD {self.act}"
        parts = (
            self.number,
            f"§{self.paragraph}" if self.paragraph else "",
            f"al. {self.subparagraph}" if self.subparagraph else "",
            self.point,
        )
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.code


SHARES_IN_DEED = Article("3.85", 1)
ASSEMBLY_PERIOD = Article("3.87", 2)
ASSEMBLY_PERIOD_RULES = Article("3.85", 3, point="3°")
FUNDS = Article("3.86", 3)
VOTING_SUSPENDED = Article("3.87", 1, 2)
VOTES_ARE_SHARES = Article("3.87", 6)
QUORUM = Article("3.87", 5)
UNANIMITY = Article("3.88", 3)
CHARTED_ACCOUNTS = Article("3.89", 5, point="15°")
OWNERS_LIST = Article("3.89", 5, point="14°")
YEARLY_BUDGETS = Article("3.89", 5, point="16°")
COUNCIL = Article("3.90")
AUDITOR = Article("3.91")
CHART_DECREE = Article("", act=_DECREE_2012)
WORKING_DAY = Article("1.7")
SANCTIONS_IN_REGULATION = Article("3.85", 1)
FORMAL_NOTICE = Article("5.240")
EXCESSIVE_CLAUSE = Article("5.88")
CIVIL_RATE = Article("", act="L 1865-05-05 2")
PRIVILEGE = Article("", act="L 1851-12-16 27 7°")
PRESCRIPTION = Article("", act="CC 2277")
CONSUMER_DEBT = Article("", act="CDE XIX")

_WRITTEN = re.compile(
    r"(?:art\. )?(?P<number>\d+\.\d+)(?: §(?P<paragraph>\d+))?(?: al\. (?P<subparagraph>\d+))?(?: (?P<point>\d+°.*))?"
)


def article(code: str) -> Article | None:
    """The article a stable `code` stands for ("3.87 §1 al. 2"), or None when the code is not one."""
    if code == CHART_DECREE.code:
        return CHART_DECREE
    if code in _NAMED:
        return Article("", act=code)
    if not (found := _WRITTEN.fullmatch(code)):
        return None
    return Article(found["number"], int(found["paragraph"] or 0), int(found["subparagraph"] or 0), found["point"] or "")


def shown(code: str, lang: str = "fr") -> str:
    """The display text of an article's stable `code`; what is not a code is shown as it stands."""
    found = article(code)
    return found.text(lang) if found else code
