"""Pure decisions and arithmetic of calls for funds."""
