"""The books of an association of co-owners: chart, entries, financial years, balances and statements."""
