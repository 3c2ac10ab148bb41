"""Files of purchases, read and written without touching anything else."""
