"""The table that is edited in place: arrow keys, Enter, Esc, Tab, paste from a spreadsheet, undo and redo.

A page gives rows and columns and one handler. The handler receives a list of changes (one after typing, many after a
paste), has each one saved by its service, and keeps the answers in a state var:

    rows: list[GridRow] = []                 # set by on_load, and not touched by a save
    outcomes: list[dict[str, Any]] = []      # [] by on_load

    @handler("lots.edit")
    async def save_cells(self, changes: list) -> None:
        self.outcomes = await answers(self.outcomes, changes, self._save, lang)

A row's next change is sent only after the answer to its last one, with the row's newest version, so a version that does
not fit means that somebody else was faster.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

import reflex as rx

from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.once import acts
from koprogo_app.interface.parts import Text
from koprogo_app.interface.text import counting, t

KEPT_ANSWERS = 12
MOST_CHANGES = 5000


class Badge(TypedDict):
    """A short state in a cell; kind as in parts.badge."""

    kind: str
    text: str


class Cell(TypedDict, total=False):
    """More than a text. `readonly` closes one cell of an editable column; `options` replaces the column's."""

    value: str
    hint: str
    badge: Badge
    article: str
    href: str
    readonly: bool
    options: list[dict[str, str]]
    action: dict[str, str]
    """A link inside the cell, {"id": …, "label": …}; calls `on_action(row, id)`."""


class Fix(TypedDict):
    """A mend offered beside an error or a note; calls `on_action(row, action)`."""

    action: str
    label: str


class Note(TypedDict, total=False):
    """What stands beside a row: kind attention (default), refused, done or information."""

    kind: str
    text: str
    article: str
    fixes: list[Fix]


class GridRow(TypedDict, total=False):
    """A row: `cells` maps a column's id to a text or a Cell; `label` names it to a screen reader.

    With `lines`, cells of columns marked `line` come from these, one below the other, and the row's own cells span
    them.
    A line is a GridRow without lines, with its own id and version.
    """

    id: str
    version: int
    label: str
    cells: dict[str, str | Cell]
    lines: list["GridRow"]
    note: Note


@dataclass(frozen=True)
class GridColumn:
    """A column. `options` are (value, text) pairs of a select; `line` marks a column of the row's lines."""

    id: str
    label: Text
    kind: Literal["text", "number", "money", "select"] = "text"
    editable: bool = False
    line: bool = False
    sortable: bool = False
    primary: bool = False
    options: Sequence[tuple[str, Text]] = field(default_factory=tuple)

    def as_props(self) -> dict[str, Any]:
        """The column as the JavaScript side reads it."""
        return {
            "id": self.id,
            "label": self.label,
            "kind": self.kind,
            "editable": self.editable,
            "line": self.line,
            "sortable": self.sortable,
            "primary": self.primary,
            "options": [{"value": value, "label": text} for value, text in self.options],
        }


class Change(TypedDict):
    """What was typed: the row's (or line's) id, the column, the text, and the row's version the person saw."""

    row: str
    field: str
    value: str
    version: int


@dataclass(frozen=True)
class Saved:
    """What a service made of a change: the value as shown now, the row's new version, its note if that changed.

    An empty note (`{}`) takes the present one away; None leaves it.
    """

    value: str
    version: int
    note: Note | None = None


def read_changes(changes: object) -> list[Change]:
    """Check what came over the wire; Invalid when it is not a list of changes, or too long a one."""
    if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
        raise Invalid("changes", N_("These changes cannot be read."))
    for change in changes:
        texts = isinstance(change, dict) and all(isinstance(change.get(k), str) for k in ("row", "field", "value"))
        if not texts or not isinstance(change.get("version"), int):
            raise Invalid("changes", N_("These changes cannot be read."))
    return changes


async def answers(
    before: list[dict[str, Any]],
    changes: object,
    save: Callable[[Change], Awaitable[Saved]],
    lang: str,
    fixes: Callable[[Change, KoproError], Sequence[Fix]] | None = None,
) -> list[dict[str, Any]]:
    """Save the changes one by one and return the new `outcomes`: those before (the last few) and one for each change.

    `save` opens its own transaction and raises a KoproError to refuse; `fixes` may offer mends for a refusal. Changes
    of one row follow each other with the version that the one before made.
    """
    parts = [part async for part in answering(before, changes, save, lang, fixes)]
    return parts[-1] if parts else before[-KEPT_ANSWERS:]


async def answering(
    before: list[dict[str, Any]],
    changes: object,
    save: Callable[[Change], Awaitable[Saved]],
    lang: str,
    fixes: Callable[[Change, KoproError], Sequence[Fix]] | None = None,
) -> AsyncIterator[list[dict[str, Any]]]:
    """As `answers`, for a table into which whole columns are pasted: gives the outcomes so far, by 25 or by a twentieth
    of all.

    async for outcomes in answering(self.outcomes, changes, self._save, lang):
        self.outcomes = outcomes
        yield
    """
    latest: dict[str, int] = {}
    asked, made, known_before = read_changes(changes), list[dict[str, Any]](), before[-KEPT_ANSWERS:]
    number = _next_number(before)
    # What was given before comes again with each part: a page that draws two parts at once misses none.
    part = max(25, len(asked) // 20)
    for change in asked:
        answer: Saved | KoproError
        try:
            answer = await save({**change, "version": latest.get(change["row"], change["version"])})
            latest[change["row"]] = answer.version
        except KoproError as error:
            answer = error
        made.append({**_outcome(change, answer, lang, fixes), "n": number + len(made)})
        if len(made) % part == 0 or len(made) == len(asked):
            yield known_before + made


async def answers_together(
    before: list[dict[str, Any]],
    changes: object,
    save: Callable[[Sequence[Change], str], Awaitable[Sequence[Saved | KoproError]]],
    lang: str,
) -> list[dict[str, Any]]:
    """As `answers`, where `save` takes all changes at once, in its one transaction, and answers each in its place; a
    KoproError it raises refuses them all."""
    asked, number = read_changes(changes), _next_number(before)
    told: Sequence[Saved | KoproError]
    try:
        told = await save(asked, lang)
    except KoproError as error:
        told = [error] * len(asked)
    made = [
        {**_outcome(change, answer, lang), "n": number + n}
        for n, (change, answer) in enumerate(zip(asked, told, strict=True))
    ]
    return before[-KEPT_ANSWERS:] + made


def _next_number(before: list[dict[str, Any]]) -> int:
    """Answers are numbered upwards, also across a restart, so that the page draws each once."""
    return max(time.time_ns() // 1_000_000, *(int(o["n"]) + 1 for o in before[-1:]), 1)


def _outcome(
    change: Change,
    answer: Saved | KoproError,
    lang: str,
    fixes: Callable[[Change, KoproError], Sequence[Fix]] | None = None,
) -> dict[str, Any]:
    outcome: dict[str, Any] = {"row": change["row"], "field": change["field"], "asked": change["value"]}
    if isinstance(answer, Saved):
        return outcome | {"value": answer.value, "version": answer.version, "note": answer.note}
    offered = list(fixes(change, answer)) if fixes else []
    article = f"art. {answer.article}" if answer.article else ""
    return outcome | {"error": {"text": answer.text(lang), "article": article, "fixes": offered}}


class Grid(rx.Component):
    """The component of `assets/kit/grid.jsx`."""

    library = "$/public/kit/grid.jsx"
    tag = "Grid"
    label: rx.Var[str]
    columns: rx.Var[list[dict[str, Any]]]
    rows: rx.Var[list[dict[str, Any]]]
    outcomes: rx.Var[list[dict[str, Any]]]
    texts: rx.Var[dict[str, str]]
    empty: rx.Var[str]
    once: rx.Var[bool]
    on_save: rx.EventHandler[lambda changes: [changes]]
    on_action: rx.EventHandler[lambda row, action, key, page, record: [row, action, key, page, record]]


def grid(
    label: Text,
    columns: Sequence[GridColumn],
    *,
    rows: rx.Var[Any],
    outcomes: rx.Var[Any],
    on_save: Any,
    empty: Text,
    on_action: Any = None,
    head: rx.Component | None = None,
    foot: Any = None,
) -> rx.Component:
    """The table. `head` stands above it (filter_bar, with a live total), `foot` at the end of its last line (pager).

    `on_save(changes)` and `on_action(row, action)` are handlers; `empty` is shown when there is no row.
    """
    events = {"on_save": on_save, **({"on_action": on_action} if on_action is not None else {})}
    body = Grid.create(
        foot if foot is not None else rx.fragment(),
        label=label,
        columns=[c.as_props() for c in columns],
        rows=rows,
        outcomes=outcomes,
        texts=_texts(),
        empty=empty,
        once=acts(on_action),
        **events,
    )
    return rx.el.div(head or rx.fragment(), body, class_name="kit-grid-box")


def _texts() -> dict[str, Any]:
    # Translators: how a cell of the table stands
    return {
        "state": t("State"),
        "saving": t("saving…"),
        "saved": t(P_("cell", "saved")),
        "refused": t("Refused:"),
        "stalled": t("No answer yet."),
        "retry": t("Send again"),
        "lost": counting(
            N_(
                "{count} pasted value found no place: its cell is closed, or lies beyond these rows.",
                "{count} pasted values found no place: those cells are closed, or lie beyond these rows.",
            )
        ),
        "keys": t("↑↓←→ move · Enter edit · Esc undo the cell, then leave · Ctrl V paste · Ctrl Z undo"),
    }
