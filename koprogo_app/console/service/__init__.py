"""Commands over the whole installation."""
