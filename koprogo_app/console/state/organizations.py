"""The organisations of the installation."""

from typing import Any, ClassVar

import reflex as rx

from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.foundation.i18n import N_
from koprogo_app.workspace.records.grid import RecordList, editing
from koprogo_app.workspace.state.common import address
from koprogo_app.workspace.state.page import loads


class Organizations(RecordList, rx.State):
    """The list, and the dialog of one organisation or of a new one."""

    RECORD: ClassVar = ORGANIZATION
    load = loads("platform.read")
    # Translators: {name} is an organisation
    edit, save = editing(ORGANIZATION, done=N_("{name} is saved."), permission="platform.write")

    def _more(self, row: Any, lang: str) -> dict[str, str]:
        return {"address": address(row)}
