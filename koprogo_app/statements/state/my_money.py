"""An owner's money on her home: what she owes in each building, the next call, how to pay, her last letters."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.calls.queries.notices import notices_of
from koprogo_app.calls.service.claims import claim
from koprogo_app.calls.state.paying import NOT_ASKED, Asking, asking
from koprogo_app.foundation.database import Work
from koprogo_app.statements.service.own_buildings import own_accounts
from koprogo_app.workspace.state.common import shown_day, workspace
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class MyLetter:
    """A notice to open."""

    label: str = ""
    href: str = ""


@dataclass(frozen=True)
class MyAccount:
    """Her account in one building."""

    id: str = ""
    building: str = ""
    href: str = ""
    asking: Asking = NOT_ASKED
    letters: tuple[MyLetter, ...] = ()
    statement: str = ""


class MyMoney(PageState, rx.State):
    """One account a building and card of hers; a building whose accounts are not kept here has none."""

    rows: list[MyAccount] = []

    load = loads("own_account.read")

    async def _fill(self, w: Work, lang: str) -> None:
        self.rows = [
            await _account(w, one.building_id, one.owner_id, one.building, lang) for one in await own_accounts(w)
        ]


async def _account(w: Work, building_id: UUID, owner_id: UUID, name: str, lang: str) -> MyAccount:
    letters = await notices_of(w, building_id, owner_id, 3)
    return MyAccount(
        f"{building_id}{owner_id}", name, f"{workspace(building_id)}/owners/{owner_id}/account",
        asking(await claim(w, building_id, owner_id), lang),
        tuple(MyLetter(f"{one.label} · {shown_day(one.due_on, lang)}", f"/api/v1/documents/{one.document_id}")
              for one in letters),
        f"{workspace(building_id)}/reports/owner-charges?owner={owner_id}",
    )  # fmt: skip
