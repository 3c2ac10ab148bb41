"""Reads of the bank, scoped and paged."""
