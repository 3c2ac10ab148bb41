"""Reads of the books, scoped to one building."""
