"""Commands on calls for funds: each authorises, checks, writes and audits in the transaction it is given."""
