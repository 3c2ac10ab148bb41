"""What a page of an area takes to show its PageState; the parts are the interface's own."""

from koprogo_app.interface.page_parts import ask, dialog, page_part, shown

__all__ = ["ask", "dialog", "page_part", "shown"]
