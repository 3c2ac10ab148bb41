"""Pure decisions and arithmetic of payments."""
