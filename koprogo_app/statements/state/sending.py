"""The yearly statements on their way to the co-owners, beside the report of all of them."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import LANGS, moment, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.form import problems
from koprogo_app.interface.notice import refuse
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.periods import running
from koprogo_app.statements.service import sending_statements as service
from koprogo_app.statements.service.sending_statements import Standing
from koprogo_app.workspace.state.common import acting, id_after, lang_of, may, workspace

_GOING = ("waiting", "running")


class Sending(rx.State):
    """`stage`: nothing to offer (""), the year is `open`, ready to send or sent (`closed`), `going`, or `failed` when
    some went out and some did not; `sent` tells what went out."""

    stage: str = ""
    year: str = ""
    years_page: str = ""
    sent: dict[str, str] = {}
    told: str = ""
    value: str = "0"
    of: str = "1"
    paper: str = ""
    printing: bool = False
    asking: bool = False
    errors: dict[str, dict[str, str]] = {}

    @handler("buildings.read")
    async def look(self) -> AsyncIterator[Any]:
        """Shows how it stands with the statements of the year in the address, to who may send them."""
        self.asking, self.errors = False, {}
        if self.router.url.query_parameters.get("owner") or "/reports/owner-charges" not in self.router.url.path:
            self.stage = ""
            return
        try:
            await self._fill()
        except KoproError:  # the report beside says why
            self.stage = ""
            return
        if self.stage == "going":
            yield Sending.follow

    async def _fill(self) -> None:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        async with work(acting(lang)) as w:
            if not await _may_send(w, building_id):
                self.stage = ""
                return
            years = await books.years(w, building_id)
            named = self.router.url.query_parameters.get("year", "") or (running(years, w.today).name if years else "")
            found = await service.standing(w, building_id, named)
        self.year, self.years_page = found.year.name, f"{workspace(building_id)}/years"
        self._show(found)

    def _show(self, found: Standing) -> None:
        rest = len(found.sent) - found.mailed
        self.sent, self.printing = {}, rest > 0
        if found.at:
            self.sent = {
                lang: tr(lang, "Sent on {moment}. By mail: {mailed}, to print: {rest}.", moment=moment(found.at, lang),
                         mailed=found.mailed, rest=rest)
                for lang in LANGS
            }  # fmt: skip
        self._step(found.job)
        if not found.closed:
            self.stage = "open"
        elif self.stage != "going":
            self.stage = "failed" if found.sent and found.left else "closed"

    def _step(self, job: Run | None) -> None:
        if job is None:
            self.stage, self.paper = "", ""
            return
        self.stage = "going" if job.status in _GOING else "failed" if job.status == "failed" else "done"
        self.value, self.of, self.told = str(job.done), str(job.total), f"{job.done} / {job.total}"
        self.paper = f"/api/v1/documents/bundles/{job.id}/content" if job.status == "done" else ""

    @handler("calls.write")
    async def ask(self) -> None:
        """Opens the question before they go out."""
        self.asking, self.errors = True, {}

    @handler("calls.write")
    async def stop(self) -> None:
        """Closes it."""
        self.asking = False

    @handler("calls.write")
    async def again(self) -> Any:
        """Has the file to print made again."""
        return await self._ask(mail=True)

    @handler("calls.write")
    async def send(self, data: dict[str, Any]) -> Any:
        """Has them sent."""
        return await self._ask(mail=bool(data.get("mail")))

    async def _ask(self, *, mail: bool) -> Any:
        lang, building_id = await lang_of(self), id_after(self, "buildings")
        try:
            async with work(acting(lang)) as w:
                self._step(await service.ask(w, building_id, self.year, mail=mail))
        except KoproError as error:
            if not self.asking:
                await refuse(self, error)
            self.errors = problems(error)
            return None
        self.asking = False
        return Sending.follow

    @handler("calls.write", background=True)
    async def follow(self) -> None:
        """Shows how far it is until they are sent; the page may be left meanwhile."""
        async with self:
            lang, building_id, year = await lang_of(self), id_after(self, "buildings"), self.year

        async def read() -> Standing:
            async with work(acting(lang)) as w:
                return await service.standing(w, building_id, year)

        try:
            async for found in following(read):
                async with self:
                    if self.year != year:
                        return
                    if found.job is None:  # what failed is not found again
                        self.stage = "failed"
                    else:
                        self._show(found)
        except KoproError as error:
            async with self:
                await refuse(self, error)


async def _may_send(w: Work, building_id: Any) -> bool:
    organization = await w.value("select organization_id from estate.building where id = %(b)s", b=building_id)
    return may("calls.write", organization, building_id)
