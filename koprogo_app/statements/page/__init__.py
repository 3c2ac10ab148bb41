"""The pages of statements of charges; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.interface.slot import fill
from koprogo_app.statements.page.everywhere import waiting_everywhere
from koprogo_app.statements.page.home import my_charges, my_money
from koprogo_app.statements.page.report import report
from koprogo_app.statements.page.reports import reports
from koprogo_app.statements.page.today import money_today

PAGES: list[Page] = [reports, report]
fill("home", my_money)
fill("home", my_charges)
fill("building", money_today)
fill("portfolio", waiting_everywhere)
