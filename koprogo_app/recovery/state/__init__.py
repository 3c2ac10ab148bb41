"""The states of the pages of recovery; one small state a page."""
