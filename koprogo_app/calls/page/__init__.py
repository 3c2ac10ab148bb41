"""The pages of calls for funds; one module a page, because the browser loads code by module."""

from koprogo_app.calls.page.account import account
from koprogo_app.calls.page.call import call
from koprogo_app.calls.page.calls import calls
from koprogo_app.calls.page.new_call import new_call
from koprogo_app.calls.page.owner_accounts import owner_accounts
from koprogo_app.calls.page.plans import plans
from koprogo_app.interface.page import Page

PAGES: list[Page] = [calls, new_call, call, account, owner_accounts, plans]
