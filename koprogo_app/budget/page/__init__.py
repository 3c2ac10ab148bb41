"""The pages of budget; one module a page, because the browser loads code by module."""

from koprogo_app.budget.page.budget import budget
from koprogo_app.budget.page.line import budget_line
from koprogo_app.budget.page.provisions import provisions
from koprogo_app.budget.page.variance import variance
from koprogo_app.interface.page import Page

PAGES: list[Page] = [budget, budget_line, provisions, variance]
