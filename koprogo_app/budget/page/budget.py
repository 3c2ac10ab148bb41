"""The budget of a year."""

import reflex as rx

from koprogo_app.budget.page.dialogs import (
    delete_dialog,
    months_dialog,
    new_dialog,
    reject_dialog,
    vote_dialog,
    waive_dialog,
)
from koprogo_app.budget.page.parts import budget_choices, budget_header
from koprogo_app.budget.state.budget import BudgetPage, ReadLine
from koprogo_app.budget.state.common import Tally
from koprogo_app.foundation.i18n import N_, P_
from koprogo_app.interface.form import form, form_error, money_field, select_field, text_field
from koprogo_app.interface.grid import GridColumn, grid
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, empty_state, figure, link
from koprogo_app.interface.table import Column, filter_bar, table
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown
from koprogo_app.workspace.page.parts import button_menu, law_tag, menu_download

COLUMNS = [
    GridColumn("account_code", t("Ledger account"), primary=True),
    GridColumn("nature", t("Nature"), kind="select", editable=True),
    GridColumn("key", t("Allocation key"), kind="select", editable=True),
    GridColumn("last", t("Last year"), kind="money"),
    GridColumn("cents", t("Budget"), kind="money", editable=True),
    GridColumn("months", t("Months")),
    GridColumn("comment", t("Comment"), editable=True),
    GridColumn("remove", t("Action")),
]


@page("/buildings/[building_id]/budget", title=N_("Budget"), on_load=BudgetPage.load)
def budget() -> rx.Component:
    """The lines with last year beside them, the totals, the reserve fund, and what can be done next."""
    content = rx.fragment(
        budget_header(
            rx.cond(BudgetPage.has, BudgetPage.head.name, t("Budget")),
            BudgetPage,
            "budget",
            BudgetPage.head.query,
            rx.cond(BudgetPage.has, _actions(), rx.fragment()),
            under=rx.cond(BudgetPage.head.label != "", BudgetPage.head.label, ""),
        ),
        rx.cond(BudgetPage.has, _budget(), _nothing()),
        new_dialog(),
        vote_dialog(),
        reject_dialog(),
        waive_dialog(),
        delete_dialog(),
        months_dialog(),
    )
    return shown(BudgetPage, content)


def _nothing() -> rx.Component:
    return empty_state(
        t("No budget yet"),
        t("Draft it from what last year cost, change its amounts, and put it to the vote of the assembly."),
        rx.cond(
            BudgetPage.write,
            button(t("Draft a budget"), kind="primary", on_click=BudgetPage.ask("new", "")),
            rx.fragment(),
        ),
    )


def _budget() -> rx.Component:
    return blocks(
        budget_choices(BudgetPage.choices, BudgetPage.base, "budget", BudgetPage.head.query),
        _notes(),
        rx.el.div(rx.foreach(BudgetPage.tallies, _tally), _total(), class_name=_FIGURES),
        _rule(),
        rx.cond(BudgetPage.head.editable, _edited(), _read()),
        _unbudgeted(),
    )


_FIGURES = "kit-card p-4 grid gap-4 sm:grid-cols-2 xl:grid-cols-4"


def _actions() -> rx.Component:
    head = BudgetPage.head
    file = rx.Var.create("/api/v1") + BudgetPage.base + "/budgets/" + head.year.to_string() + "/paper?number="
    file = file + head.number.to_string() + "&lang=" + Locale.lang + "&format="
    papers = button_menu(
        t("To print"), menu_download(t("Budget (PDF)"), file + "pdf"), menu_download("Excel (XLSX)", file + "xlsx")
    )
    new = button(t("Draft a budget"), on_click=BudgetPage.ask("new", ""))
    draft = rx.fragment(
        button(t("Delete the draft"), on_click=BudgetPage.ask("delete", head.id)),
        button(t("Put to the vote"), kind="primary", on_click=BudgetPage.submit(head.id)),
    )
    decide = rx.cond(
        BudgetPage.vote,
        rx.fragment(
            button(t(P_("a budget to its draft", "Send back")), on_click=BudgetPage.ask_reject(head.id)),
            button(t("Record the vote"), kind="primary", on_click=BudgetPage.ask_vote(head.id)),
        ),
        rx.fragment(),
    )
    after = rx.fragment(
        rx.cond(
            head.decided & (head.number == 0),
            button(t("Supplementary budget"), on_click=BudgetPage.ask("extra", head.id)),
            rx.fragment(),
        ),
        new,
        rx.cond(
            head.voted & (head.begins == ""),
            button(t("Put in force"), kind="primary", on_click=BudgetPage.activate(head.id)),
            rx.cond(head.over, button(t("Close the budget"), on_click=BudgetPage.end(head.id)), rx.fragment()),
        ),
    )
    shown = rx.cond(head.editable, draft, rx.cond(head.submitted, decide, rx.cond(BudgetPage.write, after, "")))
    return rx.fragment(papers, shown)


def _notes() -> rx.Component:
    head = BudgetPage.head
    state = rx.el.p(
        rx.cond(BudgetPage.choices.length() > 1, rx.fragment(), badge(head.status_text, head.status_kind)),
        " ", head.vote, " ",
        rx.cond(head.document != "", link(t("The minutes"), head.document), rx.fragment()),
        class_name="text-14",
    )  # fmt: skip
    return rx.fragment(
        state,
        rx.cond(
            BudgetPage.warning != "",
            callout("attention", rx.el.p(BudgetPage.warning, " ", law_tag("art. 3.89 §5 16°")), role="status"),
            rx.fragment(),
        ),
        rx.cond(
            head.begins != "",
            callout(
                "information", t("The budget comes into force by itself on {day}, with its year.", day=head.begins)
            ),
            rx.fragment(),
        ),
        rx.cond(head.rejection != "", callout("attention", head.rejection), rx.fragment()),
        rx.cond(
            head.last_runs,
            callout(
                "information",
                t("The year {year} is not over: its costs are those posted until today.", year=head.last_name),
            ),
            rx.fragment(),
        ),
    )


def _tally(one: rx.Var[Tally]) -> rx.Component:
    last = rx.cond(one.last != "", t("last year: {amount}", amount=one.last), "")
    return figure(one.name, rx.el.span(one.amount, aria_live="polite"), last)


def _total() -> rx.Component:
    return rx.el.div(
        figure(
            t("Total of the budget"),
            rx.el.span(BudgetPage.total, id="budget-total", role="status"),
            rx.cond(BudgetPage.head.last_known, t("last year: {amount}", amount=BudgetPage.last_total), ""),
        )
    )


def _rule() -> rx.Component:
    rule, head = BudgetPage.rule, BudgetPage.head
    said = rx.fragment(
        rx.el.p(rule.text, " ", law_tag(rule.article)),
        rx.cond(rule.base != "", rx.el.p(rule.base, class_name="text-13"), rx.fragment()),
        rx.cond(
            head.reserve_reason != "",
            rx.el.p(t("Why it gets less: {reason}", reason=head.reserve_reason), class_name="text-13"),
            rx.fragment(),
        ),
        rx.cond(
            BudgetPage.vote & head.decided & rule.unanswered & (head.number == 0),
            rx.el.p(button(t("Name the decision"), kind="link", on_click=BudgetPage.ask_waive(head.id))),
            rx.fragment(),
        ),
    )
    known = rx.match(
        rule.kind,
        ("done", callout("done", said)),
        ("refused", callout("refused", said)),
        ("attention", callout("attention", said)),
        callout("information", said),
    )
    return rx.cond(rule.text != "", rx.el.section(known, aria_label=t("Reserve fund")), rx.fragment())


def _edited() -> rx.Component:
    hint = rx.el.span(t("Type the amounts, or paste them from a spreadsheet."), class_name="text-13 text-muted")
    return rx.fragment(
        grid(
            t("Lines of the budget"),
            COLUMNS,
            rows=BudgetPage.rows,
            outcomes=BudgetPage.outcomes,
            on_save=BudgetPage.save_cells,
            on_action=BudgetPage.act,
            empty=t("No line yet. Add one below."),
            head=filter_bar(hint),
        ),
        _add(),
    )


def _add() -> rx.Component:
    return card(
        form(
            rx.el.input(type="hidden", name="budget", value=BudgetPage.head.id),
            # What a dialog says it says itself.
            rx.cond(BudgetPage.dialog.name == "", form_error(BudgetPage.errors), rx.fragment()),
            rx.el.div(
                rx.el.div(
                    text_field(
                        "account_code", t("Ledger account"), errors=BudgetPage.errors, required=True,
                        list="budget-accounts",
                        auto_complete="off", key="code-" + BudgetPage.form_version.to_string(),
                        hint=t("Its number or a word of its name"),
                    ),
                    rx.el.datalist(
                        rx.foreach(BudgetPage.accounts, lambda a: rx.el.option(a["label"], value=a["label"])),
                        id="budget-accounts",
                    ),
                ),
                select_field(
                    "key_id", t("Allocation key"), BudgetPage.keys, errors=BudgetPage.errors,
                    key="key-" + BudgetPage.form_version.to_string(), id="f-key",
                ),
                money_field(
                    "cents", t("Budget"), errors=BudgetPage.errors,
                    key="cents-" + BudgetPage.form_version.to_string(),
                ),
                rx.el.div(button(t("Add the line"), type="submit"), class_name="xl:pt-6"),
                class_name="grid grid-cols-1 gap-3.5 items-start sm:grid-cols-2 "
                "xl:grid-cols-[minmax(0,1fr)_15rem_11rem_auto]",
            ),
            on_submit=BudgetPage.add_line,
        ),
        title=t("Add a line"),
    )  # fmt: skip


def _read() -> rx.Component:
    columns = [
        Column(
            t("Ledger account"),
            lambda r: rx.fragment(rx.el.span(r.code, class_name="tabular-nums me-2"), r.label),
            primary=True,
        ),
        Column(t("Nature"), lambda r: r.nature),
        Column(t("Allocation key"), lambda r: r.key),
        Column(t("Last year"), _last, kind="money"),
        Column(t("Budget"), lambda r: r.cents, kind="money"),
        Column(t(P_("against last year", "Change")), lambda r: r.change, kind="number"),
        Column(t("Comment"), lambda r: r.comment),
    ]
    foot = rx.el.div(
        rx.el.span(t("Total of the budget"), class_name="font-semibold"),
        rx.el.span(BudgetPage.total, class_name="font-semibold tabular-nums"),
        class_name="flex justify-between w-full",
    )
    return table(
        t("Lines of the budget"), columns, BudgetPage.lines, empty=t("No line yet."), key=lambda r: r.id, foot=foot
    )


def _last(row: rx.Var[ReadLine]) -> rx.Component:
    return rx.cond(row.href != "", link(row.last, row.href, class_name="hover:underline font-normal"), row.last)


def _unbudgeted() -> rx.Component:
    shown = card(
        rx.el.ul(
            rx.foreach(
                BudgetPage.unbudgeted,
                lambda cost: rx.el.li(
                    rx.el.span(cost.text),
                    rx.el.span(cost.last, class_name="tabular-nums"),
                    class_name="flex justify-between gap-4 py-1.5 border-b border-line-soft last:border-0",
                ),
            )
        ),
        title=t("Costs of last year without a line here"),
    )
    return rx.cond(BudgetPage.unbudgeted.length() > 0, shown, rx.fragment())
