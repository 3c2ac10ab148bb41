"""What the installation says of itself: health, figures, log, and what a process needs."""
