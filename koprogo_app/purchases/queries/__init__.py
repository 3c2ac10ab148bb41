"""Reads of purchases, scoped and paged."""
