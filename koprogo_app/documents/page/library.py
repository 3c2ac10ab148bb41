"""The documents of a building."""

import reflex as rx

from koprogo_app.documents.page.parts import shelves
from koprogo_app.documents.state.library import Library
from koprogo_app.documents.state.sending import Sending
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import button, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.parts import loaded, trail


@page("/buildings/[building_id]/documents", title=N_("Documents"), on_load=Library.load)
def library() -> rx.Component:
    """The library."""
    building = Library.base.split("/documents")[0].to(str)
    add = rx.cond(
        Library.write,
        button(t("Add documents"), kind="primary", on_click=Sending.start(building.split("/")[2].to(str), "")),
        rx.fragment(),
    )
    header = page_header(t("Documents"), add, over=trail(link(Library.building, building)))
    return loaded(Library.failed, Library.ready, Library.load, rx.fragment(header, shelves(office=True)))
