"""The tables of every area, for migrations and their test, and the views in which each area publishes them."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import MetaData
from sqlmodel import SQLModel


def _rooms(room: str) -> Iterator[str]:
    """Names of this module of every area that has it; when it is a folder, of each file in it."""
    import koprogo_app

    for area in pkgutil.iter_modules(koprogo_app.__path__):
        folder = Path(koprogo_app.__path__[0], area.name)
        for module in pkgutil.iter_modules([str(folder)]):
            if module.name == room:
                yield f"koprogo_app.{area.name}.{room}"
                if module.ispkg:
                    inner = pkgutil.iter_modules([str(folder / room)])
                    yield from (f"koprogo_app.{area.name}.{room}.{one.name}" for one in inner)


def target_metadata() -> MetaData:
    """Metadata of all areas' models; each area is found by its room `model`, so none is named here."""
    for name in _rooms("model"):
        importlib.import_module(name)
    return SQLModel.metadata


def models() -> dict[str, type[SQLModel]]:
    """Each table's model, by the table's name."""
    target_metadata()
    return {str(mapper.class_.__tablename__): mapper.class_ for mapper in SQLModel._sa_registry.mappers}


def areas_of_tables() -> dict[str, str]:
    """The area of each table: the one whose model declares it."""
    return {table: model.__module__.split(".")[1] for table, model in models().items()}


def published() -> dict[str, dict[str, str]]:
    """What each area lets others read: its views with their queries, as its `published` declares them."""
    return {name.split(".")[1]: dict(importlib.import_module(name).VIEWS) for name in _rooms("published")}
