"""The map of tables, as the documentation prints it.

`python -m koprogo_app.foundation.schema.table_map > docs/tables.md` prints it anew.
"""

import inspect
import re
import sys

from koprogo_app.foundation.schema import areas_of_tables, models, published

_HEAD = """# The map of tables

Printed from the areas' models and `published.py`. A table belongs to the area whose model declares it: only that area
names it in SQL and writes it. What areas above may read of it is a view of the same name in the area's schema, with the
columns given here ([decision 12](decisions/0012-published-views.md)).
"""


def _said(name: str) -> str:
    """The first sentence of a model's docstring."""
    text = " ".join((inspect.getdoc(models()[name]) or "").split())
    return re.split(r"(?<=\.)\s", text)[0]


def _columns(query: str) -> str:
    return query.removeprefix("select ").split(" from ")[0].replace('"', "")


def table_map() -> str:
    """Markdown: a section per area with its tables, what each holds, and the columns that others may read."""
    lines = [_HEAD]
    owners, views = areas_of_tables(), published()
    for area in sorted(set(owners.values())):
        lines.append(f"\n## {area}\n")
        lines += [f"- `{table}`: {_said(table)}" for table in sorted(owners) if owners[table] == area]
        if views.get(area):
            lines.append("\nPublished:\n")
            lines += [f"- `{area}.{view}` ({_columns(query)})" for view, query in sorted(views[area].items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table_map())
