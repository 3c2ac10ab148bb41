"""The floor of the page benchmark."""
