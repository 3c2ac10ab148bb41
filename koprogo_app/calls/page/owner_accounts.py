"""The accounts of a building's owners."""

import reflex as rx

from koprogo_app.calls.page.call_parts import call_tabs
from koprogo_app.calls.state.owner_accounts import OwnerAccounts
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, link, page_header
from koprogo_app.interface.table import Column, filter_bar, search_field, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import trail


@page("/buildings/[building_id]/owner-accounts", title=N_("Owners' accounts"), on_load=OwnerAccounts.load)
def owner_accounts() -> rx.Component:
    """The list; each name opens the account."""
    columns = [
        Column(t("Co-owner"), lambda o: link(o.name, o.href), primary=True),
        Column(t("Balance"), lambda o: rx.el.strong(o.balance), kind="money"),
        Column(t("Of which late"), lambda o: o.late, kind="money"),
        Column(t(P_("money of an owner", "Credit")), lambda o: o.credit, kind="money"),
        Column(t("State"), lambda o: rx.cond(o.state != "", badge(o.state, o.kind), rx.fragment())),
    ]
    total = rx.el.p(
        t("Total"), " ", rx.el.strong(OwnerAccounts.total, class_name="tabular-nums ms-2"), class_name="ms-auto"
    )
    content = rx.fragment(
        page_header(t("Owners' accounts"), over=trail(link(OwnerAccounts.building, OwnerAccounts.base))),
        call_tabs(OwnerAccounts.base, "owner-accounts"),
        table(
            t("Owners' accounts"), columns, OwnerAccounts.rows, key=lambda o: o.id, foot=total,
            empty=t("Nobody of that name."), head=filter_bar(search_field(t("Search a name"))),
        ),
    )  # fmt: skip
    return shown(OwnerAccounts, content)
