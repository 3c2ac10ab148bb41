"""Reads over the whole installation."""
