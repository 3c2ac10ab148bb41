"""The suppliers, in a table edited in place."""

from typing import ClassVar

import reflex as rx

from koprogo_app.foundation.i18n import N_
from koprogo_app.purchases.service.suppliers import SUPPLIER
from koprogo_app.workspace.records.grid import RecordGrid, handlers


class Suppliers(RecordGrid, rx.State):
    """A page of suppliers."""

    RECORD: ClassVar = SUPPLIER
    load, save_cells, act, ask, create = handlers(SUPPLIER, added=N_("The supplier is added."))
