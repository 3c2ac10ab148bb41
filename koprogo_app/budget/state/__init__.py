"""The states of the pages of budget; one small state a page."""
