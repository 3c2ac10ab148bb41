"""The states of the pages of the books; one small state a page."""
