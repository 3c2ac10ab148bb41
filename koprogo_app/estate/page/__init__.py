"""The estate's pages; one module a page, because the browser loads code by module."""

from koprogo_app.estate.page.lot import lot
from koprogo_app.estate.page.lots import lots
from koprogo_app.interface.page import Page

PAGES: list[Page] = [lots, lot]
