"""What the program says of itself: one JSON object a line, without personal data.

Nobody is named in a log: fields that hold a person's data are masked by name, e-mail addresses wherever they stand, and
addresses of pages lose their query, which can carry a link's secret.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import uuid4

import structlog

from koprogo_app.foundation.rest.requests import App, Watching
from koprogo_app.settings import Settings, settings

_MASK: Final = "•"
_PERSONAL: Final = frozenset(
    {
        "authorization", "code", "cookie", "email", "first_name", "headers", "ip", "kept", "name_of_person", "password",
        "payload", "phone", "recipient", "secret", "street", "to", "token", "totp", "user_agent", "x_forwarded_for",
    }
)  # fmt: skip
_EMAIL: Final = re.compile(r"[^\s@<>\"'=&?/]+@[^\s@<>\"'&?/]+\.\w+")
_QUERY: Final = re.compile(r"(?P<path>(?:https?://|/)[^\s?#\"']*)[?#][^\s\"']*")
_SECRET: Final = re.compile(r"(?i)\b(bearer|basic) [\w.~+/=-]+")
_LOGIN: Final = re.compile(r"://[^/\s@]+@")
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def clean_text(text: str) -> str:
    """The text without e-mail addresses, credentials, or the query of an address."""
    bare = _LOGIN.sub(f"://{_MASK}@", _QUERY.sub(r"\g<path>", text))
    return _SECRET.sub(r"\1 " + _MASK, _EMAIL.sub(_MASK, bare))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {k: _MASK if str(k).lower() in _PERSONAL else _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(v) for v in value]
    return value if isinstance(value, int | float | bool | None) else clean_text(str(value))


def without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog's last step before writing: masks what could name somebody."""
    return {k: _MASK if k.lower().replace("-", "_") in _PERSONAL else _clean(v) for k, v in event.items()}


def _steps(of: Settings) -> list[Any]:
    last = structlog.processors.JSONRenderer() if of.log_format == "json" else structlog.dev.ConsoleRenderer()
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_personal_data,
        last,
    ]


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
]


def set_up_logs(of: Settings | None = None, stream: Any = None) -> None:
    """Sends every line, ours and the libraries', through one formatter to standard error (or `stream`)."""
    chosen = of or settings()
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[chosen.log_level]),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=_steps(chosen)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_LEVELS[chosen.log_level])
    for chatty in ("httpx", "httpcore", "alembic.runtime", "procrastinate", "psycopg.pool", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(max(_LEVELS[chosen.log_level], logging.WARNING))


log = structlog.get_logger("koprogo.http")


class RequestLog(Watching):
    """One line a request of the API: method, path, status, time, and an id that its other lines carry too."""

    async def __call__(self, scope: Any, receive: App, send: App) -> None:
        with structlog.contextvars.bound_contextvars(request=uuid4().hex[:12]):
            await super().__call__(scope, receive, send)

    def ended(self, scope: Any, status: int, seconds: float) -> None:
        took = round(seconds * 1000, 1)
        log.info("request", method=scope["method"], path=scope["path"], status=status, milliseconds=took)
