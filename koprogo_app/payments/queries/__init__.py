"""Reads of payments, scoped and paged."""
