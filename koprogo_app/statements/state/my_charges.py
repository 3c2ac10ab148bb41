"""An owner's charges of the running year on her home: each nature with the building's amount and her part."""

from dataclasses import dataclass

import reflex as rx

from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.statements.service.own_buildings import own_accounts
from koprogo_app.statements.service.own_charges import OwnCharges, own_charges
from koprogo_app.workspace.state.common import workspace
from koprogo_app.workspace.state.page import PageState, loads

_SHOWN = 6


@dataclass(frozen=True)
class MyNature:
    """A nature of costs, ready to show."""

    code: str = ""
    label: str = ""
    key: str = ""
    whole: str = ""
    mine: str = ""


@dataclass(frozen=True)
class MyYear:
    """Her year in one building; `more` says how many natures are left out."""

    id: str = ""
    title: str = ""
    natures: tuple[MyNature, ...] = ()
    more: str = ""
    total: str = ""
    proof: str = ""
    holds: bool = False
    href: str = ""


class MyCharges(PageState, rx.State):
    """One year a building and card of hers; a year without costs is not shown."""

    rows: list[MyYear] = []

    load = loads("own_account.read")

    async def _fill(self, w: Work, lang: str) -> None:
        rows = []
        for one in await own_accounts(w):
            found = await own_charges(w, one.building_id, one.owner_id, lang)
            href = f"{workspace(one.building_id)}/reports/owner-charges?owner={one.owner_id}"
            if found.natures:
                rows.append(_shown(found, f"{one.building_id}{one.owner_id}", one.building, href, lang))
        self.rows = rows


def _shown(found: OwnCharges, row_id: str, building: str, href: str, lang: str) -> MyYear:
    left = len(found.natures) - _SHOWN
    natures = [
        MyNature(
            one.code, one.label, ", ".join(key or tr(lang, "Shares") for key in one.keys),
            money(one.whole_cents, lang), money(one.cents, lang),
        )
        for one in found.natures[:_SHOWN]
    ]  # fmt: skip
    proof = (
        tr(
            lang,
            N_(
                "{count} lot added up = the costs in the books, to the cent",
                "{count} lots added up = the costs in the books, to the cent",
            ),
            count=found.lots,
        )
        if found.holds
        else ""
    )
    return MyYear(
        row_id, tr(lang, "My charges {year}, to the last cent · {building}", year=found.year, building=building),
        tuple(natures), tr(lang, N_("and {count} more item", "and {count} more items"), count=left) if left > 0 else "",
        money(found.cents, lang), proof, found.holds, href,
    )  # fmt: skip
