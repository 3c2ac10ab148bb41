"""A bank's file of several associations."""

import reflex as rx

from koprogo_app.bank.state.bank_files import BankFiles, PartLine
from koprogo_app.foundation.i18n import N_
from koprogo_app.interface.dropzone import dropzone
from koprogo_app.interface.form import form_error
from koprogo_app.interface.page import page
from koprogo_app.interface.parts import blocks, callout, link, page_header
from koprogo_app.interface.text import t
from koprogo_app.workspace.page.kit import shown

_MOST_BYTES = 10_000_000


@page("/bank-files", title=N_("Bank files"), on_load=BankFiles.load)
def bank_files() -> rx.Component:
    """The place to drop a file, then what became of each association's part of it."""
    content = rx.fragment(
        page_header(t("Bank files")),
        blocks(
            form_error(BankFiles.file_errors),
            dropzone(
                t("Drop the bank's file here"),
                endpoint="/api/v1/bank/office/files",
                accept=".cod,.coda,.xml,.txt",
                max_size=_MOST_BYTES,
                on_uploaded=BankFiles.take,
                hint=t("CODA or CAMT.053 with the statements of one or of several associations. Each goes to the "
                       "building that has its account; what is nobody's is set aside and named."),
            ),
            rx.el.div(
                rx.foreach(BankFiles.parts, _part),
                _sentences(BankFiles.aside, "attention"),
                _sentences(BankFiles.remarks, "information"),
                role="status",
                class_name="grid gap-3",
            ),
        ),
    )  # fmt: skip
    return shown(BankFiles, content)


def _part(part: rx.Var[PartLine]) -> rx.Component:
    said = rx.fragment(
        rx.el.p(link(part.building, part.href, class_name="kit-link font-semibold")),
        rx.cond(part.refused != "", rx.el.p(part.refused), rx.fragment()),
        rx.foreach(part.said, rx.el.p),
    )
    return rx.match(
        part.kind,
        ("refused", callout("refused", said)),
        ("attention", callout("attention", said)),
        callout("done", said),
    )


def _sentences(texts: rx.Var[list[str]], kind: str) -> rx.Component:
    return rx.cond(texts.length() > 0, callout(kind, rx.foreach(texts, rx.el.p)), rx.fragment())
