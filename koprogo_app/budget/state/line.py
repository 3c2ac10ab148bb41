"""What stands behind a line's figure: the entries and invoices that add up to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from koprogo_app.budget.facts import Place
from koprogo_app.budget.queries.actuals import Posted
from koprogo_app.budget.service.behind import Behind, behind_actual, behind_last_year
from koprogo_app.budget.service.variance import SHARES
from koprogo_app.budget.state.common import month_of, year_of
from koprogo_app.estate.queries.keys import keys_of
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import NotFound
from koprogo_app.foundation.i18n import money, tr
from koprogo_app.ledger.queries import books
from koprogo_app.workspace.state.common import id_after, may, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, loads


@dataclass(frozen=True)
class Item:
    """An entry's part of the figure."""

    id: str = ""
    day: str = ""
    entry: str = ""
    entry_href: str = ""
    label: str = ""
    account: str = ""
    supplier: str = ""
    invoice_href: str = ""
    cents: str = ""


class BudgetLine(PageState, rx.State):
    """In the address: `year`, `account`, `key` (none: the shares), `to` (a month, 2026-09); with `n`, the number of a
    budget, last year's figure beside its line."""

    building: str = ""
    query: str = ""
    account: str = ""
    key: str = ""
    start: str = ""
    end: str = ""
    total: str = ""
    items: list[Item] = []

    load = loads("budget.read")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, query = id_after(self, "buildings"), self.router.url.query_parameters
        place = _place(query)
        book = await books.open_book(w, building_id, "budget.read")
        found = await _found(w, building_id, query, place)
        chart = {row.code: row for row in await books.accounts(w, building_id)}
        keys = {one.id: one.name for one in await keys_of(w, building_id, archived=True)}
        if place[0] not in chart:
            raise NotFound()
        bills = self.base if may("invoices.read", book.organization_id, building_id) else ""
        self.building, self.query = book.building_name, f"year={query['year']}"
        self.account = f"{place[0]} {chart[place[0]].label(lang)}"
        self.key = keys.get(place[1], "") or tr(lang, SHARES)
        self.start, self.end = shown_day(found.start, lang), shown_day(found.end, lang)
        self.total = money(found.cents, lang)
        self.items = [_item(item, self.base, bills, chart[item.code].label(lang), lang) for item in found.items]


def _place(query: Mapping[str, str]) -> Place:
    try:
        return query.get("account", ""), UUID(query["key"]) if query.get("key") else None
    except ValueError:
        raise NotFound() from None


async def _found(w: Work, building_id: UUID, query: Mapping[str, str], place: Place) -> Behind:
    year, number = year_of(query.get("year", "")), query.get("n", "")
    if year is None or not re.fullmatch(r"[0-9]{0,4}", number):
        raise NotFound()
    if number:
        return await behind_last_year(w, building_id, year, int(number), place)
    return await behind_actual(w, building_id, year, place, month_of(query.get("to", "")))


def _item(item: Posted, base: str, bills: str, account: str, lang: str) -> Item:
    return Item(
        f"{item.entry_id} {item.code} {item.key_id}", shown_day(item.on, lang), item.entry,
        f"{base}/entries/{item.entry_id}", item.label, f"{item.code} {account}",
        "" if item.supplier in item.label else item.supplier,
        f"{bills}/invoices/{item.invoice_id}" if bills and item.invoice_id else "", amount(item.cents, lang),
    )  # fmt: skip
