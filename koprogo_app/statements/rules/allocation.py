"""Many amounts over many weights in one vectorised pass: what `law.allocation` does for one, to the cent the same."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from koprogo_app.law import allocation as law

_LARGEST: Final = 2**62
"""A product of cents and weight above this is left to `law.allocation`, whose numbers have no end."""


def allocate_frame(lines: pl.DataFrame) -> pl.Series:
    """Each line's part in cents (i64), in the order of the lines.

    Columns: group (i32), cents (i64, the same on all lines of a group) and weight (i64, not negative; together above 0
    in each group). Largest remainder, ties by the order of the lines, negative amounts mirrored. Raises Refused as
    `law.allocate` does.
    """
    if lines.is_empty():
        return pl.Series("part", [], dtype=pl.Int64)
    if lines["weight"].min() < 0 or _too_large(lines):  # type: ignore[operator]
        return _one_by_one(lines)
    product = pl.col("cents").abs() * pl.col("weight")
    total = pl.col("weight").sum().over("group")
    shared = lines.lazy().with_columns(product=product, total=total)
    shared = shared.with_columns(part=pl.col("product") // pl.col("total"), rest=pl.col("product") % pl.col("total"))
    missing = pl.col("cents").abs() - pl.col("part").sum().over("group")
    place = pl.col("rest").rank("ordinal", descending=True).over("group").cast(pl.Int64)
    part = (pl.col("part") + (place <= missing).cast(pl.Int64)) * pl.col("cents").sign()
    found = shared.select(part.alias("part")).collect()["part"]
    # Where every weight is 0 nothing can be divided: law.allocate says so, or gives nothing of nothing.
    return _one_by_one(lines) if found.null_count() else found


def _too_large(lines: pl.DataFrame) -> bool:
    cents: int = lines.select(pl.col("cents").abs().max()).item()
    weight: int = lines["weight"].max()  # type: ignore[assignment]
    return max(cents, 1) * max(weight, 1) * lines.height >= _LARGEST


def _one_by_one(lines: pl.DataFrame) -> pl.Series:
    parts = [
        part
        for group in lines.partition_by("group", maintain_order=True)
        for part in law.allocate(group["cents"][0], group["weight"].to_list())
    ]
    return pl.Series("part", parts, dtype=pl.Int64)


def allocate_many(amounts: Sequence[int], weights: Sequence[Sequence[int]]) -> list[list[int]]:
    """Each amount (cents) over its own weights: `law.allocate` of each pair, in one pass. Lines stand by amount."""
    sizes = [len(one) for one in weights]
    index = pl.Series(range(len(amounts)), dtype=pl.UInt32)
    counts = pl.Series(sizes, dtype=pl.UInt32)
    flat = [weight for one in weights for weight in one]
    groups = pl.DataFrame({"group": index, "cents": pl.Series(amounts, dtype=pl.Int64), "count": counts})
    lines = groups.select(pl.col("group", "cents").repeat_by("count").explode(empty_as_null=False))
    parts = allocate_frame(lines.with_columns(weight=pl.Series(flat, dtype=pl.Int64))).to_list()
    starts = [0, *_running(sizes)]
    return [parts[start : start + size] for start, size in zip(starts, sizes, strict=False)]


def _running(sizes: Sequence[int]) -> list[int]:
    ends, end = [], 0
    for size in sizes:
        end += size
        ends.append(end)
    return ends
