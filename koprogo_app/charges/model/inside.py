"""References of charges that can leave neither the organisation nor the building."""

from sqlalchemy import ForeignKeyConstraint


def same_building(table: str, column: str, name: str, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference to a row of the same building."""
    return ForeignKeyConstraint(
        ["organization_id", "building_id", column],
        [f"{table}.organization_id", f"{table}.building_id", f"{table}.id"],
        name=name,
        ondelete=ondelete,
    )


def same_organization(table: str, column: str, name: str, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """A reference to a row of the same organisation."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], name=name, ondelete=ondelete
    )


def of_ledger(name: str) -> ForeignKeyConstraint:
    """A building whose accounts are open."""
    return ForeignKeyConstraint(
        ["organization_id", "building_id"],
        ["ledger.organization_id", "ledger.building_id"],
        name=name,
        ondelete="RESTRICT",
    )
