"""Writing a call: three funds, their keys, the instalments; what it would ask of whom is shown as it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import reflex as rx

from koprogo_app.calls.model.calls import CallKind, FundCall
from koprogo_app.calls.queries.calls import call_detail
from koprogo_app.calls.rules.calls import terms
from koprogo_app.calls.service import calls as service
from koprogo_app.calls.service.calls import PartWanted, Preview, Wanted
from koprogo_app.calls.state.words import ADDED_UP
from koprogo_app.estate.queries.keys import keys_of
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Invalid, KoproError
from koprogo_app.foundation.i18n import N_, money, tr
from koprogo_app.foundation.numbers import parse_cents, read_day
from koprogo_app.ledger.queries import books
from koprogo_app.purchases.queries.settings import charge_rules
from koprogo_app.workspace.fields import day as day_field
from koprogo_app.workspace.state.common import as_id, id_after, shown_day
from koprogo_app.workspace.state.figures import amount
from koprogo_app.workspace.state.page import PageState, Sent, Told, loads, reads, submits

KINDS: Final = tuple(CallKind)
_NAMES: Final = ("label", "decided_on", "decision_ref", "first", "days", "count", "months",
                 *KINDS, *(f"{kind}_key" for kind in KINDS))  # fmt: skip


@dataclass(frozen=True)
class AskedLine:
    """What one owner would be asked for one lot, over all instalments."""

    id: str = ""
    lot: str = ""
    owner: str = ""
    working: str = ""
    reserve: str = ""
    extraordinary: str = ""
    total: str = ""


class NewCall(PageState, rx.State):
    """The call being written. In the address: `call`, a draft to change."""

    building: str = ""
    values: dict[str, str] = {}
    filled: int = 0
    keys: list[dict[str, str]] = []
    rows: list[AskedLine] = []
    sums: dict[str, str] = {}
    days: list[dict[str, str]] = []
    left_out: str = ""
    hint: str = ""
    _call: str = ""
    _version: int = 0

    load = loads("calls.write")

    async def _fill(self, w: Work, lang: str) -> None:
        building_id, wanted = id_after(self, "buildings"), self.router.url.query_parameters.get("call", "")
        book = await books.open_book(w, building_id, "calls.write")
        keys = await keys_of(w, building_id)
        rules = await charge_rules(w, building_id)
        values = {"first": w.today.isoformat(), "days": str(rules.call_days), "count": "1", "months": "3"}
        self._call, self._version = "", 0
        if wanted:
            detail = await call_detail(w, as_id(wanted), "calls.write")
            self._call, self._version = str(detail.call.id), detail.call.version
            values |= _values(await service.wanted_of(w, await w.get(FundCall, detail.call.id)), lang)
        self.building = book.building_name
        self.keys = [{"value": str(key.id or ""), "label": key.name or tr(lang, "shares")} for key in keys]
        self.values = {name: values.get(name, "") for name in _NAMES}
        self.filled += 1
        await self._sketch(w, lang)

    @reads("calls.write")
    async def sketch(self, w: Work, lang: str, name: str, value: str) -> None:
        """Takes a field that was left and shows what the call would ask."""
        if name in _NAMES and self.values.get(name) != value[:200]:
            self.values = {**self.values, name: value[:200]}
            await self._sketch(w, lang)

    async def _sketch(self, w: Work, lang: str) -> None:
        try:
            wanted = _wanted(self.values | {"label": self.values.get("label") or "–"}, lang)
            found = await service.preview(w, id_after(self, "buildings"), wanted)
        except KoproError as error:
            self.rows, self.sums, self.days, self.left_out, self.hint = [], {}, [], "", error.text(lang)
            return
        self.hint = ""
        self.rows, self.sums, self.days = asked_lines(found, lang), _sums(found, lang), _days(found, lang)
        self.left_out = ", ".join(found.left_out)

    @submits("calls.write")
    async def save(self, w: Work, sent: Sent) -> Told:
        """Saves the draft and shows it."""
        self.values = {name: sent.text(name)[:200] for name in _NAMES}
        try:
            call = await service.save(
                w, id_after(self, "buildings"), _wanted(self.values, sent.lang),
                call_id=UUID(self._call) if self._call else None, version=self._version or None,
            )  # fmt: skip
        except KoproError as error:
            raise _named(error, self.values) from error
        return Told(N_("The draft is saved. Nothing is posted yet."), go=f"{self.base}/calls/{call.id}")


def _wanted(values: Mapping[str, str], lang: str) -> Wanted:
    """The call that the form describes. Raises Invalid on the form's field."""
    parts = []
    for kind in KINDS:
        if values.get(kind, "").strip():
            key = values.get(f"{kind}_key", "")
            parts.append(
                PartWanted(kind, parse_cents(values[kind], lang, kind), as_id(key, f"{kind}_key") if key else None)
            )
    first = read_day(values.get("first"), "first")
    when = terms(first, _whole(values, "days"), _whole(values, "count"), _whole(values, "months"))
    decided = day_field()(values.get("decided_on") or None, "decided_on", lang) if values.get("decided_on") else None
    return Wanted(values.get("label", ""), parts, when, decided, values.get("decision_ref", ""))


def _whole(values: Mapping[str, str], name: str) -> int:
    text = values.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Invalid(name, N_("Type a whole number."))
    return int(text)


def _named(error: KoproError, values: Mapping[str, str]) -> KoproError:
    """The refusal on the form's own field: part 0 is the first fund that is filled in."""
    if error.field.startswith("parts."):
        filled = [kind for kind in KINDS if values.get(kind, "").strip()]
        error.field = filled[int(error.field.split(".")[1])]
    elif error.field == "parts":
        error.field = CallKind.WORKING.value
    elif error.field.startswith("instalments"):
        error.field = "days"
    elif error.field not in _NAMES:
        error.field = ""
    return error


def _values(wanted: Wanted, lang: str) -> dict[str, str]:
    """A stored draft in the form's fields."""
    (first, due), count = wanted.instalments[0], len(wanted.instalments)
    values = {
        "label": wanted.label, "decision_ref": wanted.decision_ref, "first": first.isoformat(),
        "decided_on": wanted.decided_on.isoformat() if wanted.decided_on else "",
        "days": str((due - first).days), "count": str(count),
    }  # fmt: skip
    if count > 1:
        second = wanted.instalments[1][0]
        values["months"] = str((second.year - first.year) * 12 + second.month - first.month)
    for part in wanted.parts:
        values |= {part.kind.value: amount(part.cents, lang), f"{part.kind}_key": str(part.key_id or "")}
    return values


def asked_lines(found: Preview, lang: str) -> list[AskedLine]:
    sums: dict[tuple[UUID, UUID], dict[str, int]] = {}
    for line in found.lines:
        row = sums.setdefault((line.asked.lot_id, line.asked.owner_id), {})
        row[line.kind] = row.get(line.kind, 0) + line.asked.cents
    return [
        AskedLine(
            f"{lot}{owner}",
            found.lots[lot].number,
            found.people[owner].name,
            working=amount(row.get(CallKind.WORKING), lang),
            reserve=amount(row.get(CallKind.RESERVE), lang),
            extraordinary=amount(row.get(CallKind.EXTRAORDINARY), lang),
            total=amount(sum(row.values()), lang),
        )
        for (lot, owner), row in sums.items()
    ]


def _sums(found: Preview, lang: str) -> dict[str, str]:
    by_kind = {kind: sum(line.asked.cents for line in found.lines if line.kind == kind) for kind in KINDS}
    total = sum(by_kind.values())
    return {
        **{kind.value: amount(cents, lang) if cents else "" for kind, cents in by_kind.items()},
        "total": amount(total, lang),
        "proof": tr(lang, ADDED_UP, count=len(found.lines)) if total == found.cents else tr(lang, "Does not add up"),
        "kind": "done" if total == found.cents else "refused",
    }


def _days(found: Preview, lang: str) -> list[dict[str, str]]:
    return [
        {
            "called": shown_day(called, lang),
            "due": shown_day(due, lang),
            "amount": money(sum(line.asked.cents for line in found.lines if line.instalment == n), lang),
        }
        for n, (called, due) in enumerate(found.wanted.instalments)
    ]
