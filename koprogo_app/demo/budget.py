"""The budget of the Tilleuls: voted for the running year, with two lines over it and a reserve that is short."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from koprogo_app.budget.facts import Line
from koprogo_app.budget.queries import budgets as queries
from koprogo_app.budget.service import budgets, lines
from koprogo_app.budget.service.alerts import raise_alerts
from koprogo_app.budget.service.overview import view
from koprogo_app.budget.service.variance import variance
from koprogo_app.foundation.database import Work, work
from koprogo_app.identity.access import Person
from koprogo_app.ledger.queries import books

_OVER = (Decimal("0.87"), Decimal("0.80"))
"""What two lines were given of what they turned out to cost."""
_COMMENTS = {
    "61300": "Contrat du syndic, forfait annuel",
    "6140": "Prime de l'an dernier, indexée ABEX",
    "61011": "Contrat omnium, deux ascenseurs",
}
"""What the accountant noted beside some lines."""


_REASON = "Les toitures viennent d’être refaites ; le fonds couvre les travaux prévus."
"""Why the reserve gets less than the law asks: the demo shows the alert."""


async def fill(syndic: Person, building_id: UUID) -> None:
    """Writes and votes the budget of the running year, when the books of the building hold one."""
    async with work(syndic) as w:
        if not (await books.book(w, building_id)).opened:
            return
        years = await books.years(w, building_id)
        running = next((row for row in years if row.start <= w.today <= row.end), None)
        if running is None or not running.entries:
            return
        row = await budgets.create(w, building_id, running.start.year, source="actuals", index=Decimal("2.5"))
        await _fit(w, building_id, row.id, running.start.year)
        await _reserve(w, building_id, running.start.year, row.id)
        await budgets.submit(w, row.id)
        day = min(w.today, date(running.start.year, 3, 26))
        await budgets.vote(w, row.id, budgets.Vote(day, f"AG {day:%d/%m/%Y}, point 6", reserve_reason=_REASON))
        await budgets.activate(w, row.id)
        await raise_alerts(w, building_id)


async def _fit(w: Work, building_id: UUID, budget_id: UUID, year: int) -> None:
    """Gives each line what the year costs so far and a little more, but for the two dearest."""
    seen = await variance(w, building_id, year)
    held = {line.place: line for line in await queries.lines_of(w, budget_id)}
    spent = {row.place: row for row in seen.variance.rows if row.nature != "reserve" and row.actual_to_date > 0}
    dearest = sorted(spent, key=lambda one: (spent[one].nature != "ordinary", -spent[one].actual_to_date))
    share = Decimal(seen.variance.to) / len(seen.months)
    for rank, place in enumerate(dearest):
        factor = _OVER[rank - 1] if rank in (1, 2) else Decimal("1.04")
        # To the next hundred euros: rounded down, a small line would run over too.
        cents = -(-int(Decimal(spent[place].actual_to_date) / share * factor) // 10_000) * 10_000
        line = held.get(place)
        comment = _COMMENTS.get(place[0], "")
        if line:
            values = {"cents": cents, "profile": [], "comment": comment}
            await lines.change_line(w, line.id, line.version, values)
        else:
            values = {"account_code": place[0], "key_id": place[1], "cents": cents, "comment": comment}
            await lines.add_line(w, budget_id, values)


async def _reserve(w: Work, building_id: UUID, year: int, budget_id: UUID) -> None:
    """A contribution to the reserve fund a quarter short of what the law asks."""
    least = (await view(w, building_id, year)).rule.least or 0
    held: dict[str, Line] = {line.account_code: line for line in await queries.lines_of(w, budget_id)}
    values = {"cents": least * 3 // 4 // 10_000 * 10_000}
    if "700" in held:
        await lines.change_line(w, held["700"].id, held["700"].version, {**values, "profile": []})
    else:
        await lines.add_line(w, budget_id, {"account_code": "700", **values})
