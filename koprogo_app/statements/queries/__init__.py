"""Reads of statements of charges, scoped and paged."""
