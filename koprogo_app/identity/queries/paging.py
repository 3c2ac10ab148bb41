"""A list is read page by page: what is asked of it, one page of its rows, how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_

R = TypeVar("R")
MAX_PER_PAGE = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of rows; `total` counts all pages, `number` starts at 1."""

    rows: list[R]
    total: int
    number: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: page from 1, rows a page (1 to 500), and `sort`, a column's name, "-" before it for
    the reverse order; empty for the list's own order."""

    page: int = 1
    per_page: int = 20
    sort: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.page <= 1_000_000:
            raise Invalid("page", N_("Pages are counted from 1."))
        if not 1 <= self.per_page <= MAX_PER_PAGE:
            raise Invalid("per_page", N_("A page holds 1 to {max} rows."), max=MAX_PER_PAGE)

    def order(self, columns: Mapping[str, str], default: str) -> str:
        """The `order by` expression; `columns` is the allow-list, `default` also breaks ties. Raises Invalid."""
        name = self.sort.removeprefix("-")
        if not name:
            return default
        if name not in columns:
            raise Invalid("sort", N_("Sort by one of: {names}."), names=", ".join(sorted(columns)))
        direction = "desc" if self.sort.startswith("-") else "asc"
        return f"{columns[name]} {direction} nulls last, {default}"

    @property
    def limits(self) -> dict[str, int]:
        """The parameters `limit` and `offset` of the query."""
        return {"limit": self.per_page, "offset": (self.page - 1) * self.per_page}


FIRST = Asked()


@dataclass(frozen=True, slots=True)
class _Whole(Asked):
    per_page: int = 1_000_000

    def __post_init__(self) -> None:
        """Asked by the program, never by a person: no limit."""


WHOLE = _Whole()
"""All rows as one page: what is printed or exported holds every line."""


async def paged(w: Work, sql: str, row_type: type[R], asked: Asked, **params: Any) -> Page[R]:
    """A page of rows. `sql` takes `limit` and `offset`, and its column `total` (`count(*) over ()`) counts them all.

    A page past the end is empty and its total is then counted from the first page.
    """
    totals: list[int] = []

    def build(total: int, **columns: Any) -> R:
        totals.append(total)
        return row_type(**columns)

    rows = await w.rows(sql, cast(type[R], build), **params, **asked.limits)
    if not totals and asked.page > 1:
        await w.rows(sql, cast(type[R], build), **params, limit=1, offset=0)
    return Page(rows, totals[0] if totals else 0, asked.page, asked.per_page)


def like(text: str) -> str:
    """A pattern that finds `text` anywhere, its own wildcards taken as they stand."""
    plain = "".join(sign for sign in text if sign != "\x00" and not "\ud800" <= sign <= "\udfff")
    escaped = plain.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
