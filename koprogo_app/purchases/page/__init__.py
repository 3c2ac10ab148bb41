"""The pages of purchases; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.purchases.page.invoice import invoice
from koprogo_app.purchases.page.invoices import invoices
from koprogo_app.purchases.page.payment_orders import payment_orders
from koprogo_app.purchases.page.settings import charge_rules
from koprogo_app.purchases.page.suppliers import suppliers

PAGES: list[Page] = [invoices, invoice, suppliers, payment_orders, charge_rules]
