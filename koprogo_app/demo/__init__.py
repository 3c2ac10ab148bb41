"""The demo co-ownership: invented people and sums, written through the services like any user's data."""

from koprogo_app.demo.fill import fill
from koprogo_app.demo.people import Login

__all__ = ["Login", "fill"]
