"""The year ahead: what is voted, what it becomes, and where the two part."""
