"""The refusals of the law and of the estate's rules, as the errors people read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from koprogo_app.foundation.errors import AgainstTheLaw, Invalid, KoproError
from koprogo_app.law.refusal import Refusal, Refused


def as_error(refusal: Refusal) -> KoproError:
    """AgainstTheLaw when an article speaks, otherwise Invalid on the refusal's field."""
    params: dict[str, Any] = dict(refusal.params)
    if refusal.article is not None:
        return AgainstTheLaw(refusal.article.code, refusal.message, field=refusal.field, **params)
    return Invalid(refusal.field, refusal.message, **params)


def heed(refusal: Refusal | None) -> None:
    """Raises the refusal, when there is one."""
    if refusal is not None:
        raise as_error(refusal)


@contextmanager
def lawful() -> Iterator[None]:
    """Runs a decision; what it refuses becomes AgainstTheLaw or Invalid."""
    try:
        yield
    except Refused as refused:
        raise as_error(refused.refusal) from refused
