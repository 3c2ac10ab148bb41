"""Pure decisions and arithmetic of charges."""
