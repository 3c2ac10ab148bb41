"""Moving every file from one store to another: resumable, each verified by its hash at the other side."""

from collections.abc import Callable
from dataclasses import dataclass, field

from koprogo_app.foundation.storage.failures import Damaged, Missing
from koprogo_app.foundation.storage.spool import spool
from koprogo_app.foundation.storage.store import Stat, Store


@dataclass(slots=True)
class Moved:
    """What a move did: files and bytes copied, files already there, keys that could not be copied."""

    copied: int = 0
    bytes: int = 0
    present: int = 0
    failed: list[str] = field(default_factory=list)


async def move(source: Store, target: Store, tell: Callable[[Stat], None] = lambda _: None) -> Moved:
    """Copies what `target` does not have yet; `tell` hears of each file dealt with.

    Nothing is removed from the source, so a program that still reads there goes on working. A damaged file is named in
    `failed` and left alone. Raises StorageUnavailable when a store goes away; run it again to go on where it stopped.
    """
    done = Moved()
    async for stat in source.stats():
        there = await target.stat(stat.key)
        if there is not None and there.size == stat.size:
            done.present += 1
        elif await _copy(source, target, stat):
            done.copied += 1
            done.bytes += stat.size
        else:
            done.failed.append(stat.key)
        tell(stat)
    return done


async def _copy(source: Store, target: Store, stat: Stat) -> bool:
    try:
        async with spool(target.spools, stat.size) as passing:
            async for block in source.read(stat.key, stat.size):
                await passing.write(block)
            await passing.finish()
            await target.keep(passing, stat.key)
        await target.verify(stat.key, stat.size)
    except (Damaged, Missing):
        return False
    return True
