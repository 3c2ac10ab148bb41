"""What may come in: the type is read from the bytes, and what hides something is refused with the reason."""

from koprogo_app.documents.acceptance.judge import Accepted, judge
from koprogo_app.documents.acceptance.names import clean_name

__all__ = ["Accepted", "clean_name", "judge"]
