"""The provisions of a budget."""

import reflex as rx

from koprogo_app.budget.page.parts import budget_choices, budget_header
from koprogo_app.budget.state.provisions import NATURES, ProvisionsPage
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import form, form_actions, form_error, hidden, select_field, text_field
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    blocks,
    button,
    button_link,
    callout,
    card,
    empty_state,
    link,
)
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import pick, t
from koprogo_app.workspace.page.kit import shown as shown_page

FREQUENCIES = [
    ("monthly", t("every month")),
    ("quarterly", t("every quarter")),
    ("free", t("on days of your own")),
]


@page("/buildings/[building_id]/budget/provisions", title=N_("Provisions"), on_load=ProvisionsPage.load)
def provisions() -> rx.Component:
    """What each lot is asked, and when."""
    make = rx.cond(
        ProvisionsPage.called != "",
        button_link(t("Open the call for funds"), ProvisionsPage.called),
        rx.cond(
            ProvisionsPage.may_call,
            button(
                t("Make the calls for funds"), kind="primary", on_click=ProvisionsPage.call(ProvisionsPage.budget_id)
            ),
            rx.fragment(),
        ),
    )
    content = rx.fragment(
        budget_header(
            t("Provisions"),
            ProvisionsPage,
            "budget/provisions",
            ProvisionsPage.query,
            make,
            under=rx.fragment(
                t("The budget divided by its keys, over the days on which it is asked; the reserve fund apart."),
                " ",
                article_tag("3.86 §3"),
            ),
        ),
        rx.cond(ProvisionsPage.has, _content(), _nothing()),
    )
    return shown_page(ProvisionsPage, content)


def _nothing() -> rx.Component:
    return empty_state(
        t("No budget yet"),
        t("Provisions follow from the lines of a budget."),
        button_link(t("To the budget"), ProvisionsPage.base + "/budget"),
    )


def _content() -> rx.Component:
    return blocks(
        budget_choices(ProvisionsPage.choices, ProvisionsPage.base, "budget/provisions", ProvisionsPage.query),
        rx.cond(
            ProvisionsPage.problem.en != "",
            callout(
                "refused",
                pick(ProvisionsPage.problem.to(dict[str, str])),
                actions=[link(t("Allocation keys"), ProvisionsPage.base + "/keys")],
            ),
            rx.fragment(),
        ),
        rx.cond(
            ~ProvisionsPage.decided,
            callout("information", t("The budget is not voted yet: these are the provisions it would ask.")),
            rx.fragment(),
        ),
        rx.cond(ProvisionsPage.editable, _plan(), rx.fragment()),
        _days(),
        _keys(),
        _lots(),
    )


def _plan() -> rx.Component:
    return card(
        form(
            form_error(ProvisionsPage.errors),
            hidden("budget", ProvisionsPage.budget_id),
            rx.el.div(
                select_field(
                    "frequency", t(P_("how often", "Asked")), FREQUENCIES, errors=ProvisionsPage.errors, required=True,
                    default_value=ProvisionsPage.frequency, key="frequency-" + ProvisionsPage.query,
                ),
                text_field(
                    "called_on", t("Days of your own"), errors=ProvisionsPage.errors, auto_complete="off",
                    default_value=ProvisionsPage.days, key="days-" + ProvisionsPage.query,
                    hint=t("Separated by spaces, for instance 01/02/2026 01/09/2026"),
                ),
                class_name="grid grid-cols-1 gap-3.5 sm:grid-cols-[14rem_minmax(0,1fr)] items-start",
            ),
            form_actions(button(t("Set the days"), type="submit")),
            on_submit=ProvisionsPage.plan,
        ),
        title=t("When provisions are asked"),
    )  # fmt: skip


def _natures() -> list[Column]:
    return [
        Column(t(NATURES["ordinary"]), lambda r: r.ordinary, kind="money"),
        Column(t(NATURES["extraordinary"]), lambda r: r.extraordinary, kind="money"),
        Column(t(NATURES["reserve"]), lambda r: r.reserve, kind="money"),
        Column(t("Together"), lambda r: rx.el.span(r.total, class_name="font-semibold"), kind="money"),
    ]


def _days() -> rx.Component:
    day = Column(
        t("Asked on"), lambda r: link(r.day, ProvisionsPage.base + "/budget/provisions?" + r.query), primary=True
    )
    return table(
        t("Instalments"),
        [day, *_natures()],
        ProvisionsPage.instalments,
        empty=t("Nothing is asked: the budget has no amount."),
        key=lambda r: r.query,
    )


def _keys() -> rx.Component:
    """What each key divides; of the lot that was pressed, how its part follows from its weight."""
    shared = [
        Column(t("Allocation key"), lambda r: r.key, primary=True),
        Column(t("Nature"), lambda r: r.nature),
        Column(t("Amount"), lambda r: r.cents, kind="money"),
        Column(t("Quota"), lambda r: r.quota, kind="number"),
    ]
    part = Column(t("Part of the lot"), lambda r: rx.el.span(r.part, class_name="font-semibold"), kind="money")
    whole = rx.el.span(t("By allocation key"), class_name="font-semibold")
    one = rx.fragment(
        rx.el.span(t("Lot {number}, by allocation key", number=ProvisionsPage.lot), class_name="font-semibold"),
        link(t("All lots"), ProvisionsPage.base + "/budget/provisions?" + ProvisionsPage.query),
    )

    def shown(columns: list[Column], head: rx.Component) -> rx.Component:
        return table(
            t("By allocation key"), columns, ProvisionsPage.keyed, empty="", key=lambda r: r.id, head=filter_bar(head)
        )

    tables = rx.cond(ProvisionsPage.lot != "", shown([*shared, part], one), shown(shared, whole))
    return rx.cond(ProvisionsPage.keyed.length() > 0, rx.el.div(tables, id="keys"), rx.fragment())


def _lots() -> rx.Component:
    lot = Column(t("Lot"), lambda r: link(r.lot, ProvisionsPage.base + "/budget/provisions?" + r.query), primary=True)
    proof = rx.cond(
        ProvisionsPage.proof != "",
        badge(t("all lots together: {amount}, to the cent", amount=ProvisionsPage.proof), "done"),
        badge(t("does not add up"), "refused"),
    )
    sums = ProvisionsPage.sums
    foot = rx.el.div(
        rx.el.span(t("Together"), class_name="font-semibold"),
        rx.el.span(sums.total, class_name="font-semibold tabular-nums"),
        class_name="flex justify-between w-full",
    )
    return rx.cond(
        ProvisionsPage.lots.length() > 0,
        table(
            t("Provisions of each lot"),
            [lot, *_natures()],
            ProvisionsPage.lots,
            empty="",
            key=lambda r: r.id,
            head=filter_bar(
                rx.el.span(
                    rx.cond(ProvisionsPage.on != "", ProvisionsPage.on, t("The whole year")), class_name="font-semibold"
                ),
                rx.cond(
                    ProvisionsPage.on != "",
                    link(t("The whole year"), ProvisionsPage.base + "/budget/provisions?" + ProvisionsPage.query),
                    rx.fragment(),
                ),
                rx.el.div(proof, class_name="ms-auto", role="status"),
            ),
            foot=foot,
        ),
        rx.fragment(),
    )
