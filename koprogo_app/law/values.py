"""Values that a sentence of the law names. Whoever shows the sentence writes them as its language does: cents as money,
a `date` as a day, a `Fraction` as a share."""

from __future__ import annotations


class Cents(int):
    """Euro cents, told apart from a mere number."""

    __slots__ = ()
