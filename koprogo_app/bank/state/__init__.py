"""The states of the pages of the bank; one small state a page."""
