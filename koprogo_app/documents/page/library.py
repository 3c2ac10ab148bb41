"""The documents of a building."""

import reflex as rx

from koprogo_app.documents.page.parts import shelves
from koprogo_app.documents.state.library import Library
from koprogo_app.documents.state.sending import Sending
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/buildings/[building_id]/documents", title=N_("Documents"), on_load=Library.load)
def library() -> rx.Component:
    """The library."""
    add = button(t("Add documents"), kind="primary", on_click=Sending.start(Library.building_id))
    header = page_header(
        t("Documents"), rx.cond(Library.write, add, rx.fragment()), over=trail(link(Library.building, Library.base))
    )
    return shown(Library, rx.fragment(header, shelves(office=True)))
