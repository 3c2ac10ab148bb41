"""The letter of one notice: what one person is told of one instalment, in her language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from koprogo_app.calls.facts import FUND_NAMES, Claim
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.queries.calls import CallDetail, CallLineRow, InstalmentRow, call_detail, call_lines
from koprogo_app.calls.queries.shares import PersonRow, lots_on, people
from koprogo_app.calls.rules.calls import Held, Lot, parties
from koprogo_app.calls.service.claims import claim
from koprogo_app.estate.queries.letterhead import addressee, letterhead
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import day, money, tr
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper import letters
from koprogo_app.foundation.paper.letters import Addressee, Association
from koprogo_app.payments.queries.references import references


@dataclass(frozen=True, slots=True)
class Instalment:
    """An instalment with all that its notices need, read once."""

    detail: CallDetail
    row: InstalmentRow
    lines: list[CallLineRow]
    told: dict[UUID, set[UUID]]
    people: dict[UUID, PersonRow]
    references: dict[UUID, str]
    association: Association
    dated: date


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice to one person: its HTML, and the values of its mail."""

    person: PersonRow
    title: str
    html: str
    values: dict[str, Any]


async def instalment(w: Work, call_id: UUID, instalment_id: UUID) -> Instalment:
    """Reads an instalment for its notices (`calls.read`). Raises NotFound."""
    detail = await call_detail(w, call_id)
    row = next(one for one in detail.instalments if one.id == instalment_id)
    lines = await call_lines(w, call_id, instalment_id=instalment_id)
    told = await _told(w, detail, row, lines)
    owners = set(told) | {line.owner_id for line in lines}
    building = detail.call.building_id
    return Instalment(detail, row, lines, told, await people(w, list(owners)), await references(w, building),
                      await letterhead(w, building), w.today)  # fmt: skip


async def _told(w: Work, detail: CallDetail, row: InstalmentRow, lines: Sequence[CallLineRow]) -> dict[UUID, set[UUID]]:
    """Who is told of which lots beyond his own lines: holders of divided lots, mandataries."""
    called = {line.lot_id for line in lines}
    lots = [
        Lot(one.id, one.number, one.position, one.ready, 1, tuple(Held(h.owner_id, h.right, h.share)
                                                                  for h in one.holders), one.mandatary_id)
        for one in await lots_on(w, detail.call.building_id, None, row.called_on) if one.id in called
    ]  # fmt: skip
    whole = {lot.id for lot in lots if lot.divided or lot.mandatary_id}
    found: dict[UUID, set[UUID]] = {line.owner_id: set() for line in lines}
    for lot_id, owner_id in parties(lots):
        found.setdefault(owner_id, set())
        if lot_id in whole:
            found[owner_id].add(lot_id)
    return found


async def letter(w: Work, of: Instalment, owner_id: UUID) -> Letter:
    """The letter to one person."""
    person = of.people[owner_id]
    mine = [line for line in of.lines if line.owner_id == owner_id]
    others = [line for line in of.lines if line.lot_id in of.told[owner_id] and line.owner_id != owner_id]
    asked = await claim(w, of.detail.call.building_id, owner_id, by=of.row.called_on)
    values = _values(of, person, mine, others, asked)
    title = call_title(of.detail.call.label, person.lang)
    to = await addressee(w, owner_id)
    return Letter(person, title, _html(of, person, title, to, values), values)


def _html(of: Instalment, person: PersonRow, title: str, to: Addressee, values: Mapping[str, Any]) -> str:
    lang = person.lang
    return letters.html(
        "koprogo_app.calls", "notice.html", lang, association=of.association, addressee=to, title=title,
        dated=of.dated, **values,
        reference=[(tr(lang, "Your message"), show_communication(values["communication"])),
                   (tr(lang, "To pay by"), day(of.row.due_on, lang))],
    )  # fmt: skip


def _values(
    of: Instalment, person: PersonRow, mine: Sequence[CallLineRow], others: Sequence[CallLineRow], asked: Claim
) -> dict[str, Any]:
    lang = person.lang
    called = sum(line.cents for line in mine)
    here = [debt for debt in asked.debts if debt.entry_id == of.row.entry_id]
    left, planned = (sum(debt.open_cents for debt in here), sum(debt.open_cents for debt in here if debt.planned))
    return {
        "name": person.greeting, "call_label": of.detail.call.label, "decision": of.detail.call.decision_ref,
        "funds": [_fund(kind, mine, lang) for kind in CallKind if any(line.kind == kind for line in mine)],
        "others": [{"lot": line.lot, "fund": _name(line.kind, lang), "owner": line.owner, "cents": line.cents,
                    "amount": money(line.cents, lang)} for line in others],
        "called_cents": called, "credit_cents": called - left, "planned_cents": planned,
        "before_cents": asked.charges_cents - (left - planned), "plan_cents": asked.plan_cents,
        "interest_cents": asked.interest_cents, "costs_cents": asked.costs_cents, "pay_cents": asked.pay_cents,
        "reserve_cents": sum(line.cents for line in mine if line.kind == CallKind.RESERVE),
        "due_on": of.row.due_on, "due": day(of.row.due_on, lang), "pay": money(asked.pay_cents, lang),
        "ways": [{"payload": one.payload, "cents": one.cents, "amount": money(one.cents, lang), "holder": one.holder,
                  "iban": one.iban, "title": ", ".join(_name(kind, lang) for kind in one.kinds)}
                 for one in asked.transfers],
        "missing": [{"cents": one.cents, "amount": money(one.cents, lang), "fund": _name(one.kind, lang)}
                    for one in asked.unpayable],
        "communication": asked.communication or of.references[person.id],
        "syndic": (of.association.contact or ("",))[0],
    }  # fmt: skip


def call_title(label: str, lang: str) -> str:
    """What papers and mails of a call are headed; a name that begins with these words is not told them again."""
    said = label.casefold().startswith(tr(lang, "Call for funds").casefold())
    return label if said else tr(lang, "Call for funds: {call_label}", call_label=label)


def mail_values(of: Instalment, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values as the plain mail shows them."""
    return {
        **{name: values[name] for name in ("name", "call_label", "funds", "others", "due", "pay", "missing", "syndic")},
        "association": of.association.name,
        "communication": show_communication(values["communication"]),
        "ways": [{**one, "iban": show_iban(one["iban"])} for one in values["ways"]],
    }


def _name(kind: str, lang: str) -> str:
    return tr(lang, FUND_NAMES[CallKind(kind)])


def _fund(kind: CallKind, mine: Sequence[CallLineRow], lang: str) -> dict[str, Any]:
    lines = [line for line in mine if line.kind == kind]
    cents = sum(line.cents for line in lines)
    return {
        "title": _name(kind, lang),
        "total_label": tr(lang, "Your part"),
        "cents": cents,
        "amount": money(cents, lang),
        "lots": ", ".join(dict.fromkeys(line.lot for line in lines)),
        "lines": [
            {
                "lot": line.lot, "key": line.key, "part_cents": line.part_cents, "weight": line.weight,
                "weight_total": line.weight_total, "cents": line.cents,
                "fraction": "1" if line.denominator == 1 else f"{line.numerator}/{line.denominator}",
            }
            for line in lines
        ],
    }  # fmt: skip
