"""PDF of HTML: PDF/A-3b, tagged, drawn by a pool of processes on all cores, apart from the one that serves.

The pool starts with the first page to draw and stays warm until `close`. Long papers leave one of its processes to
the short ones: a letter never waits until somebody's ledger of a thousand pages is drawn.
"""

import asyncio
import io
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final
from weakref import WeakKeyDictionary

_ATTEMPTS: Final = 2
_LONG: Final = 200_000
"""Signs of HTML from which a paper is long: some forty pages, several seconds."""
_lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_pool: ProcessPoolExecutor | None = None


def _begin() -> None:
    # WeasyPrint is imported in the processes of the pool only: a second of start and 60 MB that nobody else needs.
    from koprogo_app.foundation.paper import drawing

    drawing.begin()


def _draw(html: str) -> bytes:
    from koprogo_app.foundation.paper import drawing

    return drawing.draw(html)


def _workers() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, cores)


def _lane(html: str) -> AbstractAsyncContextManager[Any]:
    """Where a paper waits for its turn: long ones for each other, short ones for nobody."""
    if len(html) < _LONG:
        return nullcontext()
    return _lanes.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_workers() - 1))


def _started() -> ProcessPoolExecutor:
    global _pool
    if _pool is None:
        # spawn: what the serving process holds (sockets, threads, the file store's runtime) is not inherited.
        context = multiprocessing.get_context("spawn")
        _pool = ProcessPoolExecutor(_workers(), mp_context=context, initializer=_begin)
    return _pool


def _dropped(pool: ProcessPoolExecutor) -> None:
    global _pool
    if _pool is pool:
        _pool = None
        pool.shutdown(wait=False, cancel_futures=True)


async def render(html: str) -> bytes:
    """The PDF of a page of HTML; nothing outside of it is fetched. A process that dies is replaced once."""
    async with _lane(html):
        return await _rendered(html)


async def _rendered(html: str) -> bytes:
    for attempt in range(_ATTEMPTS):
        pool = _started()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _draw, html)
        except BrokenProcessPool:
            _dropped(pool)
            if attempt + 1 == _ATTEMPTS:
                raise
    raise AssertionError("unreachable")


async def render_many(pages: Sequence[str], progress: Callable[[int, int], None] | None = None) -> list[bytes]:
    """The PDFs of many pages, in their order, over all cores. `progress(done, total)` is called after each.

    When one fails, or the caller is cancelled, those not yet begun are not drawn.
    """
    done = 0

    async def one(html: str) -> bytes:
        nonlocal done
        pdf = await render(html)
        done += 1
        if progress:
            progress(done, len(pages))
        return pdf

    async with asyncio.TaskGroup() as group:
        drawn = [group.create_task(one(html)) for html in pages]
    return [task.result() for task in drawn]


def merge(pdfs: Sequence[bytes]) -> bytes:
    """One PDF of several, in their order: to print in one go. For keeping, keep the single ones: they are PDF/A."""
    import pypdfium2  # type: ignore[import-untyped]

    if len(pdfs) == 1:
        return pdfs[0]
    merged = pypdfium2.PdfDocument.new()
    try:
        for content in pdfs:
            part = pypdfium2.PdfDocument(content)
            try:
                merged.import_pages(part)
            finally:
                part.close()
        out = io.BytesIO()
        merged.save(out)
        return out.getvalue()
    finally:
        merged.close()


async def close() -> None:
    """Ends the pool's processes, with the program or a test that used them."""
    global _pool
    pool, _pool = _pool, None
    if pool is not None:
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
