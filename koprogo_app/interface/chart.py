"""A chart that one looks at, with its figures in a table beside it.

Drawn by Plotly in the browser (its basic bundle, loaded after the page has shown), in the colours of the theme, dark or
light; the picture can be taken along as PNG or SVG, always light. No script is evaluated: the strict policy holds.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, NotRequired, TypedDict

import reflex as rx

from koprogo_app.foundation.i18n import money
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.parts import Text
from koprogo_app.interface.text import t


class Series(TypedDict):
    """A row of bars or a line: a value for each label (euros; None: no value), and how each is written.

    Among columns, `line` draws it as a line over the bars; `base` (euros) is where each bar begins, for a waterfall.
    """

    name: str
    values: list[float | None]
    texts: list[str]
    step: bool
    line: NotRequired[bool]
    base: NotRequired[list[float | None]]


class ChartData(TypedDict):
    """What a state holds of a chart. `kind`: bars that stand ("columns") or lie ("rows", for long labels), or "line".

    `heading`: over the labels in the table. `stacked`: bars of one label on top of each other.
    """

    kind: Literal["columns", "rows", "line"]
    heading: str
    labels: list[str]
    series: list[Series]
    stacked: bool


NO_CHART: ChartData = {"kind": "columns", "heading": "", "labels": [], "series": [], "stacked": False}
"""What a state begins with."""


def money_series(name: str, cents: Sequence[int | None], lang: str, *, step: bool = False) -> Series:
    """A series of amounts in cents. `step`: a line that stays until it changes, as a balance does."""
    return {
        "name": name,
        "values": [None if value is None else float(Decimal(value) / 100) for value in cents],
        "texts": ["" if value is None else money(value, lang) for value in cents],
        "step": step,
    }


class ChartView(rx.Component):
    """The component of `assets/kit/chart.jsx`."""

    library = "$/public/kit/chart.jsx"
    lib_dependencies: list[str] = ["plotly.js-basic-dist-min@3.7.0"]
    tag = "Chart"
    chart: rx.Var[dict[str, Any]]
    label: rx.Var[str]
    lang: rx.Var[str]
    texts: rx.Var[dict[str, str]]
    on_pick: rx.EventHandler[lambda label, series: [label, series]]


def chart(label: Text, data: rx.Var[Any], *, empty: Text, on_pick: Any = None) -> rx.Component:
    """The chart of a state's `ChartData`. `label` names it; `empty` is said while there is nothing to show.

    `on_pick(index of the label, index of the series)` runs when a bar, a point or the label in the table is pressed.
    """
    texts = {
        # Translators: a series of the chart and its figure
        "said": t("{name}: {value}", name="{name}", value="{value}"),
        "png": t("Picture (PNG)"),
        "svg": t("Picture (SVG)"),
        "table": t("Figures of the chart"),
        "failed": t("The chart could not be loaded. Its figures stand in the table."),
        "empty": empty,
    }
    picked = {"on_pick": on_pick} if on_pick is not None else {}
    return ChartView.create(chart=data, label=label, lang=Locale.lang, texts=texts, **picked)
