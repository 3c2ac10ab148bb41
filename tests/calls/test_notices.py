"""Notices: a letter to each in her language, filed, mailed or merged to print; both holders of a lot are told."""

from contextlib import closing
from datetime import date

import pypdfium2
import pytest

from koprogo_app.calls.queries.notices import last_run, notices
from koprogo_app.calls.service import notice_letters
from koprogo_app.calls.service import notices as service
from koprogo_app.documents.queries.library import documents_page
from koprogo_app.estate.model import Owner, Ownership
from koprogo_app.foundation import mail, runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden
from koprogo_app.foundation.model import span
from koprogo_app.foundation.numbers import show_communication
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store, key_of
from koprogo_app.payments.service import bank_accounts
from tests.calls.calls import called, pay
from tests.foundation.test_mail import Postman, postman, server
from tests.ledger.books import Books

__all__ = ["postman", "server"]


@pytest.fixture
async def ready(books: Books, kept: Store):
    """Lot T3 in usufruct (T3) and bare ownership (Nue, in Dutch, without e-mail); both bank accounts; a posted call."""
    async with work(SYSTEM) as w:
        lot, user = books.world.lots["T3"], books.owner("T3")
        bare = await w.add(Owner(organization_id=books.world.organizations["a"], name="Nue", lang="nl"))
        await w.execute("update ownership set \"right\" = 'usufruct' where lot_id = %(l)s", l=lot)
        await w.add(Ownership(organization_id=bare.organization_id, lot_id=lot, owner_id=bare.id, right="bare",
                              period=span(date(2020, 1, 1))))  # fmt: skip
        books.world.owners["bare"] = bare.id
        assert user
    async with books.at_work("syndic_a") as w:
        for iban, fund in (("BE68539007547034", "working"), ("BE11000123456748", "reserve")):
            await bank_accounts.open_account(w, books.building, {"iban": iban, "fund": fund})
        await pay(w, books, 10_000, on=date(2026, 2, 1))
        call = await called(w, books)
        detail = (await notice_letters.call_detail(w, call.id)).instalments[0].id
    yield books, call.id, detail
    await pdf.close()


async def test_each_is_told_what_she_owes_and_where_to_pay(ready) -> None:
    books, call_id, instalment = ready
    async with books.at_work() as w:
        of = await notice_letters.instalment(w, call_id, instalment)
        t1 = await notice_letters.letter(w, of, books.owner("T1"))
        assert t1.values["called_cents"] == 48_001 and t1.values["reserve_cents"] == 8_000
        assert (t1.values["credit_cents"], t1.values["pay_cents"]) == (10_000, 38_001)
        assert [(way["iban"], way["cents"]) for way in t1.values["ways"]] == [
            ("BE68539007547034", 30_001), ("BE11000123456748", 8_000)]  # fmt: skip
        assert show_communication(of.references[books.owner("T1")]) in t1.values["ways"][0]["payload"]
        bare = await notice_letters.letter(w, of, books.owner("bare"))
        assert (bare.values["called_cents"], bare.values["reserve_cents"]) == (5_000, 5_000)
        assert [line["cents"] for line in bare.values["others"]] == [25_000]
        user = await notice_letters.letter(w, of, books.owner("T3"))
        assert [line["cents"] for line in user.values["others"]] == [5_000]
        assert "Opvraging" in bare.html and "3.86 §3" in bare.html and "3.86 §3" not in t1.html


async def test_they_are_drawn_filed_mailed_and_the_rest_merged(ready, kept: Store) -> None:
    books, call_id, instalment = ready
    async with books.at_work() as w:
        run = await service.ask(w, call_id, instalment)
    with pytest.raises(Conflict, match="being made"):
        async with books.at_work() as w:
            await service.ask(w, call_id, instalment)
    await runs.perform(run.id, service.make)
    async with books.at_work() as w:
        done = await last_run(w, call_id)
        assert done is not None and (done.status, done.done, done.total) == ("done", 4, 4)
        rows = {row.owner: row for row in await notices(w, call_id)}
        assert {name: row.sent_how for name, row in rows.items()} == {
            "Nue": "print", "TILIA1": "mail", "TILIA2": "mail", "TILIA3": "mail"}  # fmt: skip
        body = await w.value("select body_text from mail where recipient = 'tilia1@example.be'")
        assert "BE68 5390 0754 7034" in body and "+++" in body and str(books.owner("T1")) in body
        sha, size = await w.value(
            "select array[sha256, size::text] from document_version where document_id = %(d)s",
            d=rows["Nue"].document_id,
        )
        data = b"".join([b async for b in kept.read(key_of(books.world.organizations["a"], sha), int(size))])
        with closing(pypdfium2.PdfDocument(data)) as paper:
            text = " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())
        assert "Reservekapitaal" in text and "BE11 0001 2345 6748" in text
        assert done.document_id is not None
    async with books.at_work("owner_tilia") as w:
        mine = await documents_page(w)
        assert [row.title for row in mine.rows] == ["Appel de fonds\u00a0: Premier trimestre 2026"]
    async with books.at_work("accountant_a") as w:  # who asked for the papers opens what is to be printed
        assert done.document_id in {row.id for row in (await documents_page(w)).rows}


async def test_the_mail_brings_the_letter_itself(ready, kept: Store, postman: Postman) -> None:
    books, call_id, instalment = ready
    async with work(SYSTEM) as w:
        await w.execute("update owner set lang = 'nl' where id = %(o)s", o=books.owner("T2"))
    async with books.at_work() as w:
        run = await service.ask(w, call_id, instalment)
    await runs.perform(run.id, service.make)
    await mail.send_due()
    got = {message["To"]: message for message in postman.got}
    assert set(got) == {"tilia1@example.be", "tilia2@example.be", "tilia3@example.be"}
    for to, name, words in (
        ("tilia1@example.be", "Appel de fonds Premier trimestre 2026.pdf", ("TILIA1", "480,01", "400,01")),
        ("tilia2@example.be", "Opvraging Premier trimestre 2026.pdf", ("TILIA2", "Reservekapitaal")),
    ):
        (paper,) = got[to].iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == (name, "application/pdf")
        with closing(pypdfium2.PdfDocument(paper.get_content())) as drawn:
            text = " ".join(page.get_textpage().get_text_range() for page in drawn)
        assert all(word in text for word in words), text
        # Nobody else's letter: her own structured message is on it.
        assert got[to].get_body(("plain",)).get_content().split("+++")[1] in text


async def test_a_second_run_makes_and_sends_nothing_twice(ready) -> None:
    books, call_id, instalment = ready
    for _ in range(2):
        async with books.at_work() as w:
            run = await service.ask(w, call_id, instalment)
        await runs.perform(run.id, service.make)
        await runs.perform(run.id, service.make)
    async with books.at_work() as w:
        assert await w.value("select count(*) from mail") == 3
        assert await w.value("select count(*) from call_notice") == 4


async def test_who_may_and_when(ready) -> None:
    books, call_id, instalment = ready
    async with books.at_work("board_tilia") as w:
        with pytest.raises(Forbidden):
            await service.ask(w, call_id, instalment)
    async with books.at_work() as w:
        await w.execute("update bank_account set archived_at = now()")
        with pytest.raises(Conflict):
            await service.ask(w, call_id, instalment)
