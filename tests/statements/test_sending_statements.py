"""Yearly statements go out once: filed, mailed with the statement, the rest to print; only of a closed year."""

import io
from collections.abc import Sequence
from contextlib import closing as shut
from datetime import date, datetime, timedelta
from functools import partial

import pypdfium2
import pytest

from koprogo_app.documents.queries.library import documents_page
from koprogo_app.documents.service.bundling import bundle_content
from koprogo_app.foundation import mail, runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict, Forbidden, NotFound
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.postgres import Server
from koprogo_app.foundation.principal import SYSTEM
from koprogo_app.foundation.storage import Store
from koprogo_app.ledger.queries import books as ledger
from koprogo_app.ledger.service import closing
from koprogo_app.statements.service import sending_statements as service
from tests.foundation.test_mail import Postman, postman, server
from tests.ledger.books import Books
from tests.ledger.test_closing import LATER
from tests.refused import constraints, refused_by

__all__ = ["postman", "server"]


async def _close(books: Books, now: datetime = LATER) -> None:
    async with books.at_work(now=now) as w:
        await closing.close_year(w, (await ledger.years(w, books.building))[0].id, accepted="The assembly knows")


@pytest.fixture
async def closed(books: Books, kept: Store):
    """2026 with a bill of 100.01 and a call of 90.00, closed; TILIA2 reads Dutch, TILIA3 has no e-mail."""
    async with work(SYSTEM) as w:
        await w.execute("update owner set lang = 'nl' where id = %(o)s", o=books.owner("T2"))
        await w.execute("update owner set email = '' where id = %(o)s", o=books.owner("T3"))
    await books.post(books.invoice(10_001), books.call(9_000, "T1"))
    await _close(books)
    yield books
    await pdf.close()


async def plain(pages: Sequence[str]) -> list[bytes]:
    """Stands in for the drawing where a test looks at something else: a page each, of its own size."""
    return [await _blank(len(page)) for page in pages]


async def _blank(width: int) -> bytes:
    out = io.BytesIO()
    with shut(pypdfium2.PdfDocument.new()) as made:
        made.new_page(200 + width % 100, 300)
        made.save(out)
    return out.getvalue()


async def asked(books: Books, who: str = "accountant_a", *, by_mail: bool = True) -> Run:
    async with books.at_work(who, now=LATER) as w:
        return await service.ask(w, books.building, "2026", mail=by_mail)


async def standing(books: Books) -> service.SendingStatus:
    async with books.at_work(now=LATER) as w:
        return await service.sending_status(w, books.building, "2026")


def words(data: bytes) -> str:
    with shut(pypdfium2.PdfDocument(data)) as paper:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())


async def test_each_gets_the_own_one_in_the_own_language(closed: Books, postman: Postman) -> None:
    bundle = await asked(closed)
    await runs.perform(bundle.id, service.send)
    found = await standing(closed)
    assert {one.owner_id: one.sent_how for one in found.sent} == {
        closed.owner("T1"): "mail", closed.owner("T2"): "mail", closed.owner("T3"): "print",
    }  # fmt: skip
    assert found.mailed == 2 and found.job is not None and (found.job.status, found.job.done) == ("done", 4)
    await mail.send_due()
    got = {message["To"]: message for message in postman.got}
    assert set(got) == {"tilia1@example.be", "tilia2@example.be"}
    for to, name, wanted in (
        ("tilia1@example.be", "Décompte de charges 2026.pdf", ("TILIA1", "40,01", "90,00")),
        ("tilia2@example.be", "Afrekening van de lasten 2026.pdf", ("TILIA2", "35,00")),
    ):
        (paper,) = got[to].iter_attachments()
        assert paper.get_filename() == name
        assert all(word in words(paper.get_content()) for word in wanted)
    body = got["tilia1@example.be"].get_body(("plain",)).get_content()
    assert "49,99" in body and "reports/owner-charges?year=2026" in body
    async with closed.at_work("accountant_a", now=LATER) as w:
        content = await bundle_content(w, bundle.id)
        assert "TILIA3" in words(await _read(content)) and "TILIA1" not in words(await _read(content))


async def _read(content) -> bytes:
    from koprogo_app.foundation.storage import store

    return b"".join([block async for block in store().read(content.key, content.size)])


async def test_owners_find_their_own_among_the_documents(closed: Books) -> None:
    bundle = await asked(closed)
    await runs.perform(bundle.id, partial(service.send, draw=plain))
    async with closed.at_work("owner_tilia") as w:
        mine = await documents_page(w)
        assert [(row.title, row.kind) for row in mine.rows] == [("Décompte de charges 2026", "statement")]


async def test_nothing_goes_out_twice_whatever_is_asked_again(closed: Books) -> None:
    for who in ("accountant_a", "syndic_a"):  # each with a bundle of the own
        bundle = await asked(closed, who)
        for _ in range(2):
            await runs.perform(bundle.id, partial(service.send, draw=plain))
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from mail where purpose = 'statement'") == 2
        assert await w.value("select count(*) from sent_statement") == 3
        assert await w.value("select count(*) from document where kind = 'statement'") == 3


async def test_a_fault_is_told_and_the_rest_goes_out_the_next_time(closed: Books, monkeypatch) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 1)
    left = [2]

    async def worn_out(pages: Sequence[str]) -> list[bytes]:
        if not left[0]:
            raise RuntimeError("no paper")
        left[0] -= 1
        return await plain(pages)

    bundle = await asked(closed)
    with pytest.raises(RuntimeError):
        await runs.perform(bundle.id, partial(service.send, draw=worn_out))
    found = await standing(closed)
    assert (len(found.sent), found.left, found.job) == (2, 1, None)
    again = await asked(closed)
    assert again.id != bundle.id
    await runs.perform(again.id, partial(service.send, draw=plain))
    found = await standing(closed)
    assert (len(found.sent), found.left) == (3, 0)
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from mail where purpose = 'statement'") == 2


async def test_without_mail_all_are_to_print(closed: Books) -> None:
    bundle = await asked(closed, by_mail=False)
    await runs.perform(bundle.id, partial(service.send, draw=plain))
    assert {one.sent_how for one in (await standing(closed)).sent} == {"print"}
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from mail") == 0


async def test_only_of_a_closed_year_and_anew_when_it_is_closed_again(books: Books, kept: Store) -> None:
    await books.post(books.invoice(10_001))
    assert not (await standing(books)).closed
    with pytest.raises(Conflict, match="Close the financial year first"):
        await asked(books)
    await _close(books)
    bundle = await asked(books)
    async with books.at_work(now=LATER) as w:
        await closing.reopen_year(w, (await ledger.years(w, books.building))[0].id, "A bill was missing")
    await runs.perform(bundle.id, partial(service.send, draw=plain))  # opened again before the job came to it
    async with books.at_work(now=LATER) as w:
        found = await runs.of(w, bundle.id, service.STATEMENTS)
    assert found.status == "failed" and "Close the financial year first" in (found.refusal or {})["en"]
    await _close(books)
    bundle = await asked(books)
    await runs.perform(bundle.id, partial(service.send, draw=plain))
    async with books.at_work(now=LATER) as w:
        await closing.reopen_year(w, (await ledger.years(w, books.building))[0].id, "Another one")
    await books.post(books.invoice(500, on=date(2026, 12, 1)))
    await _close(books, LATER + timedelta(days=1))
    assert (await standing(books)).sent == []
    bundle = await asked(books)
    await runs.perform(bundle.id, partial(service.send, draw=plain))
    async with work(SYSTEM) as w:
        assert await w.value("select count(*) from sent_statement") == 6


async def test_who_may(closed: Books) -> None:
    for who in ("board_tilia", "owner_tilia"):
        with pytest.raises(Forbidden):
            await asked(closed, who)
    with pytest.raises(NotFound):
        await asked(closed, "syndic_b")


_ROW = (
    "insert into sent_statement (organization_id, building_id, fiscal_year_id, closed_at, owner_id, lang, document_id, "
    "sent_how) select organization_id, building_id, fiscal_year_id, now(), owner_id, lang, document_id, sent_how "
    "from sent_statement limit 1; update sent_statement set {} where created_at = now()"
)
REFUSED = {
    "sent_statement_once": _ROW.format(
        "closed_at = (select min(closed_at) from sent_statement where created_at < now())"
    ),
    "sent_statement_sent_how": _ROW.format("sent_how = 'pigeon'"),
    "sent_statement_lang": _ROW.format("lang = 'es'"),
    "sent_statement_year_fkey": _ROW.format("building_id = (select id from building where name = 'Fagus')"),
    "sent_statement_owner_fkey": _ROW.format("owner_id = (select id from owner where name = 'QUERCUS1')"),
    "sent_statement_settlement_fkey": _ROW.format("settlement_id = uuidv7()"),
    "sent_statement_document_fkey": _ROW.format("document_id = uuidv7()"),
}


async def test_the_database_refuses_what_must_never_be(closed: Books, pg: Server, database_name: str) -> None:
    bundle = await asked(closed)
    await runs.perform(bundle.id, partial(service.send, draw=plain))
    assert constraints(pg, ("sent_statement",)) == set(REFUSED)
    with pg.connect(database_name, "postgres") as sql:
        assert refused_by(sql, REFUSED) == {name: name for name in REFUSED}
