"""What an installation is, as a whole."""

from koprogo_app.foundation import installation
from koprogo_app.foundation.database import work
from koprogo_app.foundation.principal import NOBODY

_demo: list[bool] = []


async def is_demo() -> bool:
    """Whether this installation is the demonstration; asked once, for it does not change while a process runs."""
    if not _demo:
        async with work(NOBODY) as w:
            _demo.append(await installation.is_demo(w))
    return _demo[0]
