"""From an owner's card to what he owes and has paid."""

import reflex as rx

from koprogo_app.estate.state.owner import OwnerPage
from koprogo_app.interface.parts import button_link
from koprogo_app.interface.text import t


def owner_account_link() -> rx.Component:
    """The way to his account in the building the card leads back to."""
    account = OwnerPage.base + "/owners/" + OwnerPage.at + "/account"
    return rx.cond(OwnerPage.base != "", button_link(t("Owner's account"), account), rx.fragment())
