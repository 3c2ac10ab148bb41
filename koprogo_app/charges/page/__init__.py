"""The pages of charges; one module a page, because the browser loads code by module."""

from koprogo_app.charges.page.report import report
from koprogo_app.charges.page.reports import reports
from koprogo_app.interface.page import Page

PAGES: list[Page] = [reports, report]
