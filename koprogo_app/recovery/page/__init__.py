"""The pages of recovery; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.recovery.page.arrears import arrears

PAGES: list[Page] = [arrears]
