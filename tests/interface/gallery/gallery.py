"""Every part of the kit on a few pages, for the browser tests. Not part of the program."""

import asyncio
from typing import Any

import reflex as rx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from koprogo_app.foundation.errors import Conflict, Invalid
from koprogo_app.foundation.i18n import number
from koprogo_app.foundation.numbers import parse_number
from koprogo_app.foundation.rest.web import NoUpload, PrettyPaths, SecurityHeaders
from koprogo_app.interface.build import client_dir, csp_hashes
from koprogo_app.interface.chart import ChartData, chart, money_series
from koprogo_app.interface.chrome import QueryLink
from koprogo_app.interface.dialog import dialog
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.events import public
from koprogo_app.interface.form import (
    Problem,
    checkbox_field,
    date_field,
    form,
    form_actions,
    form_error,
    money_field,
    native_form,
    password_field,
    problem,
    select_field,
    text_area,
    text_field,
)
from koprogo_app.interface.grid import Change, GridColumn, GridRow, Note, Saved, answers, grid
from koprogo_app.interface.locale import Locale
from koprogo_app.interface.notice import notify, on_server_error, refuse
from koprogo_app.interface.page import add_pages, page
from koprogo_app.interface.parts import (
    article_tag,
    badge,
    button,
    button_link,
    callout,
    card,
    cards,
    empty_state,
    facts,
    figure,
    legal_clock,
    page_header,
    qr_code,
)
from koprogo_app.interface.shell import Choice, NavItem, Shell, ShellView, connection_banner, plain, shell
from koprogo_app.interface.table import Column, filter_bar, pager, search_field, table
from tests.interface.gallery.acts import acts, other

KINDS = [("apartment", "Appartement"), ("garage", "Garage"), ("shop", "Commerce"), ("cellar", "Cave")]
QR = "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'><path d='M0 0h1v1H0z'/></svg>"


class Session(rx.State):
    """Stands for the area that knows who is signed in."""

    @public
    async def enter(self) -> None:
        nav = [
            NavItem("Main navigation", "/", exact=True),
            NavItem("Pages", "/lots"),
            NavItem("Language: {name}", "/many"),
            NavItem("Close", "/form", badge=3, heading="Menu"),
        ]
        buildings = [Choice("1", "Résidence Les Tilleuls", "/"), Choice("2", "Le Parc", "/lots")]
        roles = [Choice("syndic", "Menu"), Choice("owner", "Close")]
        (await self.get_state(Shell))._show(ShellView("Lieve Maes", nav, buildings, "1", roles, "syndic", demo=True))


def lots_rows(count: int) -> list[GridRow]:
    rows: list[GridRow] = []
    for i in range(count):
        row: GridRow = {
            "id": f"lot{i}",
            "version": 1,
            "label": f"A{i}",
            "lines": [],
            "cells": {
                "number": {"value": f"A{i}", "href": "/form"},
                "kind": "apartment" if i % 5 else "garage",
                "floor": str(i % 9),
                "area": str(40 + i),
                "shares": str(100 + i),
                "voter": {"value": f"LECLERCQ Lieve {i}"},
            },
        }
        owners = 3 if i == 2 else 2 if i == 4 else 1
        for k in range(owners):
            part = f"1/{owners}" if i != 4 else ["50 %", "45 %"][k]
            row["lines"].append(
                {
                    "id": f"own{i}-{k}",
                    "version": 1,
                    "label": f"A{i}, {k + 1}",
                    "cells": {"owner": f"DENIS Hugo {i}.{k}", "part": part},
                }
            )
        if i == 2:
            row["cells"]["voter"] = {
                "value": "",
                "badge": {"kind": "attention", "text": "vote suspendu"},
                "article": "art. 3.87 §1",
                "action": {"id": "name", "label": "désigner un mandataire"},
            }
        if i == 4:
            row["note"] = {
                "kind": "refused",
                "text": "Total 95 %, il manque 5 %.",
                "fixes": [{"action": "rest", "label": "Donner le reste à Vandenbroucke"}],
            }
        rows.append(row)
    return rows


class Lots(rx.State):
    rows: list[GridRow] = []
    outcomes: list[dict[str, Any]] = []
    calls: int = 0
    changes: int = 0
    total: str = ""
    did: str = ""
    _values: dict[str, dict[str, Any]] = {}

    @public
    async def load(self) -> None:
        self._fill(500 if self.router.url.path.startswith("/many") else 12)

    def _fill(self, count: int) -> None:
        self.rows, self.outcomes = lots_rows(count), []
        self._values = {r["id"]: {"version": 1, "shares": 100 + i} for i, r in enumerate(self.rows)}
        self._add_up()

    def _add_up(self) -> None:
        self.total = number(sum(v["shares"] for v in self._values.values()), "fr")

    @public
    async def save_cells(self, changes: list) -> None:
        self.calls += 1
        self.changes += len(changes)
        self.outcomes = await answers(self.outcomes, changes, self._save, (await self.get_state(Locale)).lang)
        self._add_up()

    async def _save(self, change: Change) -> Saved:
        await asyncio.sleep(0.05)
        row = self._values.setdefault(change["row"], {"version": 1, "shares": 0})
        if change["version"] != row["version"]:
            raise Conflict("These changes cannot be read.")
        value = change["value"]
        note: Note | None = None
        if change["field"] in ("area", "shares", "floor"):
            parsed = parse_number(value, "fr", change["field"])
            if parsed > 5000:
                raise Invalid(change["field"], "“{text}” is not a number.", article="3.85 §1", text=value)
            value = number(parsed, "fr")
            if change["field"] == "shares":
                row["shares"] = int(parsed)
        row["version"] += 1
        return Saved(value, row["version"], note)

    @public
    async def act(self, row: str, action: str) -> None:
        self.did = f"{row}:{action}"


COLUMNS = [
    GridColumn("number", "Lot", primary=True, sortable=True),
    GridColumn("kind", "Type", kind="select", editable=True, options=KINDS),
    GridColumn("floor", "Étage", kind="number", editable=True),
    GridColumn("area", "m²", kind="number", editable=True),
    GridColumn("shares", "Quotités", kind="number", editable=True, sortable=True),
    GridColumn("owner", "Propriétaires", line=True),
    GridColumn("part", "Part", kind="number", editable=True, line=True),
    GridColumn("voter", "Votant"),
]


def lots_grid() -> rx.Component:
    total = rx.el.div(badge(rx.Var.create("Σ ") + Lots.total, "done"), class_name="ms-auto", id="total")
    return rx.fragment(
        page_header(
            "Lots et propriétaires",
            button("Importer"),
            button("Exporter"),
            button("Ajouter un lot", kind="primary"),
            over=rx.fragment("Les Tilleuls · ACP 0712.345.628 · 23 lots principaux ", article_tag("3.90")),
        ),
        grid(
            "Lots",
            COLUMNS,
            rows=Lots.rows,
            outcomes=Lots.outcomes,
            on_save=Lots.save_cells,
            on_action=Lots.act,
            empty="Rien",
            head=filter_bar(search_field("Rechercher un lot, un nom…"), total),
            foot="1–25 de 60",
        ),
        rx.el.p("calls ", Lots.calls, id="calls"),
        rx.el.p("changes ", Lots.changes, id="changes"),
        rx.el.p(Lots.did, id="did"),
    )


@page("/lots", title="Pages", on_load=Lots.load)
def lots() -> rx.Component:
    return lots_grid()


@page("/many", title="Pages", on_load=Lots.load)
def many() -> rx.Component:
    return lots_grid()


class Forms(rx.State):
    errors: dict[str, Problem] = {}
    open: bool = False
    sent: str = ""
    busy: bool = False
    uploaded: str = ""

    @public
    async def show(self) -> None:
        self.open, self.errors = True, {}

    @public
    async def hide(self) -> None:
        self.open = False

    @public
    async def submit(self, data: dict) -> None:
        try:
            amount = parse_number(str(data.get("amount", "")), "fr", "amount")
        except Invalid as error:
            self.errors = {error.field: problem(error)}
            return
        self.errors, self.open, self.sent = {}, False, str(amount)
        await notify(self, "done", "Saved.")

    @public
    async def forbidden(self) -> None:
        await refuse(self, Conflict("Please sign in.", article="3.89 §5"))

    @public
    async def crash(self) -> None:
        raise RuntimeError("boom")

    @public
    async def taken(self, file_id: str) -> None:
        self.uploaded = file_id


@page("/form", title="Close")
def forms() -> rx.Component:
    inside = form(
        form_error(Forms.errors),
        text_field("name", "Nom", errors=Forms.errors, hint="Comme dans l’acte", required=True),
        money_field("amount", "Montant", errors=Forms.errors, required=True),
        select_field("kind", "Type", KINDS, errors=Forms.errors),
        date_field("day", "Date", errors=Forms.errors),
        checkbox_field("consent", "Accepte les convocations par e-mail", errors=Forms.errors),
        text_area("remark", "Remarque", errors=Forms.errors),
        form_actions(
            button("Enregistrer", kind="primary", type="submit", busy=Forms.busy),
            button("Annuler", on_click=Forms.hide),
        ),
        on_submit=Forms.submit,
    )
    return rx.fragment(
        page_header("Formulaires", button("Ouvrir", kind="primary", on_click=Forms.show)),
        dialog("Nouveau lot", inside, open=Forms.open, on_close=Forms.hide),
        rx.el.p(Forms.sent, id="sent"),
        rx.el.div(
            button("Refus", on_click=Forms.forbidden),
            button("Panne", on_click=Forms.crash),
            button("Danger", kind="danger"),
            button("Occupé", busy=True, kind="primary"),
            class_name="flex flex-wrap gap-2.5 mb-4",
        ),
        dropzone(
            "Déposer un fichier",
            endpoint="/api/files",
            accept=".csv,.xlsx",
            max_size=2_000_000,
            on_uploaded=Forms.taken,
            hint="CSV ou Excel, 2 Mo au plus",
        ),
        rx.el.p(Forms.uploaded, id="uploaded"),
    )


class Home(rx.State):
    rows: list[dict[str, str]] = []
    left: int = 24

    @public
    async def load(self) -> None:
        q = self.router.url.query_parameters.get("q", "")
        sort = self.router.url.query_parameters.get("sort", "")
        rows = [
            ("Ascenseurs", "7 842,10", "423,99"),
            ("Chauffage, gaz", "18 260,44", "796,16"),
            ("Nettoyage", "9 480,00", "413,33"),
        ]
        self.rows = [
            {"name": a, "all": b, "mine": c}
            for a, b, c in sorted(rows, reverse=sort.startswith("-"))
            if q.lower() in a.lower()
        ]


@page("/", title="Menu", on_load=Home.load)
def home() -> rx.Component:
    columns = [
        Column("Nature", lambda r: r["name"], sort="name", primary=True),
        Column("Immeuble", lambda r: r["all"], "money"),
        Column("Votre part", lambda r: rx.el.strong(r["mine"]), "money"),
    ]
    pay = rx.el.div(
        figure(
            "À payer pour le 15 décembre 2026",
            rx.el.span("412,36 €", class_name="text-34"),
            "Appel du 4ᵉ trimestre · dont 61,85 € pour le fonds de réserve",
        ),
        rx.el.div(
            button("J'ai payé", kind="primary"),
            button_link("Voir le détail", "/lots"),
            class_name="flex flex-wrap gap-2.5 mt-4",
        ),
    )
    return rx.fragment(
        page_header("Bonjour, Madame Hermans", over="Lot A2.3 · 436 / 10 000"),
        cards(
            card(rx.el.div(pay, qr_code(QR, "QR"), class_name="flex flex-wrap justify-between gap-4")),
            card(
                facts(
                    ("Convocation et annexes", "9 documents"),
                    (rx.fragment("Donner procuration ", article_tag("3.87 §7")), "—"),
                ),
                legal_clock("Demande de points", "25/11/2026", Home.left, "3.87 §3"),
                title="Assemblée générale ordinaire",
                aside=badge("dans 24 jours", "information"),
            ),
            card(
                table(
                    "Charges",
                    columns,
                    Home.rows,
                    empty="Rien",
                    head=filter_bar(search_field("Chercher")),
                    foot=pager(
                        rx.Var.create(1), rx.Var.create(3), rx.Var.create(60), rx.Var.create(1), rx.Var.create(25)
                    ),
                ),
                badge("✓ 60 lots additionnés = factures, au centime près", "done"),
                title="Mes charges 2026",
            ),
            card(
                callout("attention", "Les lots font 9 998 quotités, l’acte 10 000.", title="Attention"),
                callout("information", "Bon à savoir"),
                badge("refusé", "refused"),
                badge("neutre"),
                badge("accent", "accent"),
                title="En cours",
            ),
        ),
        empty_state(
            "Pas encore de lots", "Importez-les depuis un tableur.", button_link("Importer", "/form", kind="primary")
        ),
        QueryLink.create("Page 2", values={"page": 2}, class_name="kit-link"),
    )


@page("/login", title="Please sign in.", frame=plain)
def login() -> rx.Component:
    return rx.fragment(
        page_header("Connexion"),
        card(
            native_form(
                text_field("email", "E-mail", type="email", auto_complete="username", required=True),
                password_field("password", "Mot de passe", required=True),
                form_actions(button("Se connecter", kind="primary", type="submit")),
                action="/api/login",
            ),
        ),
    )


COSTS: ChartData = {
    "kind": "rows",
    "heading": "Nature",
    "labels": ["Entretien des ascenseurs et des portes automatiques", "Eau <b>", "Gaz"],
    "series": [
        money_series("2026", [123_456, 80_000, None], "fr"),
        money_series("2025", [110_000, 90_000, 5_000], "fr"),
    ],
    "stacked": False,
}
CASH: ChartData = {
    "kind": "line", "heading": "Mois", "labels": [f"{m:02d}/2026" for m in range(1, 13)],
    "series": [
        money_series("Roulement", [500_000 - 20_000 * m for m in range(12)], "fr", step=True),
        money_series("Réserve", [900_000 + 50_000 * m for m in range(12)], "fr", step=True),
    ],
    "stacked": False,
}  # fmt: skip


class Charts(rx.State):
    """Two charts, and what was pressed last."""

    costs: ChartData = COSTS
    cash: ChartData = CASH
    pressed: str = ""

    @public
    async def pick(self, label: int, series: int) -> None:
        self.pressed = f"{self.costs['labels'][label]} / {self.costs['series'][series]['name']}"


@page("/chart", title="Pages")
def charts() -> rx.Component:
    return rx.fragment(
        page_header("Graphiques"),
        card(chart("Charges par nature", Charts.costs, empty="Rien encore.", on_pick=Charts.pick), title="Charges"),
        rx.el.p(Charts.pressed, id="pressed"),
        card(chart("Trésorerie", Charts.cash, empty="Rien encore."), title="Trésorerie"),
    )


async def receive(request: Request) -> JSONResponse:
    size = len(await request.body())
    if request.query_params["name"].startswith("bad"):
        return JSONResponse({"detail": "Ce fichier n’est pas un tableau."}, 422)
    return JSONResponse({"id": f"{request.query_params['name']}:{size}"}, 201)


api = Starlette(routes=[Route("/api/files", receive, methods=["PUT"])])
app = rx.App(
    api_transformer=[
        api,
        NoUpload,
        lambda inner: PrettyPaths(inner, client_dir()),
        lambda inner: SecurityHeaders(inner, csp_hashes()),
    ],
    html_lang="fr",
    toaster=None,
    stylesheets=["/theme.css", "/kit.css"],
    reset_style=False,
    backend_exception_handler=on_server_error,
)
app.app_wraps[5, "Overlay"] = lambda stateful: connection_banner() if stateful else None
add_pages(app, [lots, many, forms, home, charts, login, acts, other], before=[Session.enter], frame=shell)
