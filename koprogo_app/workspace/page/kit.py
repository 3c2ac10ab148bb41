"""What a page of an area takes to show its PageState; the parts are the interface's own."""

from koprogo_app.interface.page_parts import ask, beside, dialog, shown

__all__ = ["ask", "beside", "dialog", "shown"]
