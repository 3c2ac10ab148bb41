"""What is printed: PDF letters and reports, payment QR codes, sheets."""
