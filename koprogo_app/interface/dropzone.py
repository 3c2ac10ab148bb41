"""Sending files: to our own API route with a PUT, with progress, cancelling and errors where the file stands."""

from typing import Any

import reflex as rx

from koprogo_app.foundation.i18n import P_
from koprogo_app.interface.parts import Text
from koprogo_app.interface.text import t


class DropZone(rx.Component):
    """The component of `assets/kit/dropzone.jsx`."""

    library = "$/public/kit/dropzone.jsx"
    tag = "DropZone"
    endpoint: rx.Var[str]
    accept: rx.Var[str]
    max_size: rx.Var[int]
    multiple: rx.Var[bool]
    label: rx.Var[str]
    hint: rx.Var[str]
    texts: rx.Var[dict[str, str]]
    on_uploaded: rx.EventHandler[lambda file_id: [file_id]]


def dropzone(
    label: Text,
    *,
    endpoint: str | rx.Var[str],
    accept: str,
    max_size: int,
    on_uploaded: Any,
    hint: Text = "",
    multiple: bool = False,
) -> rx.Component:
    """A place to drop or choose files.

    Each file is sent as the body of `PUT endpoint?name=…` with the header `X-Requested-With: koprogo`; the answer is
    201 with `{"id": …}`, or problem+json whose `detail` is shown. `accept` lists endings (".csv,.xlsx"), `max_size`
    is in bytes; both only spare the person a wait, the route decides. Then `on_uploaded(id)` runs.
    """
    return DropZone.create(
        label=label,
        endpoint=endpoint,
        accept=accept,
        max_size=max_size,
        hint=hint,
        multiple=multiple,
        texts=_texts(),
        on_uploaded=on_uploaded,
    )


def _texts() -> dict[str, Any]:
    # The names in braces are filled in the browser.
    return {
        "choose": t("Choose a file"),
        "cancel": t("Cancel"),
        "cancelled": t(P_("upload", "cancelled")),
        "retry": t("Try again"),
        "retryName": t("Send {name} again", name="{name}"),
        "done": t(P_("upload", "received")),
        "empty": t("This file is empty."),
        "offline": t("The file could not be sent: the connection was lost. Try again."),
        "sending": t("Sending {name}", name="{name}"),
        "wrongKind": t("Only these kinds are accepted: {kinds}.", kinds="{kinds}"),
        "tooBig": t("This file has {size} MB; at most {limit} MB are accepted.", size="{size}", limit="{limit}"),
        "failed": t("The file was not accepted (error {status}).", status="{status}"),
    }
