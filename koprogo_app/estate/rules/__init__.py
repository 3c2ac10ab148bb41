"""Pure decisions about lots and who holds them: given the rows as they are, what is to be written, or why not."""
