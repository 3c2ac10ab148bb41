"""The pages of documents; one module a page, because the browser loads code by module."""

from koprogo_app.documents.page.library import library
from koprogo_app.documents.page.mine import mine
from koprogo_app.documents.page.panel import lot_panel
from koprogo_app.documents.state.beside import documents_of_lots
from koprogo_app.estate.state.beside import say_of_lots
from koprogo_app.interface.page import Page
from koprogo_app.interface.slot import fill

PAGES: list[Page] = [library, mine]
fill("lot", lot_panel)
say_of_lots(documents_of_lots)
