"""The second factor: six digits from an app (TOTP, RFC 6238), or one of ten recovery codes.

A code is accepted once: the row remembers the last time step, and only a later one passes.
"""

import secrets
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

import pyotp
import segno

from koprogo_app.foundation.audit import audit
from koprogo_app.foundation.crypto import digest, same, seal, unseal
from koprogo_app.foundation.database import Work
from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import N_
from koprogo_app.identity.access import person, require
from koprogo_app.identity.model import RecoveryCode, User
from koprogo_app.identity.permissions import SELF
from koprogo_app.identity.queries import people
from koprogo_app.identity.service import sessions

_PURPOSE = "totp secret"
_STEP = 30
_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
WRONG_CODE = N_("This code is not right, or it was used before. Codes change every 30 seconds.")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the person's app needs: the address to scan, its QR code as SVG, and the secret to type instead."""

    uri: str
    qr_svg: str
    secret: str


async def _locked(w: Work, user_id: UUID) -> User:
    await w.value("select 1 from app_user where id = %(u)s for update", u=user_id)
    user = await w.get(User, user_id)
    await w.session.refresh(user)
    return user


async def begin(w: Work, shown: str = "") -> SetUp:
    """Makes a secret for the signed-in person; it counts only once `confirm` has seen a code of it.

    `shown`: the secret that the person looks at already. It stays the one, if no other was made meanwhile: an app may
    have scanned it before the page was loaded again.
    """
    require(w, SELF)
    user = await _locked(w, person(w).user_id or UUID(int=0))
    if user.totp_confirmed_at is not None:
        raise Conflict(N_("Two-step sign-in is already on."))
    secret = shown
    if not shown or _secret(user) != shown:
        secret = pyotp.random_base32()
        user.totp_secret = seal(secret.encode(), _PURPOSE, str(user.id))
        user.totp_last_step = None
        w.session.add(user)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="KoproGo")
    return SetUp(uri=uri, qr_svg=_qr(uri), secret=secret)


def _qr(text: str) -> str:
    out = BytesIO()
    # Black on white in both themes: cameras read it so.
    segno.make(text, error="m").save(out, kind="svg", scale=4, border=3, light="#fff", xmldecl=False, omitsize=True)
    return out.getvalue().decode()


async def confirm(w: Work, code: str) -> list[str]:
    """Turns the second factor on and returns the ten recovery codes, shown this once. Raises Invalid on `code`."""
    require(w, SELF)
    user = await _locked(w, person(w).user_id or UUID(int=0))
    if user.totp_confirmed_at is not None:
        raise Conflict(N_("Two-step sign-in is already on."))
    if not _accept(w, user, code):
        raise Invalid("code", WRONG_CODE)
    user.totp_confirmed_at = w.now
    w.session.add(user)
    codes = await _new_codes(w, user.id)
    await audit(w, "totp.enabled", "user", user.id, organization_id=None)
    await sessions.announce_all(w, user.id)
    return codes


async def disable(w: Work, code: str) -> None:
    """Turns the second factor off, for who still has it. Raises Conflict for a superadmin, Invalid on `code`."""
    require(w, SELF)
    user = await _locked(w, person(w).user_id or UUID(int=0))
    if await people.is_superadmin(w, user.id):
        raise Conflict(N_("A superadmin always signs in with two steps."), field="code")
    if not await check(w, user.id, code):
        raise Invalid("code", WRONG_CODE)
    await forget(w, user)
    await audit(w, "totp.disabled", "user", user.id, organization_id=None)
    await sessions.announce_all(w, user.id)


async def forget(w: Work, user: User) -> None:
    """Removes the secret and the recovery codes of a person."""
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    w.session.add(user)
    await w.execute("delete from recovery_code where user_id = %(u)s", u=user.id)


async def new_codes(w: Work, code: str) -> list[str]:
    """Replaces the recovery codes by ten new ones. Raises Invalid on `code`."""
    require(w, SELF)
    user_id = person(w).user_id or UUID(int=0)
    if not await check(w, user_id, code):
        raise Invalid("code", WRONG_CODE)
    codes = await _new_codes(w, user_id)
    await audit(w, "recovery_codes.renewed", "user", user_id, organization_id=None)
    return codes


async def _new_codes(w: Work, user_id: UUID) -> list[str]:
    await w.execute("delete from recovery_code where user_id = %(u)s", u=user_id)
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(_CODES)]
    for code in codes:
        w.session.add(RecoveryCode(user_id=user_id, code_hash=_code_hash(user_id, code)))
    await w.flush()
    return codes


def _code_hash(user_id: UUID, code: str) -> str:
    return digest(f"{user_id}:{code.strip().lower().replace(' ', '').replace('-', '')}")


async def check(w: Work, user_id: UUID, code: str) -> bool:
    """Whether the code is the app's of this moment or an unused recovery code; it does not work again."""
    user = await _locked(w, user_id)
    if user.totp_confirmed_at is None:
        return False
    if _accept(w, user, code):
        return True
    used = await w.execute(
        "update recovery_code set used_at = %(now)s where user_id = %(u)s and code_hash = %(h)s and used_at is null",
        now=w.now, u=user_id, h=_code_hash(user_id, code),
    )  # fmt: skip
    if used:
        await audit(w, "recovery_code.used", "user", user_id, organization_id=None)
    return used > 0


async def is_on(w: Work, user_id: UUID) -> bool:
    """Whether a person signs in with two steps."""
    return bool(await w.value("select totp_confirmed_at is not null from app_user where id = %(u)s", u=user_id))


async def codes_left(w: Work, user_id: UUID) -> int:
    """How many recovery codes a person still has."""
    return int(await w.value("select count(*) from recovery_code where user_id = %(u)s and used_at is null", u=user_id))


def _secret(user: User) -> str | None:
    found = unseal(user.totp_secret, _PURPOSE, str(user.id)) if user.totp_secret else None
    return found.decode() if found else None


def _accept(w: Work, user: User, code: str) -> bool:
    """Compares with this time step and its neighbours (a slow clock), never with one already used."""
    secret = _secret(user)
    typed = code.replace(" ", "")
    if secret is None or not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    totp, now = pyotp.TOTP(secret), int(w.now.timestamp()) // _STEP
    for step in (now - 1, now, now + 1):
        if step > (user.totp_last_step or 0) and same(totp.generate_otp(step), typed):
            user.totp_last_step = step
            w.session.add(user)
            return True
    return False
