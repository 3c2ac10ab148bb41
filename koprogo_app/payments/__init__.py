"""Paying and being paid: bank accounts, open items of owners and suppliers, references, what a payment settles."""
