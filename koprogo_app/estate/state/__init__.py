"""What the estate's pages know and do; one module a page."""
