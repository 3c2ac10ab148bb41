"""What charges does in the background."""

from uuid import UUID

from koprogo_app.charges.service import notices, report_job, sending_statements
from koprogo_app.foundation.jobs import PROMPT, tasks


@tasks.task(name="charges.make_notices", priority=PROMPT)
async def make_notices(run_id: str) -> None:
    """Makes and sends the notices of an instalment."""
    await notices.make(UUID(run_id))


@tasks.task(name="charges.draw_report", priority=PROMPT)
async def draw_report(bundle_id: str, name: str, building_id: str, asked: dict[str, str], lang: str) -> None:
    """Draws the paper of a long report."""
    await report_job.draw(UUID(bundle_id), name, UUID(building_id), asked, lang)


@tasks.task(name="charges.send_statements", priority=PROMPT)
async def send_statements(bundle_id: str, building_id: str, year: str, mail: bool) -> None:
    """Files and sends the yearly statements of charges."""
    await sending_statements.send(UUID(bundle_id), UUID(building_id), year, mail=mail)
