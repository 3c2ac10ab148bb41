"""What an installation is, as a whole."""

from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import NOBODY

_demo: list[bool] = []


async def is_demo() -> bool:
    """Whether this installation is the demonstration; asked once, for it does not change while a process runs."""
    if not _demo:
        async with work(NOBODY) as w:
            _demo.append(bool(await w.value("select demo from installation")))
    return _demo[0]
