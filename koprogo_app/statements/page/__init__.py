"""The pages of statements of charges; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.statements.page.report import report
from koprogo_app.statements.page.reports import reports
from koprogo_app.statements.page.settlement import settlement

PAGES: list[Page] = [reports, report, settlement]
