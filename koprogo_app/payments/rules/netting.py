"""What is left of a person's debts once the credits that no debt has used yet are taken off. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID


class Debt(Protocol):
    """A debt of one person; `ancillary`: interest or recovery costs."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def line_id(self) -> UUID: ...
    @property
    def account(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def open_cents(self) -> int: ...
    @property
    def ancillary(self) -> bool: ...


D = TypeVar("D", bound=Debt)


def net(debts: Sequence[D], credit_cents: int) -> tuple[list[D], int]:
    """The debts that are left, oldest due first, and the credit that is left when all of them are met.

    As payments do (art. 1254 of the old Civil Code), credits meet interest and costs first, then the oldest debt.
    """
    left, result = credit_cents, []
    for debt in sorted(debts, key=settling_order):
        taken = min(left, debt.open_cents)
        left -= taken
        if debt.open_cents > taken:
            result.append(replace(debt, open_cents=debt.open_cents - taken))
    return sorted(result, key=_age), left


def settling_order(debt: Debt) -> tuple[Any, ...]:
    """In which order money meets debts: interest and costs, then the oldest due."""
    return (not debt.ancillary, *_age(debt))


def _age(debt: Debt) -> tuple[date, date, str, str]:
    return debt.due_on, debt.on, debt.account, str(debt.line_id)
