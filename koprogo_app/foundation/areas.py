"""The areas of the program, found by what they hold."""

import importlib
import pkgutil


def import_each(module: str) -> None:
    """Imports this module of every area that has one: `jobs`, `seal`, `reports`."""
    import koprogo_app

    for area in pkgutil.iter_modules(koprogo_app.__path__):
        folder = f"{koprogo_app.__path__[0]}/{area.name}"
        if area.ispkg and area.name != "foundation" and any(m.name == module for m in pkgutil.iter_modules([folder])):
            importlib.import_module(f"koprogo_app.{area.name}.{module}")
