"""A year of one late owner: each letter in its time, read from a real mail server, until she pays."""

import hashlib
from datetime import date, timedelta

from koprogo_app.foundation import mail
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.recovery.jobs import prepare_all
from koprogo_app.recovery.queries.debts import reminded_debts
from koprogo_app.recovery.queries.policy import later_rates, policy_of
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.rules.arrears import debt_interest
from koprogo_app.recovery.service.policies import set_policy
from koprogo_app.recovery.service.sending import send, send_automatic
from tests.foundation.test_mail import Postman
from tests.recovery.arrears import DUE, Late, at, later


async def drawn(html: str) -> bytes:
    """A printer that costs no time."""
    return b"%PDF-1.7\n" + html.encode()


async def one_day(day: date) -> None:
    """What the worker does on a day."""
    await prepare_all(at(day))
    await send_automatic(now=at(day), draw=drawn)


async def test_a_year_of_a_late_owner(late: Late, postman: Postman) -> None:
    async with late.at_work(DUE) as w:
        await set_policy(w, late.building, {"automatic_1": True, "automatic_2": True})
    await late.called(1_000_00)
    for n in range(1, 61):
        await one_day(later(n))
    async with late.at_work(later(60)) as w:
        notice, *before = await reminders(w, late.building)
    assert [(r.level, r.sent_on) for r in before] == [(2, later(30)), (1, later(15))]
    assert (notice.level, notice.status, notice.channel) == (3, "prepared", "registered")  # a hand sends it
    await send(late.who(), notice.id, now=at(later(60)), draw=drawn)
    await late.pays(1_000_00, on=later(80))
    for n in range(61, 355, 7):
        await one_day(later(n))
    await mail.send_due()
    assert [m["Subject"] for m in postman.got] == [
        "Tilia : avez-vous vu cet appel de fonds ?",
        "Tilia : charges toujours impayées",
        "Tilia : mise en demeure de payer",
    ]
    assert {m["To"] for m in postman.got} == {"tilia1@example.be"}
    async with work(SYSTEM) as w:
        filed = set(await w.value(
            """select array_agg(sha256) from document_version v join document d on d.id = v.document_id
                where d.entity = 'reminder'"""
        ))  # fmt: skip
    for message, title in zip(postman.got, ("Rappel amiable", "Second rappel", "Mise en demeure"), strict=True):
        (paper,) = message.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == (f"{title} Tilia.pdf", "application/pdf")
        letter = paper.get_content()
        assert hashlib.sha256(letter).hexdigest() in filed  # the very letter that is kept
        assert f"<title>{title}" in letter.decode()
    text = postman.got[2].get_body(("plain",)).get_content()
    assert "1 000,00 €" in text.replace("\u202f", " ").replace("\u00a0", " ")
    async with late.at_work(later(354)) as w:
        (debt,) = await reminded_debts(w, late.building, late.owner())
        rules = await policy_of(w, late.building)
        found = debt_interest(debt, rules, rules.rates(await later_rates(w)), w.today)
    # 1,000 € from the notice of 11 March until it was paid on the 31st: 20 days at 4.5 %, and nothing before.
    assert debt.notice_on == later(60) == date(2026, 3, 11)
    assert [(s.start, s.days) for s in found.slices] == [(date(2026, 3, 11), 20)]
    assert found.cents == 2_47


async def test_nobody_is_late_on_the_day_before(late: Late) -> None:
    await late.called(1_000_00)
    assert await prepare_all(at(later(14))) == 0
    assert await prepare_all(at(later(15))) == 1
    assert await prepare_all(at(later(15))) == 0  # run twice


async def test_what_is_paid_before_it_goes_out_is_dropped(late: Late) -> None:
    await late.called(1_000_00)
    await prepare_all(at(later(15)))
    payment = await late.pays(1_000_00, on=later(15))
    async with late.at_work(later(16)) as w:
        (row,) = await reminders(w, late.building)
    assert await send(late.who(), row.id, now=at(later(16)), draw=drawn) is False
    async with late.at_work(later(16)) as w:
        (row,) = await reminders(w, late.building)
        assert (row.status, row.reason) == ("cancelled", "paid")
        from koprogo_app.ledger.service.entries import reverse

        await reverse(w, payment, "the transfer came back")
    assert await prepare_all(at(later(17))) == 1  # the debt is open again, and so is its first level


async def test_a_payment_in_between_lowers_what_the_letter_asks(late: Late) -> None:
    await late.called(1_000_00)
    await prepare_all(at(later(15)))
    await late.pays(400_00, on=later(16))
    async with late.at_work(later(17)) as w:
        (row,) = await reminders(w, late.building)
    assert await send(late.who(), row.id, now=at(later(17)), draw=drawn)
    async with work(SYSTEM) as w:
        (row,) = await reminders(w, late.building)
        assert row.principal_cents == 600_00
        assert await w.value("select count(*) from document where entity = 'reminder'") == 1
    assert row.react_by == later(17) + timedelta(days=14)
