"""Where files are kept: a local folder or any S3, content-addressed, streamed, verified."""

from koprogo_app.foundation.storage.failures import (
    Damaged,
    Missing,
    StorageFull,
    StorageUnavailable,
    TooLarge,
)
from koprogo_app.foundation.storage.spool import Spool, spool
from koprogo_app.foundation.storage.store import Stat, Store, key_of, open_store, store, use

__all__ = [
    "Damaged", "Missing", "Spool", "Stat", "StorageFull", "StorageUnavailable", "Store", "TooLarge", "key_of",
    "open_store", "spool", "store", "use",
]  # fmt: skip
