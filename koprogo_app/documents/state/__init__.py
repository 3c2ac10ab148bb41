"""What the pages of documents hold."""
