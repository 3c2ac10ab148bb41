"""Pure decisions and arithmetic of statements of charges."""
