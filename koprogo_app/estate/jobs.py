"""What the estate does by itself."""

import asyncio

from koprogo_app.estate.service import import_files
from koprogo_app.foundation.jobs import tasks


@tasks.periodic(cron="*/15 * * * *")
@tasks.task(name="estate.forget_files", queueing_lock="estate.forget_files")
async def forget_old_files(timestamp: int = 0) -> None:
    """Each quarter of an hour: removes files that waited for their import for an hour."""
    await asyncio.to_thread(import_files.forget_old)
