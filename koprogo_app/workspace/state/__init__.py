"""What the states of all pages share."""
