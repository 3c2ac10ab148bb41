"""The tables of charges, by noun."""

from koprogo_app.charges.model.accounts import BankAccount, ChargeSettings, Fund

__all__ = ["BankAccount", "ChargeSettings", "Fund"]
