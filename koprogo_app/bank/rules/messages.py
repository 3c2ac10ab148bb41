"""Structured messages (OGM/VCS) as payers write them: twelve figures, of which the last two check the others."""

import re
from typing import Final

from stdnum.be import ogm_vcs
from stdnum.exceptions import ValidationError

_WRITTEN: Final = re.compile(r"(?<!\d)(\d{3})/(\d{4})/(\d{5})(?!\d)")
_BETWEEN: Final = re.compile(r"[ ./+*_:,|\\–-]{1,3}")
"""What people and banks write between the figures of one message."""
_ACCOUNT: Final = re.compile(r"BE *\d{2}(?:[ .-]?\d{4}){3}(?!\d)", re.IGNORECASE)
"""A Belgian account number: its check digits are made as those of a message, so it would pass for one."""
_LENGTH: Final = 12


def find_ogm(text: str) -> str:
    """The structured message that a text holds, as +++ddd/dddd/ddddd+++ or else spelled freely; "" when none is."""
    written = ["".join(parts) for parts in _WRITTEN.findall(text)]
    return next((digits for digits in written if valid_ogm(digits)), "") or next(iter(find_ogms(text)), "")


def find_ogms(text: str) -> list[str]:
    """Every valid structured message in a text, however its twelve figures are grouped, and among whatever words."""
    text = _ACCOUNT.sub("#", text)
    groups = list(re.finditer(r"[0-9]+", text))
    found: dict[str, None] = {}
    for start in range(len(groups)):
        digits = ""
        for n, group in enumerate(groups[start:], start):
            if n > start and not _BETWEEN.fullmatch(text, groups[n - 1].end(), group.start()):
                break
            digits += group[0]
            if len(digits) >= _LENGTH:
                break
        if valid_ogm(digits):
            found[digits] = None
    return list(found)


def valid_ogm(digits: str) -> bool:
    """Whether twelve digits end in their check digits."""
    try:
        ogm_vcs.validate(digits)
    except ValidationError:
        return False
    return len(digits) == _LENGTH
