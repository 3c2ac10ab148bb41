"""What statements and reports do in the background."""

from uuid import UUID

from koprogo_app.foundation.jobs import PROMPT, tasks
from koprogo_app.statements.service import report_job, sending_statements


@tasks.task(name="statements.draw_report", aliases=["charges.draw_report"], priority=PROMPT)
async def draw_report(bundle_id: str, name: str, building_id: str, asked: dict[str, str], lang: str) -> None:
    """Draws the paper of a long report."""
    await report_job.draw(UUID(bundle_id), name, UUID(building_id), asked, lang)


@tasks.task(name="statements.send", aliases=["charges.send_statements"], priority=PROMPT)
async def send_statements(bundle_id: str, building_id: str, year: str, mail: bool) -> None:
    """Files and sends the yearly statements of charges."""
    await sending_statements.send(UUID(bundle_id), UUID(building_id), year, mail=mail)
