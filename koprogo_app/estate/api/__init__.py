"""REST of the estate: organisations, buildings, units (lots), owners and who holds what (`/api/v1`)."""

from koprogo_app.estate.api import units  # isort: skip  (first: the routes called most are found first)
from koprogo_app.estate.api import buildings, files, holders, organizations, owners
from koprogo_app.estate.api.routing import router

__all__ = ["buildings", "files", "holders", "organizations", "owners", "router", "units"]
