"""The words of a reminder: its letter and its mail, in the owner's language and the tone of its level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from koprogo_app.calls.facts import FUND_NAMES, Transfer, kind_of
from koprogo_app.calls.model.calls import CallKind
from koprogo_app.calls.service.paying import transfers, without_account
from koprogo_app.estate.model import Organization, Owner
from koprogo_app.estate.queries.letterhead import addressee, letterhead
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.i18n import N_, day, money, tr
from koprogo_app.foundation.mail import Attached, file_name, queue_mail
from koprogo_app.foundation.model import Mail
from koprogo_app.foundation.numbers import show_communication, show_iban
from koprogo_app.foundation.paper import letters
from koprogo_app.foundation.storage import Spool
from koprogo_app.law import articles
from koprogo_app.law.accounts import OWNERS_RESERVE
from koprogo_app.law.interest import Interest, Slice, half_up
from koprogo_app.payments.service.references import payment_reference
from koprogo_app.recovery.facts import LAST_LEVEL, LEVEL_NAMES, Debt, Policy
from koprogo_app.recovery.model import Basis, Channel, Reminder
from koprogo_app.recovery.queries.policy import later_rates
from koprogo_app.recovery.service.preparing import Figures
from koprogo_app.settings import settings

PACKAGE: Final = "koprogo_app.recovery"
SUBJECTS: Final = {
    1: N_("{building}: have you seen this call for funds?"),
    2: N_("{building}: charges still unpaid"),
    3: N_("{building}: formal notice to pay"),
}


@dataclass(frozen=True, slots=True)
class HowToPay:
    """Where a letter is paid: a transfer for each bank account; `missing` are the amounts of funds without one."""

    communication: str
    transfers: tuple[Transfer, ...]
    missing: tuple[tuple[CallKind, int], ...]


async def how_to_pay(w: Work, building_id: UUID, owner_id: UUID, figures: Figures) -> HowToPay:
    """How what a letter asks is paid, each fund on its own account (art. 3.86 §3); the caller has authorised."""
    amounts = dict.fromkeys(CallKind, 0)
    for debt in figures.debts:
        amounts[kind_of(debt.account)] += debt.open_cents
    amounts[CallKind.WORKING] += figures.total_cents - figures.principal_cents
    message = await payment_reference(w, building_id, owner_id)
    found = await transfers(w, building_id, amounts, message)
    missing = tuple((kind, amounts[kind]) for kind in without_account(amounts, found))
    return HowToPay(message, tuple(found), missing)


def fund_label(debt: Debt, lang: str) -> str:
    """What a debt is, and its fund when it is the reserve's: that part is told apart (art. 3.86 §3)."""
    reserve = debt.account.startswith(OWNERS_RESERVE)
    label = debt.label or tr(lang, "Charges")
    return f"{label} · {tr(lang, 'reserve fund')}" if reserve else label


def funds_text(kinds: Iterable[CallKind], lang: str) -> str:
    """The funds that a transfer is for."""
    return ", ".join(tr(lang, FUND_NAMES[kind]) for kind in kinds)


def slice_rows(found: Interest) -> list[dict[str, Any]]:
    """The stretches of an interest as letters and pages show them, those of the same days and rate together.

    `euros` has four decimals: not rounded to cents yet.
    """
    groups: dict[tuple[date, date, Decimal], list[Slice]] = {}
    for part in found.slices:
        groups.setdefault((part.start, part.end, part.rate), []).append(part)
    return [
        {"start": start, "last": end - timedelta(days=1), "rate": rate, "days": (end - start).days,
         "principal_cents": sum(part.principal_cents for part in parts), "known": all(part.known for part in parts),
         "euros": Decimal(half_up(sum((part.cents for part in parts), Fraction()) * 100)) / 10_000}
        for (start, end, rate), parts in sorted(groups.items())
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder's letter: its page for the printer, and what its mail says."""

    title: str
    html: str
    mail: dict[str, Any]
    to: str


async def letter(w: Work, row: Reminder, figures: Figures, rules: Policy, react_by: date) -> Letter:
    """Writes a reminder as it would go out today."""
    head = await letterhead(w, row.building_id)
    owner = await w.get(Owner, row.owner_id)
    office = await w.get(Organization, row.organization_id)
    pay = await how_to_pay(w, row.building_id, row.owner_id, figures)
    title = tr(row.lang, LEVEL_NAMES[row.level])
    reminded = max((s.sent_on for d in figures.debts for s in d.steps.values() if s.sent_on), default=row.prepared_on)
    rate, daily = await _daily(w, figures, rules, person=owner.kind == "person")
    html = letters.html(
        PACKAGE, "reminder.html", row.lang, association=head, addressee=await addressee(w, row.owner_id),
        title=title, dated=w.today, level=row.level, reminded_on=reminded,
        debts=[{"label": fund_label(d, row.lang), "lot": d.lot, "due_on": d.due_on, "days": d.days_late(w.today),
                "cents": d.open_cents} for d in figures.debts],
        interest_cents=figures.interest_cents, interest_until=w.today, costs_cents=figures.costs_cents,
        earlier_cents=figures.earlier_cents, charged_cents=figures.charged_cents, run_cents=figures.interest.cents,
        total_cents=figures.total_cents, react_by=react_by, communication=pay.communication,
        ways=[{"payload": one.payload, "cents": one.cents, "holder": one.holder, "iban": one.iban,
               "title": funds_text(one.kinds, row.lang)} for one in pay.transfers],
        missing=[{"fund": funds_text([kind], row.lang), "cents": cents} for kind, cents in pay.missing],
        basis=rules.basis, clause_reference=rules.clause_reference,
        rate=rate, daily=daily, slices=slice_rows(figures.interest), known=figures.interest.known,
        articles=_articles(row.lang), syndic=office.name,
        reference=[(tr(row.lang, "Sent"), tr(row.lang, "by registered post"))] if row.channel == Channel.REGISTERED
        else [],
    )  # fmt: skip
    return Letter(title, html, _mail(row, figures, react_by, reminded, pay, w.today, head.name, office.name,
                                     owner.first_name or owner.name), owner.email)  # fmt: skip


def _articles(lang: str) -> dict[str, str]:
    return {
        "notice": articles.FORMAL_NOTICE.text(lang),
        "rate": articles.CIVIL_RATE.text(lang),
        "clause": articles.SANCTIONS_IN_REGULATION.text(lang),
        "recover": articles.FUNDS.text(lang),
        "privilege": articles.PRIVILEGE.text(lang),
    }


async def _daily(w: Work, figures: Figures, rules: Policy, *, person: bool) -> tuple[Decimal, int]:
    """Today's rate, and a day's interest on the charges in cents."""
    if rules.basis == Basis.NONE:
        return Decimal(0), 0
    rate, _known = rules.rates(await later_rates(w), person=person).at(w.today)
    return rate, half_up(Fraction(figures.principal_cents) * Fraction(rate) / 100 / 365)


def _with_lot(label: str, lot: str, lang: str) -> str:
    return f"{label} · {tr(lang, 'lot {number}', number=lot)}" if lot else label


def _mail(
    row: Reminder, figures: Figures, react_by: date, reminded: date, pay: HowToPay, today: date, building: str,
    syndic: str, name: str,
) -> dict[str, Any]:  # fmt: skip
    lang = row.lang
    return {
        "level": row.level, "name": name, "reminded_on": day(reminded, lang), "react_by": day(react_by, lang),
        "debts": [{"label": _with_lot(fund_label(d, lang), d.lot, lang), "due": day(d.due_on, lang, "short"),
                   "amount": money(d.open_cents, lang)} for d in figures.debts],
        "until": day(today, lang, "short"),
        "interest": money(figures.interest_cents, lang) if figures.interest_cents else "",
        "earlier": money(figures.earlier_cents, lang) if figures.earlier_cents else "",
        "costs": money(figures.costs_cents, lang) if figures.costs_cents else "",
        "total": money(figures.total_cents, lang),
        "ways": [{"amount": money(one.cents, lang), "iban": show_iban(one.iban), "holder": one.holder,
                  "title": funds_text(one.kinds, lang)} for one in pay.transfers],
        "missing": [{"fund": funds_text([kind], lang), "amount": money(cents, lang)} for kind, cents in pay.missing],
        "communication": show_communication(pay.communication), "syndic": syndic, "building": building,
    }  # fmt: skip


async def mail(w: Work, row: Reminder, written: Letter, paper: Spool) -> Mail | None:
    """Puts the reminder's mail in the outbox, its letter attached; None when the owner has no address."""
    if not written.to:
        return None
    return await queue_mail(
        w, to=written.to, lang=row.lang, purpose="formal_notice" if row.level == LAST_LEVEL else "reminder",
        subject=SUBJECTS[row.level], package=PACKAGE, letter="reminder", organization_id=row.organization_id,
        link=f"{settings().public_url}/arrears", label=N_("See my account"),
        attached=[Attached(paper.sha256, paper.size, file_name(f"{written.title} {written.mail['building']}"))],
        **written.mail,
    )  # fmt: skip
