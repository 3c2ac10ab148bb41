"""The pages of recovery; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.recovery.page.arrears import arrears
from koprogo_app.recovery.page.everywhere import everywhere
from koprogo_app.recovery.page.mine import mine
from koprogo_app.recovery.page.owner import late_owner
from koprogo_app.recovery.page.policy import recovery_policy
from koprogo_app.recovery.page.rates import rates

PAGES: list[Page] = [arrears, late_owner, recovery_policy, everywhere, mine, rates]
