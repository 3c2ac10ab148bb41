"""What these states share: paging of a list, and why a page cannot be shown."""

from collections.abc import Mapping
from typing import Final

from koprogo_app.foundation.errors import KoproError
from koprogo_app.interface.form import problems

PER_PAGE: Final = 50


def page_of(query: Mapping[str, str]) -> int:
    """The page an address asks for, from 1."""
    text = query.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1


def offset_of(query: Mapping[str, str]) -> int:
    """Rows before the page that an address asks for."""
    return (page_of(query) - 1) * PER_PAGE


def place(query: Mapping[str, str], shown: int, total: int) -> dict[str, int]:
    """The values of the kit's pager."""
    first = offset_of(query) + 1 if shown else 0
    return {
        "page": page_of(query), "pages": max(1, -(-total // PER_PAGE)), "total": total, "first": first,
        "last": first + shown - 1 if shown else 0,
    }  # fmt: skip


def failure(error: KoproError) -> dict[str, str]:
    """Why a page cannot be shown, in four languages."""
    return next(iter(problems(error).values()))
