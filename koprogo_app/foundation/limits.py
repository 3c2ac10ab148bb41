"""How often somebody may try something: counted in memory, or in Redis when several processes share the counting."""

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
