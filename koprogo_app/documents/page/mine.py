"""Every document that the person may see: an owner's papers."""

import reflex as rx

from koprogo_app.documents.page.parts import shelves
from koprogo_app.documents.state.library import Library
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown


@page("/documents", title=N_("Documents"), on_load=Library.load)
def mine() -> rx.Component:
    """The library of what one may see."""
    header = page_header(t("Documents"), under=t("The papers of your co-ownerships that you may see."))
    return shown(Library, rx.fragment(header, shelves(office=False)))
