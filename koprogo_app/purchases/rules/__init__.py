"""Pure decisions and arithmetic of purchases."""
