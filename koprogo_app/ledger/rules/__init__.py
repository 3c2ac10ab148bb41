"""Decisions and arithmetic of the books: pure, in euro cents."""
