"""The pages of charges; one module a page, because the browser loads code by module."""

from koprogo_app.charges.page.account import account
from koprogo_app.charges.page.bank import bank
from koprogo_app.charges.page.bank_statement import bank_statement
from koprogo_app.charges.page.call import call
from koprogo_app.charges.page.calls import calls
from koprogo_app.charges.page.everywhere import waiting_everywhere
from koprogo_app.charges.page.home import my_charges, my_money
from koprogo_app.charges.page.invoice import invoice
from koprogo_app.charges.page.invoices import invoices
from koprogo_app.charges.page.new_call import new_call
from koprogo_app.charges.page.owner_account_link import owner_account_link
from koprogo_app.charges.page.owner_accounts import owner_accounts
from koprogo_app.charges.page.payment_orders import payment_orders
from koprogo_app.charges.page.plans import plans
from koprogo_app.charges.page.report import report
from koprogo_app.charges.page.reports import reports
from koprogo_app.charges.page.settings import charge_rules
from koprogo_app.charges.page.suppliers import suppliers
from koprogo_app.charges.page.today import money_today
from koprogo_app.interface.page import Page
from koprogo_app.interface.slot import fill

PAGES: list[Page] = [
    *(invoices, invoice, suppliers, payment_orders, charge_rules),
    *(calls, new_call, call, account, owner_accounts, plans),
    *(bank, bank_statement),
    *(reports, report),
]
fill("home", my_money)
fill("home", my_charges)
fill("building", money_today)
fill("owner", owner_account_link)
fill("portfolio", waiting_everywhere)
