"""Keys derived from the installation's secret, and what is done with them.

Each purpose has its own key (HKDF-SHA256), so that what was made for one never opens for another.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from koprogo_app.settings import settings

_NONCE = 12


def key_for(purpose: str) -> bytes:
    """A 32-byte key that only this purpose has."""
    return _derived(settings().secret(), purpose)


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"koprogo " + purpose.encode()).derive(secret.encode())


def token() -> str:
    """A secret nobody guesses: 256 bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is stored of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Compares two secrets in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(), other.encode())


def seal(plain: bytes, purpose: str, bound_to: str = "") -> bytes:
    """Encrypts (AES-256-GCM); opens only for the same purpose and with the same `bound_to`, such as a row's id."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key_for(purpose)).encrypt(nonce, plain, bound_to.encode())


def unseal(sealed: bytes, purpose: str, bound_to: str = "") -> bytes | None:
    """What was sealed; None when it was made elsewhere, for something else, or changed since."""
    try:
        return AESGCM(key_for(purpose)).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        return None


def keep(text: str, purpose: str, seconds: int) -> str:
    """A text sealed for a time, safe in an address: carries what a person typed over a redirect, unreadable in logs."""
    body = json.dumps([int(time.time()) + seconds, text]).encode()
    return base64.urlsafe_b64encode(seal(body, purpose)).decode().rstrip("=")


def kept(sealed: str, purpose: str) -> str:
    """The text of `keep`; '' when its time is over or it is not ours."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except ValueError:
        return ""
    body = unseal(raw, purpose)
    if body is None:
        return ""
    until, text = json.loads(body)
    return str(text) if until >= time.time() else ""
