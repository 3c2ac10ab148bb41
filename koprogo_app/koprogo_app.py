"""The front door: puts the pages, the API, the jobs and the middlewares together, and decides nothing."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from koprogo_app.bank import api as bank_api
from koprogo_app.bank.page import PAGES as BANK_PAGES
from koprogo_app.budget import api as budget_api
from koprogo_app.budget.page import PAGES as BUDGET_PAGES
from koprogo_app.calls import api as calls_api
from koprogo_app.calls.page import PAGES as CALLS_PAGES
from koprogo_app.console.page import PAGES as CONSOLE_PAGES
from koprogo_app.documents import api as documents_api
from koprogo_app.documents.page import PAGES as DOCUMENTS_PAGES
from koprogo_app.estate import api as estate_api
from koprogo_app.estate import upload_api
from koprogo_app.estate.page import PAGES as ESTATE_PAGES
from koprogo_app.estate.state.frame import Frame
from koprogo_app.foundation import health, metrics
from koprogo_app.foundation.api import make_api
from koprogo_app.foundation.areas import import_each
from koprogo_app.foundation.jobs import embedded_worker
from koprogo_app.foundation.logs import RequestLog, set_up_logs
from koprogo_app.foundation.process import connected
from koprogo_app.foundation.storage.ready import storage_ready
from koprogo_app.foundation.web import NoUpload, PrettyPaths, SecurityHeaders
from koprogo_app.identity import api as identity_api
from koprogo_app.identity.guard import harden, on_page_error
from koprogo_app.identity.page import PAGES as IDENTITY_PAGES
from koprogo_app.identity.service import sessions
from koprogo_app.identity.state.account import Account
from koprogo_app.interface.build import client_dir, csp_hashes
from koprogo_app.interface.notice import on_server_error
from koprogo_app.interface.page import Page, add_pages
from koprogo_app.interface.shell import ACTIONS, connection_banner, shell
from koprogo_app.ledger import api as ledger_api
from koprogo_app.ledger import matching_api
from koprogo_app.ledger.page import PAGES as LEDGER_PAGES
from koprogo_app.payments import api as payments_api
from koprogo_app.purchases import api as purchases_api
from koprogo_app.purchases.page import PAGES as PURCHASES_PAGES
from koprogo_app.recovery import api as recovery_api
from koprogo_app.recovery.page import PAGES as RECOVERY_PAGES
from koprogo_app.settings import settings
from koprogo_app.statements import api as statements_api
from koprogo_app.statements.page import PAGES as STATEMENTS_PAGES

PAGES: list[Page] = [
    *IDENTITY_PAGES,
    *ESTATE_PAGES,
    *DOCUMENTS_PAGES,
    *LEDGER_PAGES,
    *PURCHASES_PAGES,
    *CALLS_PAGES,
    *BANK_PAGES,
    *STATEMENTS_PAGES,
    *BUDGET_PAGES,
    *RECOVERY_PAGES,
    *CONSOLE_PAGES,
]
ROUTERS = [
    health.router,
    metrics.router,
    identity_api.router,
    estate_api.router,
    upload_api.router,
    documents_api.router,
    ledger_api.router,
    matching_api.router,
    payments_api.router,
    purchases_api.router,
    calls_api.router,
    bank_api.router,
    statements_api.router,
    budget_api.router,
    recovery_api.router,
]

import_each("seal")
import_each("reports")
health.add_part("storage", storage_ready)
api = make_api(ROUTERS)


def _pretty(inner: Any) -> PrettyPaths:
    return PrettyPaths(inner, client_dir())


def _secured(inner: Any) -> SecurityHeaders:
    return SecurityHeaders(inner, csp_hashes(), tls=settings().secure, origin=settings().public_url)


@contextlib.asynccontextmanager
async def resources() -> AsyncIterator[None]:
    """What the process holds while it serves: the database, the ear for ended sessions, the worker."""
    set_up_logs()
    async with connected():
        # What is loaded by now stays: searching it for garbage time and again would stop the process for 0.2 s.
        gc.collect()
        gc.freeze()
        helpers = [asyncio.create_task(sessions.listen()), asyncio.create_task(embedded_worker())]
        try:
            yield
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)


app = rx.App(
    api_transformer=[api, NoUpload, _pretty, metrics.Measured, RequestLog, _secured],
    html_lang="fr",
    toaster=None,
    stylesheets=["/theme.css", "/kit.css"],
    reset_style=False,
    backend_exception_handler=on_server_error,
    frontend_exception_handler=on_page_error,
)
app.register_lifespan_task(resources)
harden(app)
# Reflex's own banner speaks English only, and adds an empty titled box to every page.
app.app_wraps[5, "Overlay"] = lambda stateful: connection_banner() if stateful else None
ACTIONS.choose_role, ACTIONS.sign_out = Account.choose_role, "/api/auth/sign-out"
add_pages(app, PAGES, before=[Account.enter, Frame.enter], frame=shell)
