"""The tables of calls for funds, by noun."""
