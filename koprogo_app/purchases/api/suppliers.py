"""REST: suppliers."""

from fastapi import APIRouter

from koprogo_app.foundation.rest.api import idempotent
from koprogo_app.purchases.service.suppliers import SUPPLIER
from koprogo_app.workspace.api.common import caller
from koprogo_app.workspace.records.rest import Told, serve

router = APIRouter(prefix="/api/v1", tags=["suppliers"], route_class=idempotent(caller))
serve(
    router, "/buildings/{building_id}/suppliers", SUPPLIER,
    Told(
        list="The suppliers a building may use.",
        add="Add a supplier; enterprise number and account number are checked.",
        change="Change a supplier, for every building of the organisation, or take them out of use.",
    ),
)  # fmt: skip
