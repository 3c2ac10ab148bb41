"""An owner's money on her home: what she owes in each building, the next call, how to pay, her last letters."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.calls.queries.notices import notices_of
from koprogo_app.calls.state.paying import WayLine, way_lines
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.payments.queries.open_items import open_items, standing
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
    balance: str = ""
    state: str = ""
    kind: str = ""
    next: str = ""
    ways: tuple[WayLine, ...] = ()
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
    items = await open_items(w, building_id, owner_id=owner_id)
    now = standing([item for item in items if item.on <= w.today], w.today)
    state, kind = tr(lang, "nothing to pay"), "done"
    if now.balance > 0:
        state, kind = (tr(lang, "late"), "refused") if now.due_cents else (tr(lang, "to pay"), "attention")
    coming = sorted((item for item in items if item.open_cents > 0 and item.due_on >= w.today), key=lambda i: i.due_on)
    following = ""
    if coming:
        day = coming[0].due_on
        following = tr(
            lang, "{amount} due on {day}", day=shown_day(day, lang),
            amount=money(sum(item.open_cents for item in coming if item.due_on == day), lang),
        )  # fmt: skip
    letters = await notices_of(w, building_id, owner_id, 3)
    return MyAccount(
        f"{building_id}{owner_id}", name, f"{workspace(building_id)}/owners/{owner_id}/account",
        money(now.balance, lang), state, kind, following, tuple(await way_lines(w, building_id, owner_id, items, lang)),
        tuple(MyLetter(f"{one.label} · {shown_day(one.due_on, lang)}", f"/api/v1/documents/{one.document_id}")
              for one in letters),
        f"{workspace(building_id)}/reports/owner-charges?owner={owner_id}",
    )  # fmt: skip
