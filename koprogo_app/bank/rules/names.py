"""Names as payments spell them."""

import re
import unicodedata
from typing import Final

_FORMS: Final = frozenset(
    {
        *("sa", "nv", "srl", "bv", "bvba", "sprl", "asbl", "vzw", "scrl", "cv", "gmbh", "ag", "vof", "snc", "sc"),
        *("sca", "mr", "mme", "mevr", "dhr", "herr", "frau", "en", "et", "und", "ou", "of"),
    }
)


def words_of(name: str) -> frozenset[str]:
    """The words of a name without case, accents, signs and legal forms."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(w for w in re.findall(r"[a-z0-9]+", letters) if w not in _FORMS and len(w) > 1)
