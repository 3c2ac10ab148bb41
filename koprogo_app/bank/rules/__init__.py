"""Pure decisions and arithmetic of the bank."""
