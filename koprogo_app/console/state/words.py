"""What the audit trail calls acts and fields, and how values read: the words of all manifests together."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from koprogo_app.foundation.manifests import manifests

HIDDEN: Final = frozenset(
    {
        "body",
        "bounds",
        "created_at",
        "entity",
        "entity_id",
        "id",
        "organization_id",
        "password_hash",
        "position",
        "search",
        "updated_at",
        "version",
        "building_id",
    }
)
"""What tells a reader nothing; it stays in the trail."""


@cache
def acts() -> Mapping[str, str]:
    """Act → message; one without a name shows its code."""
    return {act: name for m in manifests() for act, name in m.audit.acts.items()}


@cache
def fields() -> Mapping[str, str]:
    """Field → message; one without a name shows its code."""
    return {field: name for m in manifests() for field, name in m.audit.fields.items()}


@cache
def values() -> Mapping[str, Mapping[str, str]]:
    """Field, or entity and field where fields of one name differ → value → message."""
    return {
        field: {str(value): name for value, name in m.load(reference).items()}
        for m in manifests()
        for field, reference in m.audit.values.items()
    }
