"""The states of the pages of purchases; one small state a page."""
