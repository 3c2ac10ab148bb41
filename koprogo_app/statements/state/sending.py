"""The yearly statements on their way to the co-owners, beside the report of all of them."""

from typing import Any

import reflex as rx

from koprogo_app.estate.queries.lots import organization_of_building
from koprogo_app.foundation.database import Work, work
from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import moment, tr
from koprogo_app.foundation.model import Run
from koprogo_app.foundation.runs import following
from koprogo_app.identity.guard import handler
from koprogo_app.interface.notice import refuse
from koprogo_app.ledger.queries import books
from koprogo_app.ledger.queries.periods import running
from koprogo_app.statements.service import sending_statements as service
from koprogo_app.statements.service.sending_statements import SendingStatus
from koprogo_app.workspace.state.common import acting, id_after, lang_of, may, workspace
from koprogo_app.workspace.state.page import PageState, Sent, Told, acts, loads, opens, submits

_GOING = ("waiting", "running")


class Sending(PageState, rx.State):
    """`stage`: nothing to offer (""), the year is `open`, ready to send or sent (`closed`), `going`, or `failed` when
    some went out and some did not; `sent` tells what went out."""

    stage: str = ""
    year: str = ""
    years_page: str = ""
    sent: str = ""
    told: str = ""
    value: str = "0"
    of: str = "1"
    paper: str = ""
    printing: bool = False
    booked: bool = False
    settlement: str = ""

    load = loads("buildings.read")
    ask = opens("calls.write", "send")

    async def _fill(self, w: Work, lang: str) -> None:
        """How it stands with the statements of the year in the address, for who may send them."""
        self.stage, building_id, query = "", id_after(self, "buildings"), self.router.url.query_parameters
        everybody = self.router.url.path.rstrip("/").endswith("/reports/owner-charges") and not query.get("owner")
        if not everybody or not await _may_send(w, building_id):
            return
        years = await books.years(w, building_id)
        named = query.get("year", "") or (running(years, w.today).name if years else "")
        found = await service.sending_status(w, building_id, named)
        self.year, self.years_page = found.year.name, f"{workspace(building_id)}/years"
        self.settlement = f"{workspace(building_id)}/settlement?year={found.year.name}"
        self._show(found, lang)

    def _show(self, found: SendingStatus, lang: str) -> None:
        rest = len(found.sent) - found.mailed
        self.sent, self.printing, self.booked = "", rest > 0, found.booked is not None
        if found.at:
            self.sent = tr(lang, "Sent on {moment}. By mail: {mailed}, to print: {rest}.",
                           moment=moment(found.at, lang), mailed=found.mailed, rest=rest)  # fmt: skip
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

    @acts("calls.write")
    async def again(self, w: Work, year: str) -> Told:
        """Has the file to print made again."""
        await service.ask(w, id_after(self, "buildings"), year, mail=True)
        return Told(then="follow")

    @submits("calls.write", dialog="send")
    async def send(self, w: Work, sent: Sent) -> Told:
        """Has those of the year that the dialog is about sent, and follows the work."""
        await service.ask(w, id_after(self, "buildings"), sent.record, mail=sent.ticked("mail"))
        return Told(then="follow")

    @handler("buildings.read", background=True)
    async def follow(self) -> None:
        """Shows how far it is until they are sent; the page may be left meanwhile."""
        async with self:
            going, lang, building_id, year = self.stage, await lang_of(self), id_after(self, "buildings"), self.year
        if going != "going":
            return

        async def read() -> SendingStatus:
            async with work(acting(lang)) as w:
                return await service.sending_status(w, building_id, year)

        try:
            async for found in following(read):
                async with self:
                    if self.year != year or self.base != workspace(building_id):
                        return
                    if found.job is None:  # what failed is not found again
                        self.stage = "failed"
                    else:
                        self._show(found, lang)
        except KoproError as error:
            async with self:
                await refuse(self, error)


async def _may_send(w: Work, building_id: Any) -> bool:
    organization = await organization_of_building(w, building_id)
    return may("calls.write", organization, building_id)
