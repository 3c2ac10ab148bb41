"""Who owes what for a year: the yearly statement of charges, its proof, and the reports of a building."""
