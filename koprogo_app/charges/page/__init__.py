"""The pages of charges; one module a page, because the browser loads code by module."""

from koprogo_app.charges.page.invoice import invoice
from koprogo_app.charges.page.invoices import invoices
from koprogo_app.charges.page.payment_orders import payment_orders
from koprogo_app.charges.page.report import report
from koprogo_app.charges.page.reports import reports
from koprogo_app.charges.page.settings import charge_rules
from koprogo_app.charges.page.suppliers import suppliers
from koprogo_app.interface.page import Page

PAGES: list[Page] = [invoices, invoice, suppliers, payment_orders, charge_rules, reports, report]
