"""The statute on forced co-ownership as data and pure functions: no input or output, no framework, no clock.

Checks return a `Refusal` or None; functions that compute something raise `Refused`, which carries a `Refusal`. A
refusal with an article is the law speaking; one without is a value that makes no sense. Services turn them into the
errors that people read.
"""

from koprogo_app.law.articles import Article
from koprogo_app.law.refusal import Refusal, Refused

__all__ = ["Article", "Refusal", "Refused"]
