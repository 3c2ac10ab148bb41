"""Log lines: JSON, and nobody in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from koprogo_app.foundation.watch.logs import RequestLog, clean_text, set_up_logs
from koprogo_app.settings import Settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of this test; what was set up before comes back."""
    root, before = logging.getLogger(), (logging.getLogger().handlers[:], logging.getLogger().level)
    stream = io.StringIO()
    set_up_logs(Settings(), stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = before


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_time_level_and_logger(lines: io.StringIO) -> None:
    structlog.get_logger("koprogo.test").info("lot saved", lot=3)
    (line,) = read(lines)
    assert (line["event"], line["level"], line["logger"], line["lot"]) == ("lot saved", "info", "koprogo.test", 3)
    assert line["timestamp"].endswith("Z")


def test_nobody_is_named(lines: io.StringIO) -> None:
    log = structlog.get_logger("koprogo.test")
    log.warning(
        "mail to jan.peeters@example.be failed", email="jan@example.be", recipient="Jan", password="hunter2",
        token="tok123", ip="192.0.2.1", phone="+32 470", cookie="sid=abc", user_agent="Firefox",
        detail={"headers": {"cookie": "sid=abc"}, "note": "see anna@example.be", "list": ["bob@example.be"]},
        url="https://copro.example/reset/new?token=tok123#tok456", path="/lots?q=Peeters",
        header="Bearer eyJhbGciOi.x.y",
    )  # fmt: skip
    logging.getLogger("some.library").error("refused %s", "carl@example.be")
    try:
        raise ValueError("dirk@example.be is not known")
    except ValueError:
        log.exception("went wrong")
    text = "\n".join(str(line) for line in read(lines) if line.pop("timestamp"))  # its digits are of no telephone
    for secret in ("jan@", "jan.peeters", "Jan", "hunter2", "tok123", "tok456", "192.0.2.1", "+32 470", "sid=",
                   "Firefox", "anna@", "bob@", "Peeters", "eyJ", "carl@", "dirk@"):  # fmt: skip
        assert secret not in text, secret
    assert "https://copro.example/reset/new" in text and "Traceback" in text and len(read(lines)) == 3


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET /lots?q=x 200", "GET /lots 200"),
        ("postgresql://koprogo:pw@localhost/db", "postgresql://•@localhost/db"),
        ("3 of 4 done: 50%", "3 of 4 done: 50%"),
        ("is this right? yes", "is this right? yes"),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_levels(lines: io.StringIO) -> None:
    structlog.get_logger("koprogo.test").debug("detail")
    logging.getLogger("some.library").debug("detail")
    assert lines.getvalue() == ""


async def test_a_request_is_one_line_and_its_other_lines_carry_its_number(lines: io.StringIO) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        structlog.get_logger("koprogo.test").info("inside")
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message: Any) -> None:
        pass

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/lots",
        "query_string": b"q=Peeters",
        "client": ("9.9.9.9", 1),
    }
    await RequestLog(app)(scope, None, send)  # type: ignore[arg-type]
    inside, request = read(lines)
    assert inside["request"] == request["request"] and request["status"] == 204
    assert (request["method"], request["path"]) == ("GET", "/api/v1/lots")
    assert "Peeters" not in lines.getvalue() and "9.9.9.9" not in lines.getvalue()
