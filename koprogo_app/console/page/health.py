"""The state of every part."""

import reflex as rx

from koprogo_app.console.state.health import Health, PartLine
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import badge, blocks, button, callout, card, cards, facts, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown


@page("/admin/health", title=N_("Health"), on_load=Health.load)
def health() -> rx.Component:
    """The answer first, then each part, then how much there is."""
    answer = rx.cond(
        Health.well,
        callout("done", t("Every part works."), role="status"),
        callout("refused", t("Something needs attention."), role="alert"),
    )
    return shown(
        Health,
        rx.fragment(
            page_header(t("Health"), button(t("Ask again"), on_click=Health.load)),
            blocks(answer, cards(_parts(), _waiting(), _amounts())),
        ),
    )


def _parts() -> rx.Component:
    return card(rx.el.ul(rx.foreach(Health.parts, _part)), title=t("Parts"))


def _part(row: rx.Var[PartLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(row.name, class_name="font-semibold"),
            rx.el.p(row.detail, class_name="text-13 text-muted"),
        ),
        rx.el.div(
            rx.cond(row.ok, badge(t("works"), "done"), badge(t("does not work"), "refused")),
            rx.el.p(row.milliseconds, " ms", class_name="text-12 text-muted text-end mt-0.5"),
            class_name="shrink-0",
        ),
        class_name="flex items-start justify-between gap-4 py-2.5 border-b border-line-soft last:border-0",
    )


def _waiting() -> rx.Component:
    n = Health.figures
    return card(
        facts(
            (t("Mails that wait"), n.mails_waiting),
            (t("Mails not sent"), n.mails_failed),
            (t("Jobs that wait"), n.jobs_waiting),
            (t("Jobs that failed"), n.jobs_failed),
        ),
        title=t("Background work"),
    )


def _amounts() -> rx.Component:
    n = Health.figures
    return card(
        facts(
            (t("Organisations"), n.organizations),
            (t("Buildings"), n.buildings),
            (t("Lots"), n.lots),
            (t("People with an account"), n.people),
            (t("Sessions in force"), n.sessions),
            (t("Database"), rx.fragment(n.megabytes, " MB · PostgreSQL ", n.version)),
        ),
        title=t("What there is"),
    )
