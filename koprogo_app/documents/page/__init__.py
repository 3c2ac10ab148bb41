"""The pages of documents; one module a page, because the browser loads code by module."""

from koprogo_app.documents.page.library import library
from koprogo_app.documents.page.mine import mine
from koprogo_app.documents.page.panel import lot_panel
from koprogo_app.interface.page import Page
from koprogo_app.interface.slot import fill

PAGES: list[Page] = [library, mine]
fill("lot", lot_panel)
