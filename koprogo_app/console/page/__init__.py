"""The pages over the whole installation; one module a page, because the browser loads code by module."""

from koprogo_app.console.page.audit import admin_audit, audit
from koprogo_app.console.page.health import health
from koprogo_app.console.page.organizations import organizations
from koprogo_app.console.page.outbox import outbox
from koprogo_app.console.page.people import people
from koprogo_app.interface.page import Page

PAGES: list[Page] = [organizations, people, outbox, admin_audit, audit, health]
