"""What calls for funds do in the background."""

from uuid import UUID

from koprogo_app.calls.service import notices
from koprogo_app.foundation import runs
from koprogo_app.foundation.jobs import PROMPT, tasks


@tasks.task(name="calls.make_notices", aliases=["charges.make_notices"], priority=PROMPT)
async def make_notices(run_id: str) -> None:
    """Makes and sends the notices of an instalment."""
    await runs.perform(UUID(run_id), notices.make)
