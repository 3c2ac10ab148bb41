"""Passwords: what is accepted, how they are kept, how they are checked."""

import asyncio
import re
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn import zxcvbn

from koprogo_app.foundation.errors import Invalid
from koprogo_app.foundation.i18n import N_

MIN_LENGTH = 12
MAX_LENGTH = 256
TOO_SHORT = N_("A password has at least {count} characters.")
TOO_LONG = N_("A password has at most {count} characters.")
NOT_THE_SAME = N_("The two passwords are not the same.")
TOO_EASY = N_("This password is too easy to guess. Use several words that do not belong together.")
_EASY = 1e9
"""A password that takes fewer guesses is a common one, or one made of common ones, a name, a date, a row of keys."""
_READ_AT_MOST = 72
_at_once = 2
_gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def _gate() -> asyncio.Semaphore:
    """Each check takes 64 MiB for a moment, so only a few run together."""
    loop = asyncio.get_running_loop()
    for dead in [other for other in _gates if other.is_closed()]:
        del _gates[dead]
    return _gates.setdefault(loop, asyncio.Semaphore(_at_once))


async def make_hash(password: str) -> str:
    """The Argon2id hash to keep of a password."""
    async with _gate():
        return await asyncio.to_thread(_hasher().hash, password)


async def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether the password is the kept one, and a newer hash to keep when the old one has become weak.

    Without a kept hash it takes as long and says no, so that nobody learns which accounts exist.
    """
    async with _gate():
        return await asyncio.to_thread(_verify, password[: MAX_LENGTH + 1], kept)


def _verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    good, newer = _hasher().verify_and_update(password, kept or _nobodys())
    return (good, newer) if kept else (False, None)


async def accept(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raises Invalid when a new password is too short, too long, common, or made of the person's own name."""
    if len(password) < MIN_LENGTH:
        raise Invalid(field, TOO_SHORT, count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise Invalid(field, TOO_LONG, count=MAX_LENGTH)
    if await asyncio.to_thread(is_easy, password, (email, name)):
        raise Invalid(field, TOO_EASY)


def is_easy(password: str, about: tuple[str, ...]) -> bool:
    """Whether a password is common or made of what is known of the person (`about`: e-mail, name)."""
    own = {part.lower() for text in ("koprogo", *about) for part in [text, *re.split(r"[\W_]+", text)] if len(part) > 2}
    left = password.lower()
    for part in sorted(own, key=len, reverse=True):
        left = left.replace(part, "")
    if len(left) < MIN_LENGTH // 2:
        return True
    return bool(zxcvbn(password[:_READ_AT_MOST], user_inputs=sorted(own))["guesses"] < _EASY)
