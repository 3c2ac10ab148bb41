"""The bank's files: taken in whole, each movement recognised and posted."""
