"""The front door: puts the pages, the API and the middlewares together, and decides nothing."""

import os

import reflex as rx
from fastapi import FastAPI

from koprogo_app.foundation.web import NoUpload, PrettyPaths, SecurityHeaders
from koprogo_app.interface.build import client_dir, csp_hashes
from koprogo_app.interface.notice import on_server_error
from koprogo_app.interface.page import Page, add_pages
from koprogo_app.interface.shell import connection_banner, shell
from koprogo_app.settings import settings

PAGES: list[Page] = []

api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


def _secured(inner: object) -> SecurityHeaders:
    return SecurityHeaders(inner, csp_hashes(), tls=settings().secure, origin=settings().public_url)


app = rx.App(
    api_transformer=[api, NoUpload, lambda inner: PrettyPaths(inner, client_dir()), _secured],
    html_lang="fr",
    toaster=None,
    stylesheets=["/theme.css", "/kit.css"],
    reset_style=False,
    backend_exception_handler=on_server_error,
)
# Reflex's own banner speaks English only, and adds an empty titled box to every page.
app.app_wraps[5, "Overlay"] = lambda stateful: connection_banner() if stateful else None
add_pages(app, PAGES, frame=shell)
