"""The estate's pages alone, with a route that signs anybody in: for walking them in a browser. Not part of the program."""

import contextlib
from collections.abc import AsyncIterator

import reflex as rx
from fastapi import Response
from starlette.responses import RedirectResponse

from koprogo_app.estate.page import PAGES
from koprogo_app.estate.state.frame import Frame
from koprogo_app.estate.upload_api import router
from koprogo_app.foundation.api import make_api
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.process import connected
from koprogo_app.foundation.web import NoUpload, PrettyPaths, SecurityHeaders
from koprogo_app.identity.guard import harden
from koprogo_app.identity.queries.people import by_email
from koprogo_app.identity.service.sessions import open_session
from koprogo_app.identity.web import set_cookie
from koprogo_app.interface.build import client_dir, csp_hashes
from koprogo_app.interface.notice import on_server_error
from koprogo_app.interface.page import add_pages
from koprogo_app.interface.shell import connection_banner, shell

api = make_api([router])


@api.get("/as/{email}")
async def sign_in_as(email: str, to: str = "/") -> Response:
    async with work(SYSTEM) as w:
        user = await by_email(w, email)
        assert user is not None
        _, secret = await open_session(w, user, "web", ip="", user_agent="test")
    answer = RedirectResponse(to, 303)
    set_cookie(answer, secret)
    return answer


app = rx.App(
    api_transformer=[api, NoUpload, lambda inner: PrettyPaths(inner, client_dir()), lambda inner: SecurityHeaders(inner, csp_hashes())],
    html_lang="fr", toaster=None, stylesheets=["/theme.css", "/kit.css"], reset_style=False,
    backend_exception_handler=on_server_error,
)  # fmt: skip
app.app_wraps[5, "Overlay"] = lambda stateful: connection_banner() if stateful else None


@contextlib.asynccontextmanager
async def _database() -> AsyncIterator[None]:
    async with connected():
        yield


app.register_lifespan_task(_database)
add_pages(app, PAGES, before=[Frame.enter], frame=shell)
harden(app)
