"""Commands on purchases: each authorises, checks, writes and audits in the transaction it is given."""
