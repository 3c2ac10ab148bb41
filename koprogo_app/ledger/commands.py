"""`koprogo verify`: checks every ledger of the installation, offline."""

from uuid import UUID

from rich.console import Console
from rich.table import Table

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.ledger.rules.integrity import Level, Seal
from koprogo_app.ledger.service import integrity

_SIGNS = {Level.GOOD: "[green]whole[/]", Level.ATTENTION: "[yellow]to settle[/]", Level.BROKEN: "[red]broken[/]"}


async def seals() -> dict[str, Seal]:
    """The seal of each opened ledger, by the building's name and id."""
    async with work(SYSTEM) as w:
        found = await w.rows(
            "select b.id, b.name from ledger l join estate.building b on b.id = l.building_id order by b.name, b.id",
            _Opened,
        )
    result = {}
    for row in found:
        async with work(SYSTEM) as w:
            result[f"{row.name} ({row.id})"] = await integrity.check(w, row.id)
    return result


class _Opened:
    """A building whose accounts are open."""

    def __init__(self, id: UUID, name: str) -> None:
        self.id = id
        self.name = name


async def verify(out: Console, lang: str = "en") -> bool:
    """Prints the seal of every ledger, and each finding that is not good; False when one is broken."""
    found = await seals()
    table = Table("Ledger", "Entries", "Books", "Findings")
    for name, seal in found.items():
        notes = "\n".join(f.text(lang) for f in seal.findings if f.level is not Level.GOOD)
        table.add_row(name, str(seal.entries), _SIGNS[seal.level], notes)
    out.print(table if found else "No ledger has been opened yet.")
    return all(seal.level is not Level.BROKEN for seal in found.values())
