"""Files of lots and owners as syndics have them: reading, checking, writing. Bytes in, values out; nothing is stored.

`read_file(data, deed_total=…)` gives a `Preview`; `write_csv` and `write_xlsx` write the same table so that it reads
back unchanged.
"""

from koprogo_app.estate.importing.export import ExportRow, write_csv, write_xlsx
from koprogo_app.estate.importing.parse import read_file
from koprogo_app.estate.importing.preview import (
    ImportedLot,
    ImportedOwner,
    ImportedOwnership,
    Preview,
    Problem,
    Severity,
    Source,
    Totals,
    lot_key,
)

__all__ = [
    "ExportRow",
    "ImportedLot",
    "ImportedOwner",
    "ImportedOwnership",
    "Preview",
    "Problem",
    "Severity",
    "Source",
    "Totals",
    "lot_key",
    "read_file",
    "write_csv",
    "write_xlsx",
]
