"""Reads that every list shares: scope, order and paging."""
