"""How many rows a page of these lists has."""

from typing import Final

PER_PAGE: Final = 50
