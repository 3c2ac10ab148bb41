"""Reads of calls for funds, scoped and paged."""
