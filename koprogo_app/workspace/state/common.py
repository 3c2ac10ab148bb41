"""What the states of all pages share: where the address points, in whose name one acts, how values read."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import reflex as rx

from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import day, number, tr
from koprogo_app.identity.access import Person
from koprogo_app.identity.guard import current
from koprogo_app.identity.page_state import acting, as_id, lang_of
from koprogo_app.law.refusal import Refusal
from koprogo_app.workspace.queries.paging import Asked, Page

__all__ = [
    "acting", "address", "as_id", "asked", "enterprise", "id_after", "lang_of", "may", "place", "refusal_text",
    "shown_day", "workspace",
]  # fmt: skip

PER_PAGE: Final = (25, 100, 500)


def id_after(state: rx.State, segment: str) -> UUID:
    """The id that follows `/segment/` in the page's address. Raises NotFound when there is none."""
    found = re.search(rf"/{segment}/([0-9a-fA-F-]{{36}})(?:/|$)", state.router.url.path)
    try:
        return UUID(found[1]) if found else UUID("")
    except ValueError:
        raise NotFound from None


def may(permission: str, organization_id: UUID | None, building_id: UUID | None = None) -> bool:
    """Whether the page may offer something; the service decides again."""
    who = current()
    return isinstance(who, Person) and who.may(permission, organization_id, building_id)


def asked(query: Mapping[str, str], default: int = PER_PAGE[0]) -> Asked:
    """The page, sort order and page length an address asks for; what is not offered there counts as not asked."""
    page, per = query.get("page", ""), query.get("per", "")
    return Asked(
        int(page) if re.fullmatch(r"[1-9]\d{0,5}", page) else 1,
        int(per) if per in map(str, PER_PAGE) else default,
        query.get("sort", ""),
    )


def place(page: Page[Any]) -> dict[str, int]:
    """Where a page of rows stands among all: the values of the kit's pager."""
    first = (page.number - 1) * page.per_page + 1 if page.rows else 0
    last = first + len(page.rows) - 1 if page.rows else 0
    return {"page": page.number, "pages": page.pages, "total": page.total, "first": first, "last": last}


def shown_day(value: date | None, lang: str) -> str:
    """A date in figures; nothing when there is none."""
    return day(value, lang, "short") if value else ""


def refusal_text(refusal: Refusal, lang: str) -> str:
    """A refusal of the law as a sentence, its numbers as the language writes them."""
    numbers = {name: number(value, lang) for name, value in refusal.params.items() if type(value) is int}
    return tr(lang, refusal.message, **{**refusal.params, **numbers})


def workspace(building_id: UUID) -> str:
    """The address under which a building's pages lie."""
    return f"/buildings/{building_id}"


def enterprise(digits: str | None) -> str:
    """An enterprise number with its dots."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}" if digits else ""


def address(row: Any) -> str:
    """Street, postal code, city and, outside Belgium, the country."""
    town = f"{row.postal_code} {row.city}".strip()
    country = row.country if row.country not in ("", "BE") else ""
    return ", ".join(part for part in (row.street, town, country) if part)
