"""Draws one PDF; runs in the processes of the pool (`pdf.py`), so it imports little and knows no setting."""

import os
import signal
import threading
from multiprocessing import connection, parent_process
from typing import Any, Final

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

# Archivable (ISO 19005-3) and tagged: readable aloud, its text can be taken out.
_OPTIONS: Final = {"pdf_variant": "pdf/a-3b", "pdf_tags": True}
_fonts: FontConfiguration | None = None


class OnlyInside(URLFetcher):  # type: ignore[misc]
    """Opens nothing but what stands in the document itself (`data:`): no file, no network."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)


def draw(html: str) -> bytes:
    """The PDF of a page of HTML. What it refers to outside of itself is left out."""
    global _fonts
    if _fonts is None:
        _fonts = FontConfiguration()
    document = HTML(string=html, base_url="about:blank", url_fetcher=OnlyInside())
    return bytes(document.write_pdf(font_config=_fonts, **_OPTIONS))


def begin() -> None:
    """At the start of a process of the pool: it outlives neither its parent nor an interrupted terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Any = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    draw('<html lang="en"><p>.</p></html>')


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(0)
