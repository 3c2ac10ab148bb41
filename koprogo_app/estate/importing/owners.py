"""What one line says of an owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koprogo_app.estate.importing import cells, words
from koprogo_app.estate.importing.columns import Column
from koprogo_app.estate.importing.notes import Notes
from koprogo_app.estate.importing.people import names_two_persons, split_name
from koprogo_app.estate.importing.preview import ImportedOwner
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.numbers import read_enterprise_number
from koprogo_app.foundation.tables import Row

_TELLING: Final = (Column.EMAIL, Column.PHONE, Column.ENTERPRISE_NUMBER, Column.FIRST_NAME, Column.PART)
_LONGEST: Final = 200
_TEXTS: Final = (Column.OWNER, Column.FIRST_NAME, Column.STREET, Column.CITY, Column.POSTAL_CODE, Column.REFERENCE)


def read_owner(notes: Notes, row: Row) -> ImportedOwner | None:
    """The owner on a line, without key; None when the line names nobody."""
    written = notes.text(row, Column.OWNER)
    if not written:
        if any(notes.text(row, column) for column in _TELLING):
            notes.error("owner_missing", N_("The owner's name is missing."), row.line, Column.OWNER)
        return None
    for column in _TEXTS:
        if len(notes.text(row, column)) > _LONGEST:
            message = N_("This text is longer than {limit} characters.")
            notes.error("too_long", message, row.line, column, limit=_LONGEST)
    company = _is_company(notes, row, written)
    name, first_name = _names(notes, row, written, company)
    # Translators: a remark on a line of a file; text is what stands there
    unknown_language = N_("The language “{text}” is not known; it is left open.")
    # Translators: a remark on a line of a file; text is what stands there
    unknown_country = N_("The country “{text}” is not known; it is left open.")
    return ImportedOwner(
        key="",
        name=name,
        first_name=first_name,
        company=company,
        enterprise_number=_enterprise_number(notes, row),
        email=_email(notes, row),
        phone=_phone(notes, row),
        lang=_word(notes, row, Column.LANG, words.lang_of, unknown_language),
        street=notes.text(row, Column.STREET),
        postal_code=notes.text(row, Column.POSTAL_CODE),
        city=notes.text(row, Column.CITY),
        country=_word(notes, row, Column.COUNTRY, words.country_of, unknown_country),
        reference=notes.text(row, Column.REFERENCE),
        line=row.line,
    )


def _is_company(notes: Notes, row: Row, name: str) -> bool:
    stated = words.person_or_company(notes.text(row, Column.OWNER_KIND))
    if stated is not None:
        return stated
    return bool(notes.text(row, Column.ENTERPRISE_NUMBER)) or words.looks_like_company(name)


def _names(notes: Notes, row: Row, written: str, company: bool) -> tuple[str, str]:
    """Name and first name: as the columns give them, else told apart by the spelling."""
    if notes.has(Column.FIRST_NAME) or company:
        return written, notes.text(row, Column.FIRST_NAME)
    if names_two_persons(written):
        message = N_("“{name}” looks like two persons: give each a line, with the part each holds.")
        notes.warning("two_persons", message, row.line, Column.OWNER, name=written[:80])
        return written, ""
    return split_name(written)


def _enterprise_number(notes: Notes, row: Row) -> str:
    column = Column.ENTERPRISE_NUMBER
    text = notes.text(row, column)
    return (
        (notes.understood(lambda: read_enterprise_number(text), row, column, "enterprise_number") or "") if text else ""
    )


def _email(notes: Notes, row: Row) -> str:
    text = notes.text(row, Column.EMAIL)
    found = notes.understood(lambda: cells.emails(text), row, Column.EMAIL, "email") if text else None
    if not found:
        return ""
    if len(found) > 1:
        message = N_("Several e-mail addresses: only {email} is kept.")
        notes.warning("several_emails", message, row.line, Column.EMAIL, email=found[0])
    return found[0]


def _phone(notes: Notes, row: Row) -> str:
    text = notes.text(row, Column.PHONE)
    if text and not cells.is_phone(text):
        message = N_("“{text}” does not look like a telephone number.")
        notes.warning("phone", message, row.line, Column.PHONE, text=text[:40])
    return text


def _word(notes: Notes, row: Row, column: Column, read: Callable[[str], str | None], unknown: str) -> str:
    text = notes.text(row, column)
    found = read(text) if text else ""
    if found is None:
        notes.warning(f"unknown_{column}", unknown, row.line, column, text=text[:40])
    return found or ""
