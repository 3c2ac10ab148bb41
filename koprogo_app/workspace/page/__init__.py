"""What all pages are made of besides the kit."""
