"""A lot as a row of the table that is edited in place: ready texts in the person's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from koprogo_app.estate.queries.lots import Holder, LotRow
from koprogo_app.estate.service.ownership import HolderInput, HoldersPreview, preview_holders
from koprogo_app.estate.words import KINDS, RIGHTS
from koprogo_app.foundation.i18n import P_, number, share_text, tr
from koprogo_app.interface.grid import Cell, Fix, GridRow, Note
from koprogo_app.law.articles import VOTING_SUSPENDED
from koprogo_app.law.shares import Right, Suggestion
from koprogo_app.workspace.state.common import refusal_text


@dataclass(frozen=True)
class Look:
    """How the rows are shown: `base` is the building's address, `write` opens cells to be edited."""

    lang: str
    base: str
    write: bool


def lot_row(lot: LotRow, look: Look, beside: str = "") -> GridRow:
    """The row of one lot; its lines are the rights held on it. `beside`: what other areas say of it."""
    row: GridRow = {
        "id": str(lot.id),
        "version": lot.version,
        "label": lot.number,
        "cells": {
            "number": _cell(lot.number, look.write),
            "kind": _cell(lot.kind if look.write else tr(look.lang, KINDS[lot.kind]), look.write),
            "floor": _cell("" if lot.floor is None else str(lot.floor), look.write),
            "area": _cell("" if lot.area is None else number(lot.area, look.lang), look.write),
            "share": _cell(number(lot.share, look.lang), look.write),
            "voting": _voting(lot, look),
            "open": {
                "value": tr(look.lang, P_("button", "Open")),
                "href": f"{look.base}/lots/{lot.id}",
                "hint": beside,
            },
        },
        "lines": [_line(lot, holder, look) for holder in lot.holders],
        "note": draft_note(lot, look),
    }
    return row


def line_id(lot: LotRow, holder: Holder) -> str:
    """How a line is found again: lot, owner and right."""
    return f"{lot.id}:{holder.owner_id}:{holder.right}"


def _line(lot: LotRow, holder: Holder, look: Look) -> GridRow:
    who: Cell = {"value": holder.name}
    if holder.right != Right.FULL:
        who["hint"] = tr(look.lang, RIGHTS[holder.right])
    # The parts of a complete lot only change together, in its editor.
    part = _cell(share_text(holder.share, look.lang), look.write and lot.status == "draft")
    return {
        "id": line_id(lot, holder),
        "version": 0,
        "label": f"{lot.number}, {holder.name}",
        "cells": {"holders": who, "part": part},
    }


def _cell(value: str, write: bool) -> Cell:
    return {"value": value} if write else {"value": value, "readonly": True}


def _voting(lot: LotRow, look: Look) -> Cell:
    lang = look.lang
    if lot.voting == "draft":
        return {"value": "", "hint": tr(lang, "lot incomplete")}
    if lot.voting == "suspended":
        cell: Cell = {
            "value": "",
            "badge": {"kind": "attention", "text": tr(lang, "vote suspended")},
            "article": VOTING_SUSPENDED.text(lang),
        }
        if look.write:
            cell["action"] = {"id": "mandatary", "label": tr(lang, "Name a mandatary")}
        return cell
    if lot.mandatary:
        return {"value": lot.mandatary, "hint": tr(lang, P_("who votes for a lot", "mandatary"))}
    return {"value": lot.holders[0].name if lot.holders else ""}


def preview_of(holders: Sequence[Holder]) -> HoldersPreview:
    """Totals, problems and mends of the rights a lot has now."""
    return preview_holders([(str(holder.owner_id), holder.right, holder.share) for holder in holders])


def draft_note(lot: LotRow, look: Look) -> Note:
    """What a draft still lacks, with its mends as links; empty for a complete lot."""
    if lot.status != "draft":
        return {}
    if not lot.holders:
        add: list[Fix] = [{"action": "holders", "label": tr(look.lang, "Add an owner")}] if look.write else []
        return {"kind": "attention", "text": tr(look.lang, "This lot has no owner yet."), "fixes": add}
    preview = preview_of(lot.holders)
    names = {str(holder.owner_id): holder.name for holder in lot.holders}
    mends = [(i, one) for i, one in enumerate(preview.suggestions)] if look.write else []
    # One offer is a mend, a list of them a menu: the rest is in the lot's editor.
    fixes: list[Fix] = [{"action": f"mend:{i}", "label": mend_text(one, names, look.lang)} for i, one in mends[-2:]]
    return {
        "kind": "refused",
        "text": " ".join(refusal_text(one, look.lang) for one in preview.problems),
        "fixes": fixes,
    }


def mend_text(mend: Suggestion, names: dict[str, str], lang: str) -> str:
    """A mend in words: “Give the rest to Vandenbroucke”."""
    return tr(lang, mend.message, owner=names.get(mend.owner, ""))


def inputs_of(mend: Suggestion, holders: Sequence[Holder]) -> list[HolderInput]:
    """The holders after a mend, as the service takes them; who was the contact stays it."""
    primary = next((holder.owner_id for holder in holders if holder.primary), None)
    return [
        HolderInput(holder.owner_id, after.share, after.right, holder.owner_id == primary)
        for holder, after in zip(holders, mend.holdings, strict=True)
    ]
