"""What an act changed, field by field, in the reader's words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from koprogo_app.console.state.words import HIDDEN, fields, values
from koprogo_app.foundation.i18n import N_, day, moment, money, tr

_LONGEST: Final = 160
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_YES, _NO = N_("yes"), N_("no")

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One field of a change."""

    name: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, and the names of rows by their ids."""

    lang: str
    names: Mapping[UUID, str]


def ids_in(values: Iterable[Values | None]) -> set[UUID]:
    """The ids of rows that changes name."""
    return {UUID(one) for each in values for one in _strings(each or {}) if _ID.fullmatch(one)}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def differences(entity: str, before: Values | None, after: Values | None, reader: Reader) -> list[Difference]:
    """The fields that an act on an `entity` changed; what was empty and stayed so is left out."""
    was, now = before or {}, after or {}
    found = [
        Difference(field_name(name, reader.lang), *(_shown(entity, name, one.get(name), reader) for one in (was, now)))
        for name in sorted((was.keys() | now.keys()) - HIDDEN)
    ]
    return sorted((one for one in found if one.before or one.after), key=lambda one: one.name.casefold())


def field_name(name: str, lang: str) -> str:
    """What a field is called; its code when it has no name."""
    return tr(lang, fields().get(name, name))


def _shown(entity: str, field: str, value: Any, reader: Reader) -> str:
    text = _words(entity, field, value, reader)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _words(entity: str, field: str, value: Any, reader: Reader) -> str:
    """A value of the trail as one reads it: no brackets, no quotes; what is empty says nothing."""
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, bool):
        return tr(reader.lang, _YES if value else _NO)
    if isinstance(value, list):
        return " · ".join(_words(entity, field, one, reader) for one in value)
    if isinstance(value, Mapping):
        return _period(value, reader) or ", ".join(
            f"{_named(name, reader)} {_words(entity, name, one, reader)}".strip()
            for name, one in value.items()
            if name not in HIDDEN
        )
    if isinstance(value, int):
        return money(value, reader.lang) if field == "cents" or field.endswith("_cents") else str(value)
    return _text(entity, field, str(value), reader)


def _period(value: Values, reader: Reader) -> str:
    """Days from and to, both included: `01/01/2026 – 31/03/2026`; nothing when the value is something else."""
    if not {"lower", "upper"} <= value.keys():
        return ""
    first, after = (date.fromisoformat(value[end]) if value[end] else None for end in ("lower", "upper"))
    last = after - timedelta(days=1) if after else None
    return " – ".join(day(one, reader.lang, "short") if one else "…" for one in (first, last))


def _named(name: str, reader: Reader) -> str:
    return reader.names.get(UUID(name), name[:8]) if _ID.fullmatch(name) else field_name(name, reader.lang)


def _text(entity: str, field: str, text: str, reader: Reader) -> str:
    known = values().get(f"{entity}.{field}", values().get(field, {})).get(text)
    if known:
        return tr(reader.lang, known)
    if _ID.fullmatch(text):
        return reader.names.get(UUID(text), text[:8])
    return _time(text, reader.lang) or text


def _time(text: str, lang: str) -> str:
    """A day, or a moment of the clock in Brussels, as people write it; nothing when the text is neither."""
    try:
        if _DAY.fullmatch(text):
            return day(date.fromisoformat(text), lang, "short")
        return moment(datetime.fromisoformat(text), lang) if _DAY.fullmatch(text[:10]) else ""
    except ValueError:
        return ""
