"""The front door: puts the pages, the API, the jobs and the middlewares together, and decides nothing."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from koprogo_app.foundation.jobs import embedded_worker
from koprogo_app.foundation.manifests import manifests
from koprogo_app.foundation.rest.api import make_api
from koprogo_app.foundation.rest.web import NoUpload, PrettyPaths, SecurityHeaders
from koprogo_app.foundation.watch import health, metrics
from koprogo_app.foundation.watch.logs import RequestLog, set_up_logs
from koprogo_app.foundation.watch.process import connected
from koprogo_app.identity.guard import harden, on_page_error
from koprogo_app.identity.service import sessions
from koprogo_app.identity.state.account import Account
from koprogo_app.interface.build import client_dir, csp_hashes
from koprogo_app.interface.notice import on_server_error
from koprogo_app.interface.page import Page, add_pages
from koprogo_app.interface.shell import ACTIONS, connection_banner, shell
from koprogo_app.settings import settings
from koprogo_app.workspace.state.frame import Frame

for area in manifests():
    area.load_all()
PAGES: list[Page] = [page for area in manifests() if area.pages for page in area.load(area.pages)]
api = make_api([health.router, metrics.router, *(area.load(router) for area in manifests() for router in area.routes)])


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
