"""What the law and the areas' rules refuse, as the errors that people read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid, KoproError
from koprogo_app.law.refusal import Refusal, Refused


def as_error(refusal: Refusal, field: str = "") -> KoproError:
    """AgainstTheLaw when an article speaks, otherwise Invalid; on `field`, or on the refusal's own without one."""
    params: dict[str, Any] = dict(refusal.params)
    field = field or refusal.field
    if refusal.article is not None:
        return AgainstTheLaw(refusal.article.code, refusal.message, field=field, **params)
    return Invalid(field, refusal.message, **params)


def as_conflict(refusal: Refusal, field: str = "") -> Conflict:
    """As what stands in the way of an act, whoever refuses: a Conflict with the same sentence."""
    params: dict[str, Any] = dict(refusal.params)
    return Conflict(refusal.message, field=field, **params)


def heed(refusal: Refusal | None, field: str = "") -> None:
    """Raises the refusal, when there is one: see `as_error`."""
    if refusal is not None:
        raise as_error(refusal, field)


@contextmanager
def lawful() -> Iterator[None]:
    """Runs a decision; what it refuses becomes AgainstTheLaw or Invalid."""
    try:
        yield
    except Refused as refused:
        raise as_error(refused.refusal) from refused
