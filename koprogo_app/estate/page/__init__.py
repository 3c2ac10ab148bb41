"""The estate's pages; one module a page, because the browser loads code by module."""

from koprogo_app.estate.page.building import building
from koprogo_app.estate.page.home import home
from koprogo_app.estate.page.imports import imports
from koprogo_app.estate.page.keys import keys
from koprogo_app.estate.page.lot import lot
from koprogo_app.estate.page.lots import lots
from koprogo_app.estate.page.owner import owner
from koprogo_app.estate.page.owners import owners
from koprogo_app.estate.page.portfolio import portfolio
from koprogo_app.interface.page import Page

PAGES: list[Page] = [portfolio, building, lots, lot, owners, owner, imports, keys, home]
