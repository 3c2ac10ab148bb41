"""What the states of the books share: how amounts read, and which days a report covers."""

from dataclasses import dataclass

from koprogo_app.foundation.i18n import tr
from koprogo_app.ledger.queries.entries import Movement, PartyRow
from koprogo_app.workspace.state.common import shown_day
from koprogo_app.workspace.state.figures import amount


@dataclass(frozen=True)
class MoveLine:
    """A movement, ready to show."""

    id: str = ""
    href: str = ""
    code: str = ""
    day: str = ""
    entry: str = ""
    document: str = ""
    label: str = ""
    party: str = ""
    debit: str = ""
    credit: str = ""
    balance: str = ""
    matched: bool = False


def move_line(row: Movement, base: str, lang: str) -> MoveLine:
    """A movement as the tables show it."""
    return MoveLine(
        str(row.line_id),
        f"{base}/entries/{row.entry_id}",
        row.code,
        shown_day(row.on, lang),
        f"{row.journal} {row.number}",
        row.document_ref,
        row.label,
        row.party,
        amount(max(row.cents, 0), lang, blank=True),
        amount(max(-row.cents, 0), lang, blank=True),
        amount(row.balance, lang),
        row.matched,
    )


@dataclass(frozen=True)
class PartyLine:
    """A co-owner or supplier with the balance of his account."""

    id: str = ""
    name: str = ""
    href: str = ""
    kind: str = ""
    balance: str = ""


def party_line(row: PartyRow, href: str, lang: str) -> PartyLine:
    """A co-owner or supplier as the tables show them."""
    kind = tr(lang, "Co-owner") if row.kind == "owner" else tr(lang, "Supplier")
    return PartyLine(str(row.id), row.name, href, kind, amount(row.balance, lang))


def proof(good: bool, lang: str) -> tuple[str, str]:
    """Whether a report adds up: a text, and the kind of mark it deserves."""
    if good:
        return tr(lang, "Adds up to the cent"), "done"
    return tr(lang, "Does not add up"), "refused"
