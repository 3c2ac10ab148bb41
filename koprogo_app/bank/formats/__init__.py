"""Files of the bank, read and written without touching anything else."""
