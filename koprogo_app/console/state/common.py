"""What these states share: how many rows a page has, and where a page of rows stands."""

from collections.abc import Sequence
from typing import Any, Final

from koprogo_app.workspace.queries.paging import Asked, Page
from koprogo_app.workspace.state.common import place

PER_PAGE: Final = 50


def placed(rows: Sequence[Any], wanted: Asked) -> dict[str, int]:
    """The values of the kit's pager for rows that each carry the `total` of their list."""
    return place(Page(list(rows), rows[0].total if rows else 0, wanted.page, wanted.per_page))
