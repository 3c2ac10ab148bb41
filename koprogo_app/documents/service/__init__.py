"""Commands on documents: receiving, describing, showing, deleting, bundling, sweeping."""
