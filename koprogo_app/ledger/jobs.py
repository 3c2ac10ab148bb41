"""What the books do in the background."""

from uuid import UUID

from koprogo_app.foundation import runs
from koprogo_app.foundation.jobs import PROMPT, tasks
from koprogo_app.ledger.service import closing_run


@tasks.task(name="ledger.close_year", priority=PROMPT)
async def close(run_id: str) -> None:
    """Closes the year of a run."""
    await runs.perform(UUID(run_id), closing_run.close)
