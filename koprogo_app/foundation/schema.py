"""The tables of every area, for migrations and their test."""

import importlib
import pkgutil

from sqlalchemy import MetaData
from sqlmodel import SQLModel


def target_metadata() -> MetaData:
    """Metadata of all areas' models; each area is found by its `model` module, so none is named here."""
    import koprogo_app

    for module in pkgutil.iter_modules(koprogo_app.__path__):
        if module.ispkg and any(
            m.name == "model" for m in pkgutil.iter_modules([f"{koprogo_app.__path__[0]}/{module.name}"])
        ):
            importlib.import_module(f"koprogo_app.{module.name}.model")
    return SQLModel.metadata
