"""Reads of recovery, scoped and paged."""
