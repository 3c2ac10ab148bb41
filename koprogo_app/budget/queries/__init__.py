"""Reads of budget, scoped and paged."""
