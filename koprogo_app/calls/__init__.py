"""Calls for funds with their notices, each co-owner's account, plans to pay by instalments."""
