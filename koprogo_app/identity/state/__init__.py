"""What the pages of identity know and do."""
