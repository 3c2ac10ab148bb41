"""The file storage's part of readiness."""

from koprogo_app.foundation.health import NotReady
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.storage.failures import StorageFull, StorageUnavailable
from koprogo_app.foundation.storage.store import store


async def storage_ready() -> str:
    """A sentence when files can be stored now. Raises NotReady."""
    try:
        await store().check()
    except StorageFull as error:
        raise NotReady(N_("No room is left for files.")) from error
    except StorageUnavailable as error:
        raise NotReady(N_("The file storage does not answer.")) from error
    return N_("Files can be stored.")
