"""What can go wrong with stored files, as the person should hear it."""

import contextlib
import errno
from collections.abc import Iterator

import structlog
from obstore.exceptions import BaseError

from koprogo_app.foundation.errors import KoproError
from koprogo_app.foundation.i18n import N_

log = structlog.get_logger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageUnavailable(KoproError):
    """The store does not answer, or refuses the program; trying again later may work."""

    status = 503
    kind = "storage-unavailable"

    def __init__(self) -> None:
        super().__init__(N_("The file storage does not answer. Nothing was saved; try again in a few minutes."))


class StorageFull(KoproError):
    """No room is left for the file."""

    status = 507
    kind = "storage-full"

    def __init__(self) -> None:
        super().__init__(
            N_("No room is left for files. Nothing was saved; ask the administrator to make room, then try again.")
        )


class Missing(KoproError):
    """The row exists but its object does not."""

    status = 500
    kind = "file-missing"

    def __init__(self) -> None:
        super().__init__(N_("This file is missing from the storage. Tell the administrator: it must come from backup."))


class Damaged(KoproError):
    """What the store gave back is not what was stored."""

    status = 500
    kind = "file-damaged"

    def __init__(self) -> None:
        super().__init__(N_("This file is damaged in the storage. Tell the administrator: it must come from backup."))


class TooLarge(KoproError):
    """More bytes than the installation accepts."""

    status = 413
    kind = "too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            N_("This file is larger than {megabytes} MB, the most that is accepted."),
            field="file",
            megabytes=limit // 1_000_000,
        )


@contextlib.contextmanager
def as_failures(doing: str) -> Iterator[None]:
    """Turns what the store or the disk raises into the house's errors; the log keeps the cause, without any secret."""
    try:
        yield
    except FileNotFoundError as error:
        log.error("object missing", doing=doing)
        raise Missing from error
    except (OSError, BaseError, TimeoutError) as error:
        full = getattr(error, "errno", None) in _FULL or "No space left" in str(error) or "quota" in str(error).lower()
        log.error("storage failed", doing=doing, error=type(error).__name__, full=full)
        raise (StorageFull() if full else StorageUnavailable()) from error
