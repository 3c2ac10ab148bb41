"""What the platform's pages know and do; one module a page."""
