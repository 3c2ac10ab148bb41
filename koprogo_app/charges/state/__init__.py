"""The states of the pages of charges; one small state a page."""
