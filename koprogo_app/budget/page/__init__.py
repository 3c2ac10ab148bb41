"""The pages of budget; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page

PAGES: list[Page] = []
