"""The interface kit: what every page is made of. Knows no area."""
