"""The pool that draws papers: long ones leave a process to the short ones."""

import asyncio

import pytest

from koprogo_app.foundation.paper import pdf


async def test_a_letter_never_waits_for_long_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_workers", lambda: 2)
    done, go = [], asyncio.Event()

    async def drawn(html: str) -> bytes:
        if len(html) >= pdf._LONG:
            await go.wait()
        done.append(html[:6])
        return b"%PDF"

    monkeypatch.setattr(pdf, "_rendered", drawn)
    long = [asyncio.create_task(pdf.render(f"long {n}" + "x" * pdf._LONG)) for n in range(3)]
    await asyncio.sleep(0)
    assert await pdf.render("letter") == b"%PDF"
    long[1].cancel()  # who gave up does not hold the turn of the others
    go.set()
    await asyncio.gather(*long, return_exceptions=True)
    assert done == ["letter", "long 0", "long 2"]


async def test_what_is_exactly_as_long_waits_its_turn() -> None:
    assert isinstance(pdf._lane("x" * pdf._LONG), asyncio.Semaphore)
    assert not isinstance(pdf._lane("x" * (pdf._LONG - 1)), asyncio.Semaphore)
