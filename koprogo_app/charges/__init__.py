"""What the association owes and asks: suppliers' invoices, calls for funds, payments, the bank, owners' statements."""
