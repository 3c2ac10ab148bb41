"""Headings and words as people spell them, compared without case, accents and signs."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

C = TypeVar("C")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, no accents, no signs, single spaces: what two spellings of one heading or word have in common."""
    letters = unicodedata.normalize("NFKD", text.replace("º", "°").replace("ß", "ss").casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    bare = bare.replace("%", " pct ").replace("œ", "oe").replace("æ", "ae").replace("ø", "o")
    return " ".join(re.sub(r"[^0-9a-z]+", " ", bare).split())


def named(heading: str, names: Mapping[str, C]) -> C | None:
    """What a heading names, by its `plain` spelling and with or without a remark behind it: "Quotités (/1.000)"."""
    candidates = (heading, re.sub(r"[(\[{].*", "", heading), re.sub(r"[/:*].*", "", heading))
    return next((found for one in candidates if (found := names.get(plain(one))) is not None), None)
