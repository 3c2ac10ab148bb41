"""The states of the pages of statements of charges; one small state a page."""
