"""Refusals of the database in the words of the house.

Triggers raise SQLSTATE `KG001` (against the law: detail = article), `KG002` (conflict) or `KG003` (invalid);
hint = field. Unique and exclusion violations become Conflict with the sentence that the area of the
constraint has for it in its manifest.
"""

from functools import cache

import psycopg

from koprogo_app.foundation.errors import AgainstTheLaw, Conflict, Invalid, KoproError
from koprogo_app.foundation.i18n import N_
from koprogo_app.foundation.manifests import manifests

_ONCE = ("", N_("This already exists."))
_OWN = {"background_run_once": ("", N_("This is being done already."))}


@cache
def _constraints() -> dict[str, tuple[str, str]]:
    return _OWN | {name: said for m in manifests() for name, said in m.constraints.items()}


def from_database(error: psycopg.Error) -> KoproError | None:
    """The house's error for a refusal of the database, or None when it is a real fault."""
    diag, state = error.diag, error.sqlstate
    if state == "KG001":
        return AgainstTheLaw(diag.message_detail or "", diag.message_primary or "", field=diag.message_hint or "")
    if state == "KG002":
        return Conflict(diag.message_primary or "", field=diag.message_hint or "")
    if state == "KG003":
        return Invalid(diag.message_hint or "", diag.message_primary or "")
    if state in ("23505", "23P01"):
        field, message = _constraints().get(diag.constraint_name or "", _ONCE)
        return Conflict(message, field=field)
    if state == "23503":
        return Conflict(N_("Something else still refers to this, or what it refers to does not exist."))
    if state in ("23514", "22001", "22003"):
        return Invalid(diag.column_name or "", N_("This value is outside what is allowed."))
    if state is None and isinstance(error, psycopg.DataError) and "NUL" in str(error):
        return Invalid("", N_("A text contains a character that cannot be kept."))
    if state in ("40001", "40P01", "55P03"):
        return Conflict(N_("Somebody else is changing the same thing. Try again."))
    return None
