"""A layer around the requests of the API that looks on: it changes nothing of them."""

import time
from collections.abc import Callable
from typing import Any

App = Callable[..., Any]


class Watching:
    """Is told of each request of the API how it ended (`ended`), also of one that failed; pages and sockets pass by."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: App, send: App) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def noted(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self.ended(scope, status, time.perf_counter() - started)

    def ended(self, scope: Any, status: int, seconds: float) -> None:
        """A request was answered with this status after so long; 500 when it was not answered."""
        raise NotImplementedError
