"""Files of banks and suppliers, read and written without touching anything else."""
