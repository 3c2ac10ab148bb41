"""What charges does in the background."""

from uuid import UUID

from koprogo_app.charges.service import notices
from koprogo_app.foundation.jobs import PROMPT, tasks


@tasks.task(name="charges.make_notices", priority=PROMPT)
async def make_notices(run_id: str) -> None:
    """Makes and sends the notices of an instalment."""
    await notices.make(UUID(run_id))
