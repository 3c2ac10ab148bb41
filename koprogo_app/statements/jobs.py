"""What statements and reports do in the background."""

from uuid import UUID

from koprogo_app.foundation import runs
from koprogo_app.foundation.jobs import PROMPT, tasks
from koprogo_app.statements.service import report_job, sending_statements


@tasks.task(name="statements.draw_report", priority=PROMPT)
async def draw_report(run_id: str) -> None:
    """Draws the paper of a long report."""
    await runs.perform(UUID(run_id), report_job.draw)


@tasks.task(name="statements.send", priority=PROMPT)
async def send_statements(run_id: str) -> None:
    """Files and sends the yearly statements of charges."""
    await runs.perform(UUID(run_id), sending_statements.send)
