"""The pages over the whole installation; one module a page, because the browser loads code by module."""

from koprogo_app.interface.page import Page
from koprogo_app.platform.page.audit import admin_audit, audit
from koprogo_app.platform.page.health import health
from koprogo_app.platform.page.organizations import organizations
from koprogo_app.platform.page.outbox import outbox
from koprogo_app.platform.page.people import people

PAGES: list[Page] = [organizations, people, outbox, admin_audit, audit, health]
