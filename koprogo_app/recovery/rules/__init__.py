"""Pure decisions and arithmetic of recovery."""
