"""The pages of documents; one module a page, because the browser loads code by module."""

from koprogo_app.documents.page.library import library
from koprogo_app.documents.page.mine import mine
from koprogo_app.interface.page import Page

PAGES: list[Page] = [library, mine]
