"""The states of the pages of calls for funds; one small state a page."""
