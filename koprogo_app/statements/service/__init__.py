"""Commands on statements of charges: each authorises, checks, writes and audits in the transaction it is given."""
