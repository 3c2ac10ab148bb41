"""The file for the lawyer or the bailiff: the statement, the notices, the minutes, the letters and their proofs."""

import io
import zipfile
from datetime import date
from functools import partial
from uuid import UUID

import pypdfium2
import pytest

from koprogo_app.calls.service import notices as notices_service
from koprogo_app.documents.service.bundling import bundle_content, make_bundle
from koprogo_app.documents.service.filing import file_made, made
from koprogo_app.documents.service.removing import remove_document_objects
from koprogo_app.foundation import runs
from koprogo_app.foundation.database import work
from koprogo_app.foundation.errors import Conflict
from koprogo_app.foundation.paper import pdf
from koprogo_app.foundation.storage import store
from koprogo_app.payments.service import bank_accounts
from koprogo_app.recovery.queries.reminders import reminders
from koprogo_app.recovery.service import dossier, proving
from tests.calls.calls import WORKING, PartWanted, called, quarter
from tests.recovery.arrears import DUE, Late, at, later
from tests.recovery.test_service import sent_up_to
from tests.recovery.test_year import drawn


async def zip_of(late: Late, bundle: UUID, day: date) -> dict[str, bytes]:
    """What the zip holds, by name without its folder."""
    await runs.perform(bundle, make_bundle)
    async with work(late.who(), now=at(day)) as w:
        content = await bundle_content(w, bundle)
    data = b"".join([block async for block in store().read(content.key, content.size)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()}


async def paper(late: Late, title: str, kind: str, dated: date, text: str) -> UUID:
    """A paper that the office filed."""
    async with made(b"%PDF-1.7\n" + text.encode()) as incoming, late.at_work(dated) as w:
        organization = late.books.world.organizations["a"]
        document = await file_made(w, organization, late.building, incoming, "scan.pdf",
                                   {"title": title, "kind": kind, "dated": dated})  # fmt: skip
        return document.id


async def test_it_holds_the_minutes_the_notices_the_letters_and_their_proofs(late: Late) -> None:
    voted = date(2025, 12, 4)
    await paper(late, "Procès-verbal AG", "minutes", voted, "the call is voted")
    await paper(late, "Procès-verbal ancien", "minutes", date(2024, 12, 5), "another year")
    async with late.at_work(DUE) as w:
        await bank_accounts.open_account(w, late.building, {"iban": "BE68539007547034", "fund": "working"})
        call = await called(w, late.books, quarter(PartWanted(WORKING, 600_000), on=DUE, due=DUE))
        instalment = await w.value("select id from call_instalment where call_id = %(c)s", c=call.id)
        run = await notices_service.ask(w, call.id, instalment)

    async def all_drawn(pages: list[str]) -> list[bytes]:
        return [await drawn(page) for page in pages]

    await runs.perform(run.id, partial(notices_service.make, draw=all_drawn))
    for lot in ("T2", "T3"):
        await late.pays(300_000, lot)
    await sent_up_to(late, 3)
    receipt = await paper(late, "Récépissé recommandé", "other", later(61), "posted")
    async with late.at_work(later(61)) as w:
        notice = (await reminders(w, late.building))[0]
        await proving.prove(w, notice.id, tracking="RR123456789BE", document_id=receipt)
    day = later(90)
    found = await zip_of(late, await dossier.make_file(late.who(), late.building, late.owner(), now=at(day),
                                                       draw=drawn), day)  # fmt: skip
    titles = sorted(name[11:] for name in found)
    assert titles == [
        "Appel de fonds _ Premier trimestre 2026.pdf", "Mise en demeure.pdf", "Procès-verbal AG.pdf",
        "Rappel amiable.pdf", "Récépissé recommandé.pdf", "Second rappel.pdf", "État de la créance.pdf",
    ]  # fmt: skip
    texts = {name[11:]: data.decode() for name, data in found.items()}
    assert "the call is voted" in texts["Procès-verbal AG.pdf"] and "posted" in texts["Récépissé recommandé.pdf"]
    # Her own notice, not her neighbour's.
    assert "TILIA1" in texts["Appel de fonds _ Premier trimestre 2026.pdf"]
    statement = texts["État de la créance.pdf"]
    # 30 days since the notice at 4.5 % on 2,400 €, rounded once; all of it of this financial year, so privileged.
    for wanted in ("8,88", "2\u202f408,88", "RR123456789BE", "2\u202f400,00\xa0€ (art. 27, 7°"):
        assert wanted in statement, wanted
    with pytest.raises(Conflict):
        await dossier.make_file(late.who(), late.building, late.owner("T2"), now=at(day), draw=drawn)


async def test_a_letter_that_was_removed_does_not_hold_up_the_file(late: Late) -> None:
    await late.called(2_400_00)
    await sent_up_to(late, 2)
    day = later(40)
    async with late.at_work(day) as w:
        first = (await reminders(w, late.building))[-1].document_id
        assert first
        await w.execute(
            """update document set deleted_at = now(), deleted_by = %(u)s, delete_reason = 'Sent to the wrong person'
                where id = %(d)s""",
            u=late.who().user_id, d=first,
        )  # fmt: skip
    await remove_document_objects(first)
    found = await zip_of(late, await dossier.make_file(late.who(), late.building, late.owner(), now=at(day),
                                                       draw=drawn), day)  # fmt: skip
    assert sorted(name[11:] for name in found) == ["Second rappel.pdf", "État de la créance.pdf"]


async def test_the_statement_of_the_claim_is_a_paper_of_two_tables_and_more(late: Late) -> None:
    await late.called(2_400_00)
    await sent_up_to(late, 3)
    day = later(90)
    try:
        bundle = await dossier.make_file(late.who(), late.building, late.owner(), now=at(day))
    finally:
        await pdf.close()
    found = await zip_of(late, bundle, day)
    (statement,) = (data for name, data in found.items() if "créance" in name)
    text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(statement))
    for wanted in ("2 408,88", "Mise en demeure", "4,50 %", "art. 27, 7°"):
        assert wanted in text.replace("\u202f", " ").replace("\xa0", " "), text
