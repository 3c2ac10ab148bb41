"""The pages of identity; one module a page, because the browser loads code by module."""

from koprogo_app.identity.page.forbidden import forbidden
from koprogo_app.identity.page.invitation import invitation
from koprogo_app.identity.page.missing import missing
from koprogo_app.identity.page.profile import profile
from koprogo_app.identity.page.reset import reset
from koprogo_app.identity.page.reset_new import reset_new
from koprogo_app.identity.page.sign_in import sign_in
from koprogo_app.identity.page.sign_in_code import sign_in_code
from koprogo_app.identity.page.start import start
from koprogo_app.interface.page import Page

PAGES: list[Page] = [start, sign_in, sign_in_code, reset, reset_new, invitation, profile, forbidden, missing]
