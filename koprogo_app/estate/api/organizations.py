"""REST: organisations."""

from koprogo_app.estate.api.routing import router
from koprogo_app.estate.service.organizations import ORGANIZATION
from koprogo_app.workspace.records.rest import Told, serve

serve(
    router, "/organizations", ORGANIZATION,
    Told(
        list="The organisations the caller may read.",
        add="Open a new organisation (superadmins).",
        read="One organisation.",
        change="Change fields of an organisation.",
        remove="Delete an organisation that has no building and no owner (superadmins).",
    ),
    tags=["organizations"],
)  # fmt: skip
