"""Tables in files as other programs write them: CSV in any encoding, XLSX. Bytes in, rows under named columns out.

An importer says which headings name its columns (`named`), calls `read_sheet`, and reads the cells it knows.
"""

from koprogo_app.foundation.tables.sheet import MAX_BYTES, MAX_CELL, Cell, Row, Sheet, cell_text, read_sheet, unescaped
from koprogo_app.foundation.tables.words import named, plain

__all__ = ["MAX_BYTES", "MAX_CELL", "Cell", "Row", "Sheet", "cell_text", "named", "plain", "read_sheet", "unescaped"]
