"""The pages of the books; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.ledger.page.accounts import accounts
from koprogo_app.ledger.page.close_years import close_years
from koprogo_app.ledger.page.entries import entries
from koprogo_app.ledger.page.entry import entry
from koprogo_app.ledger.page.matching import matching
from koprogo_app.ledger.page.moves import general_ledger
from koprogo_app.ledger.page.new_entry import new_entry
from koprogo_app.ledger.page.statements import statements
from koprogo_app.ledger.page.take_over import take_over
from koprogo_app.ledger.page.trial import trial_balance
from koprogo_app.ledger.page.years import years

PAGES: list[Page] = [
    accounts,
    entries,
    new_entry,
    entry,
    general_ledger,
    matching,
    trial_balance,
    statements,
    years,
    take_over,
    close_years,
]
