"""The front door: puts the pages, the API and the middlewares together, and decides nothing."""

import reflex as rx
app = rx.App(html_lang="fr", toaster=None, stylesheets=["/theme.css"], reset_style=False)
app.add_page(rx.el.div("x", class_name="bg-ground text-muted p-4 h-row text-14"), route="/")
