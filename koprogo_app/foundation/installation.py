"""What is true of the whole installation: whether it is the demonstration."""

from koprogo_app.foundation.database import Work


async def is_demo(w: Work) -> bool:
    """Whether this installation was filled with the demo."""
    return bool(await w.value("select demo from installation"))


async def becomes_demo(w: Work) -> None:
    """Says for good that this installation is the demonstration."""
    await w.execute("update installation set demo = true")
