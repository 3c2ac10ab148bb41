"""From leaving a cell to seeing it changed, and to seeing it saved, against a bare Reflex counter; what pages weigh.

Both apps are served by Granian with one worker and driven by one Chromium, turn by turn. The counter shows its number
when the server has answered, and forgets it when it stops. A cell shows what was typed, and that it is being saved, at
once; "saved" comes after the gate, the service with its checks, the audit trail and a commit that survives a power cut.
The first is what a person waits for before she goes on; the second is printed beside it. Run:
`python -m benchmarks.ui [turns]`.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

COUNTER = {"REFLEX_APP_MODULE_IMPORT": "benchmarks.counter.counter", "REFLEX_WEB_WORKDIR": ".web-counter"}
_CLICK = """() => new Promise(done => {
  const out = document.querySelector('#value'), start = performance.now();
  new MutationObserver((_, o) => { o.disconnect(); done(performance.now() - start); })
    .observe(out, {childList: true, characterData: true, subtree: true});
  document.querySelector('#more').click();
})"""
_CELL = """() => new Promise((done, fail) => {
  const lot = document.activeElement.closest('tbody'), start = performance.now();
  let shown = 0;
  const watch = new MutationObserver(() => {
    if (!shown && lot.textContent.includes('enregistrement')) shown = performance.now() - start;
    if (lot.textContent.includes('✓')) { watch.disconnect(); done([shown, performance.now() - start]); }
  });
  setTimeout(() => fail(new Error('not saved: ' + lot.textContent)), 20000);
  watch.observe(lot, {childList: true, characterData: true, subtree: true});
  document.activeElement.blur();
})"""


async def click(page: Any) -> float:
    """Milliseconds from a click on the counter to its new number."""
    taken: float = await page.evaluate(_CLICK)
    return taken


async def cell(page: Any, turn: int) -> tuple[float, float]:
    """Milliseconds from leaving a cell until it shows as changed, and until it is said to be saved."""
    field = page.locator("[data-grid] input[data-field=floor]").nth(turn)
    await field.fill(str(100 + turn))
    shown, saved = await page.evaluate(_CELL)
    if not shown:
        raise RuntimeError("the row never said that it is being saved")
    return shown, saved


async def weight(browser: Any, url: str, path: str, cookies: list[Any]) -> tuple[float, float]:
    """KiB of scripts and of everything, as sent (gzip), on the first load of a page."""
    context = await browser.new_context(locale="fr-BE", extra_http_headers={"accept-encoding": "gzip"})
    await context.add_cookies(cookies)
    page, sizes = await context.new_page(), list[tuple[str, int]]()
    session = await context.new_cdp_session(page)
    types: dict[str, str] = {}
    await session.send("Network.enable")
    session.on("Network.responseReceived", lambda e: types.update({e["requestId"]: e["type"]}))
    session.on("Network.loadingFinished", lambda e: sizes.append((e["requestId"], e["encodedDataLength"])))
    await page.goto(url + path, wait_until="networkidle")
    await context.close()
    scripts = sum(size for request, size in sizes if types.get(request) == "Script")
    return scripts / 1024, sum(size for _, size in sizes) / 1024


async def measure(ours: str, floor: str, building: str, token: str, turns: int) -> None:
    """Turn by turn, then the medians."""
    from playwright.async_api import async_playwright

    from benchmarks.api import ready
    from koprogo_app.settings import settings

    await ready(f"{ours}/ping")
    await ready(f"{floor}/ping")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        cookie = [{"name": settings().cookie_name, "value": token, "url": ours}]
        context = await browser.new_context(locale="fr-BE", viewport={"width": 1440, "height": 900})
        await context.add_cookies(cookie)
        counter, lots = await context.new_page(), await context.new_page()
        await counter.goto(floor)
        await counter.wait_for_selector("#value")
        await lots.goto(f"{ours}/buildings/{building}/lots")
        await lots.locator("[data-grid] input[data-field=floor]").first.wait_for()
        await asyncio.sleep(1)
        clicks, cells = list[float](), list[tuple[float, float]]()
        for turn in range(min(turns, 20) + 3):
            await counter.bring_to_front()
            clicks.append(await click(counter))
            await lots.bring_to_front()
            cells.append(await cell(lots, turn))
        print(f"counter {statistics.median(clicks[3:]):6.1f} ms")
        for place, what in enumerate(("changed (aim ≤ 1.5)", "saved, durably")):
            taken = [c[place] for c in cells[3:]]
            ratio = statistics.median(b / a for a, b in zip(clicks[3:], taken, strict=True))
            print(f"cell    {statistics.median(taken):6.1f} ms   ratio {ratio:.2f}   {what}")
        for name, where, cookies in (("sign-in", "/sign-in", []), ("lots", f"/buildings/{building}/lots", cookie)):
            scripts, everything = await weight(browser, ours, where, cookies)
            print(f"{name}: scripts {scripts:.0f} KiB, everything {everything:.0f} KiB gzip (limit 350)")
        await browser.close()


def build_counter() -> None:
    """Builds the counter's front end beside ours."""
    from koprogo_app.interface.build import build

    before = {name: os.environ.get(name) for name in COUNTER}
    os.environ.update(COUNTER)
    try:
        build()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


async def sign_in(who: str) -> str:
    """The secret of a new web session of one of the demo's people."""
    from koprogo_app.demo.people import PASSWORD
    from koprogo_app.foundation.watch.process import connected
    from koprogo_app.identity.service import sign_in as service
    from koprogo_app.identity.service.sign_in import Caller

    async with connected():
        outcome = await service.with_password(who, PASSWORD, Caller(ip="127.0.0.1", user_agent="benchmark"))
    return outcome.cookie


def main(turns: int) -> None:
    """Sets both up, measures, takes both down."""
    from benchmarks.api import prepare, served

    with tempfile.TemporaryDirectory(prefix="koprogo-bench-") as folder:
        os.environ.update(KOPROGO_DATA_DIR=folder, KOPROGO_LOG_LEVEL="warning", KOPROGO_EMBEDDED_WORKER="false",
                          KOPROGO_PUBLIC_URL="http://localhost:8195")  # fmt: skip
        from koprogo_app.foundation.watch.process import database_access
        from koprogo_app.interface.build import build
        from koprogo_app.serve import environment

        build()
        build_counter()
        ours, _, _, building = asyncio.run(prepare(Path(folder)))
        token = asyncio.run(sign_in("syndic@koprogo.example.be"))
        bare = {**environment(), **COUNTER, "REFLEX_CORS_ALLOWED_ORIGINS": "*"}
        with (
            served("koprogo_app.koprogo_app:app", 8195, {**environment(), **ours}),
            served("benchmarks.counter.counter:app", 8196, bare),
        ):
            asyncio.run(measure("http://localhost:8195", "http://localhost:8196", building, token, turns))
        database_access().server.stop()  # type: ignore[union-attr]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
