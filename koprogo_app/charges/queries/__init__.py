"""Reads of charges, scoped and paged."""
