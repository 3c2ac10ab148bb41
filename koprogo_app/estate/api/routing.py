"""The router of the estate, and the names its shapes share."""

from typing import Literal

from fastapi import APIRouter

from koprogo_app.foundation.rest.api import idempotent
from koprogo_app.workspace.api.common import caller

RightName = Literal["full", "bare", "usufruct", "use", "habitation", "superficies", "emphyteusis"]

router = APIRouter(prefix="/api/v1", route_class=idempotent(caller))
"""All routes of the estate, flat: a router inside another would be searched once more for every call."""
