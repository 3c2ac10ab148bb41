"""Pure decisions and arithmetic of budget."""
