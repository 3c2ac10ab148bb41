"""What can go wrong, as the person should hear it.

A message is its English text, the key of the catalogues; `text(lang)` gives it in the person's language. Pages show it
next to the field, the API as problem+json (RFC 9457) with the stable `kind`.
"""

from typing import ClassVar

from koprogo_app.foundation.i18n import tr


class KoproError(Exception):
    """Base of every expected failure: `status` for HTTP, `kind` stable for programs, `message` for people."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str = "", article: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.article = article
        self.params = params

    def text(self, lang: str) -> str:
        """The message in a language (fr, nl, de, en)."""
        return tr(lang, self.message, **self.params)


class NotFound(KoproError):
    """No such row, or none that this person may know of."""

    status = 404
    kind = "not-found"

    def __init__(self, message: str = "This does not exist, or it is not yours to see.", **params: object) -> None:
        super().__init__(message, **params)  # type: ignore[arg-type]


class Unauthenticated(KoproError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    kind = "unauthenticated"

    def __init__(self, message: str = "Please sign in.", **params: object) -> None:
        super().__init__(message, **params)  # type: ignore[arg-type]


class Forbidden(KoproError):
    """The person may see it but not do this."""

    status = 403
    kind = "forbidden"

    def __init__(self, message: str = "Your role does not allow this.", **params: object) -> None:
        super().__init__(message, **params)  # type: ignore[arg-type]


class Invalid(KoproError):
    """A value that cannot be accepted; `field` names where it was typed."""

    status = 422
    kind = "invalid"

    def __init__(self, field: str, message: str, *, article: str = "", **params: object) -> None:
        super().__init__(message, field=field, article=article, **params)


class Conflict(KoproError):
    """Somebody or something else came first."""

    status = 409
    kind = "conflict"


class AgainstTheLaw(KoproError):
    """A statutory rule forbids it; `article` says which."""

    status = 422
    kind = "against-the-law"

    def __init__(self, article: str, message: str, *, field: str = "", **params: object) -> None:
        super().__init__(message, field=field, article=article, **params)


class TooMany(KoproError):
    """Too many attempts; `retry_after` in seconds."""

    status = 429
    kind = "too-many-requests"

    def __init__(self, retry_after: int, message: str = "Too many attempts. Try again in {minutes} min.") -> None:
        super().__init__(message, minutes=max(1, -(-retry_after // 60)))
        self.retry_after = max(1, retry_after)
