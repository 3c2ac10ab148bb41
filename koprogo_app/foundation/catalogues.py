"""The gettext catalogues: `locales/<lang>/LC_MESSAGES/<area>.po`, read once a process and merged to one a language.

A message is named by one string, the way a compiled catalogue names it, so that it can stand in a table, in an error
or in the parameters of a job: its English text; before it, a context and `CONTEXT`; after it, `FORMS` and the English
plural. `i18n.N_` and `i18n.P_` write such keys; nobody else needs to know how they look.

How French is written, which the tests check: a no-break space (U+00A0) before a colon and inside « », a narrow one
(U+202F) before ? ! ; as in the tables of the Imprimerie nationale, never a plain space there; one apostrophe, the ’.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES: Final = Path(__file__).resolve().parents[1] / "locales"
CONTEXT: Final = "\x04"
"""Between context and message, as in a compiled catalogue."""
FORMS: Final = "\x1f"
"""Between one and many. A compiled catalogue has NUL here, which PostgreSQL does not keep in a text."""


def key(msgid: str, many: str = "", context: str = "") -> str:
    """The one string that names a message."""
    named = f"{msgid}{FORMS}{many}" if many else msgid
    return f"{context}{CONTEXT}{named}" if context else named


def parts(name: str) -> tuple[str, str, str]:
    """The context, the English text and the English plural of a key; each but the text may be empty."""
    before, mark, after = name.partition(CONTEXT)
    context, named = (before, after) if mark else ("", name)
    one, _, many = named.partition(FORMS)
    return context, one, many


def text(lang: str, name: str, count: int = 1) -> str:
    """The message in a language, in the form that this language takes for `count`; in English when it is unknown."""
    known = _translations(lang)
    if CONTEXT not in name and FORMS not in name:
        return known.gettext(name)
    context, one, many = parts(name)
    if not many:
        return str(known.pgettext(context, one))
    return str(known.npgettext(context, one, many, count) if context else known.ngettext(one, many, count))


def forms(lang: str, name: str) -> list[str]:
    """Every plural form of a message in a language, in the order of `plural_rule`."""
    examples: dict[int, int] = {}
    for count in range(1000):
        examples.setdefault(_translations(lang).plural(count), count)
    return [text(lang, name, examples[form]) for form in sorted(examples)]


def plural_rule(lang: str) -> str:
    """Which form a number `n` takes, as an expression of C, which JavaScript reads too: `(n > 1)` in French."""
    return get_plural(lang).plural_expr


@cache
def _translations(lang: str) -> Translations:
    """What babel compiles of all .po files of a language; English, which has none, still has its plural rule."""
    merged = Catalog(locale=lang)
    for path in sorted((LOCALES / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if message.id and not message.fuzzy:
                    merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)
