"""References of charges that can leave neither the organisation nor the building."""

from sqlalchemy import ForeignKeyConstraint


def of_ledger(name: str) -> ForeignKeyConstraint:
    """A building whose accounts are open."""
    return ForeignKeyConstraint(
        ["organization_id", "building_id"],
        ["ledger.organization_id", "ledger.building_id"],
        name=name,
        ondelete="RESTRICT",
    )
