"""Taking over balances or a chart from another program."""

import reflex as rx

from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import date_field, form, form_actions, form_error, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, link, page_header
from koprogo_app.interface.table import Column, table
from koprogo_app.interface.text import t
from koprogo_app.ledger.state.take_over import TakeOver
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import row_of, trail


@page("/buildings/[building_id]/take-over", title=N_("Take over balances"), on_load=TakeOver.load)
def take_over() -> rx.Component:
    """The file, then what it would write."""
    over = trail(link(TakeOver.building, TakeOver.base), "/", link(t("Chart of accounts"), TakeOver.base + "/accounts"))
    content = rx.fragment(page_header(t("Take over balances"), over=over), rx.cond(TakeOver.seen, _preview(), _file()))
    return shown(TakeOver, content)


def _file() -> rx.Component:
    wanted = [
        t("one line for each account: number, name, debit and credit, or one balance"),
        t("accounts of co-owners (410) and suppliers (440): one line a person, with his name in its own column"),
        t("an account that the chart does not have is made below its heading"),
        t("a file without amounts adds accounts only"),
    ]
    return rx.el.div(
        rx.el.div(
            form_error(TakeOver.errors),
            dropzone(
                t("Drop the balances of your former program here"),
                endpoint=TakeOver.base.replace("/buildings/", "/api/v1/financial/take-over/"),
                accept=".csv,.xlsx,.txt",
                max_size=5_000_000,
                on_uploaded=TakeOver.look,
                hint=t("CSV or XLSX, at most 5 MB. Nothing is written before you have seen it."),
            ),
            class_name="grid grid-cols-1 gap-3.5 content-start",
        ),
        card(
            rx.el.ul(*[rx.el.li(text, class_name="py-2 border-b border-line-soft last:border-0") for text in wanted]),
            title=t("What is read"),
        ),
        class_name="grid grid-cols-1 gap-3.5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]",
    )


def _preview() -> rx.Component:
    columns = [
        Column(t("Ledger account"), lambda r: r.code, primary=True),
        Column(
            t("Name"),
            lambda r: rx.fragment(r.label, rx.cond(r.new, rx.fragment(" ", badge(t(P_("ledger account", "new")))), "")),
        ),
        Column(t("Debit"), lambda r: r.debit, kind="money"),
        Column(t("Credit"), lambda r: r.credit, kind="money"),
    ]
    errors = TakeOver.errors
    write = form(
        row_of(
            date_field("on", t("Day of the opening entry"), errors=errors, required=True,
                       default_value=TakeOver.first_day),
            text_field("document_ref", t("Document"), errors=errors, required=True, auto_complete="off",
                       hint=t("For instance: balance sheet of 31/12/2025")),
        ),
        form_error(errors),
        form_actions(
            button(t("Write it"), kind="primary", type="submit"),
            button(t("Another file"), on_click=TakeOver.another),
        ),
        on_submit=TakeOver.write,
        class_name="kit-card p-4 grid gap-3.5",
    )  # fmt: skip
    wrong = callout(
        "refused",
        rx.el.ul(rx.foreach(TakeOver.remarks, lambda text: rx.el.li(text, class_name="py-0.5"))),
        title=t("Nothing can be written yet: mend the file and send it again."),
        actions=[button(t("Another file"), on_click=TakeOver.another)],
        role="alert",
    )
    return blocks(
        rx.cond(TakeOver.fits, write, wrong),
        table(t("What the file holds"), columns, TakeOver.rows, empty=t("Nothing."), key=lambda r: r.code + r.debit,
              foot=rx.el.span(TakeOver.totals)),
    )  # fmt: skip
