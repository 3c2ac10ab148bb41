"""The jobs of documents: looking at what came in, making bundles, removing what is deleted."""

from uuid import UUID

from procrastinate import RetryStrategy

from koprogo_app.foundation import runs
from koprogo_app.foundation.jobs import PROMPT, tasks

_AGAIN = RetryStrategy(max_attempts=6, exponential_wait=5)


@tasks.task(name="documents.digest", retry=_AGAIN)
async def digest(version_id: str) -> None:
    """Makes the preview of a version and reads its words."""
    from koprogo_app.documents.service.digesting import digest_version

    await digest_version(UUID(version_id))


@tasks.task(name="documents.remove_objects", retry=_AGAIN)
async def remove_objects(document_id: str) -> None:
    """Removes the bytes of a deleted document."""
    from koprogo_app.documents.service.removing import remove_document_objects

    await remove_document_objects(UUID(document_id))


@tasks.task(name="documents.bundle", priority=PROMPT)
async def bundle(run_id: str) -> None:
    """Puts a bundle together."""
    from koprogo_app.documents.service.bundling import make_bundle

    await runs.perform(UUID(run_id), make_bundle)


@tasks.periodic(cron="41 * * * *")
@tasks.task(name="documents.forget_bundles", queueing_lock="documents.forget_bundles")
async def forget_old_bundles(timestamp: int = 0) -> None:
    """Each hour: removes bundles whose day is over."""
    from koprogo_app.documents.service.bundling import forget_bundles

    await forget_bundles()
