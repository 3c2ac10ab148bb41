"""A record (supplier, bank account, owner …) says its fields once; what follows from them is read here.

- `fields.Field` — what is said of one value: parser, label, hint, description, whether personal, order, unit
- `record.Record` — a noun: its row, table, permissions, parent; one page of rows, and the commands add, change, use
- `rest.serve(router, path, record)` — list, add, change and sheet of a record over REST
- `sheet` — the list as XLSX and CSV
"""
