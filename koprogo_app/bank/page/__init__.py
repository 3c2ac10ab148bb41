"""The pages of the bank; one module a page, because the browser loads code by module."""

from koprogo_app.bank.page.bank import bank
from koprogo_app.bank.page.bank_files import bank_files
from koprogo_app.bank.page.bank_statement import bank_statement
from koprogo_app.bank.page.payers import payers
from koprogo_app.interface.page import Page

PAGES: list[Page] = [bank, bank_files, bank_statement, payers]
