"""How often somebody may try something: counted in memory, or in Redis when several processes share the counting.

What comes many times a second is counted by `Buckets`, in this process alone: the library's memory looks through every
key after each hit (docs/decisions/0010).
"""

import time
from dataclasses import dataclass
from functools import lru_cache

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from koprogo_app.foundation.errors import TooMany
from koprogo_app.settings import settings


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `amount` in any `seconds`. `exact` remembers each one; otherwise two counters estimate the window."""

    name: str
    amount: int
    seconds: int
    exact: bool = False


class Buckets:
    """So many a second on average, with a reserve for bursts, for each key by itself."""

    def __init__(self, rate: float, burst: float, most: int = 20_000) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> bool:
        """Whether one more may pass now. With more keys than `most` all begin anew."""
        now = time.monotonic()
        left, at = self._left.get(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        if key not in self._left and len(self._left) >= self._most:
            self._left.clear()
        self._left[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def forget(self, key: str) -> None:
        """Counts a key anew."""
        self._left.pop(key, None)


@lru_cache(maxsize=1)
def _storage() -> MemoryStorage | RedisStorage:
    url = settings().redis_url
    return RedisStorage(f"async+{url}", implementation="redispy") if url else MemoryStorage()


@lru_cache(maxsize=2)
def _limiter(exact: bool) -> RateLimiter:
    return MovingWindowRateLimiter(_storage()) if exact else SlidingWindowCounterRateLimiter(_storage())


@lru_cache(maxsize=64)
def _item(rule: Rule) -> RateLimitItem:
    return RateLimitItemPerSecond(rule.amount, rule.seconds, namespace=f"koprogo/{rule.name}")


def forget_all() -> None:
    """Starts counting anew, with the settings and event loop of now (tests, a forked process)."""
    _storage.cache_clear()
    _limiter.cache_clear()


async def take(rule: Rule, key: str) -> None:
    """Counts one for `key`. Raises TooMany, with the seconds to wait, when the rule is used up."""
    if not await _limiter(rule.exact).hit(_item(rule), key):
        raise TooMany(await _wait(rule, key))


async def check(rule: Rule, key: str) -> None:
    """Raises TooMany when the rule is used up; counts nothing."""
    if not await _limiter(rule.exact).test(_item(rule), key):
        raise TooMany(await _wait(rule, key))


async def count(rule: Rule, key: str) -> None:
    """Counts one for `key` and lets it pass."""
    await _limiter(rule.exact).hit(_item(rule), key)


async def clear(rule: Rule, key: str) -> None:
    """Forgets what was counted for `key`."""
    await _limiter(rule.exact).clear(_item(rule), key)


async def _wait(rule: Rule, key: str) -> int:
    stats = await _limiter(rule.exact).get_window_stats(_item(rule), key)
    return max(1, min(rule.seconds, round(stats.reset_time - time.time() + 0.5)))
