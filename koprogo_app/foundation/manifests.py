"""What an area tells the others of itself: one `MANIFEST` in its `manifest.py`, found by the folder.

A manifest is light: words, names, SQL. What is heavy (pages, routes, services) it names as `module:thing` inside its
area, loaded when it is asked for, so that a worker or the command line imports no page. A lower area that wants to hear
from those above it declares a `Hook`; theirs `give` to it. So nobody below names anybody above.
"""

import importlib
import pkgutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeVar, cast

T = TypeVar("T")
Place = Literal["top", "building", "administration", "office"]
"""Where a menu entry stands: above all, in the workspace of one building, with whoever runs the installation, or with
whoever runs an office and not the installation."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place in the menu. `label` is a message; `path` of a building's entry begins at its workspace."""

    label: str
    path: str
    order: int
    """Among the entries of its place, smallest first."""
    permission: str
    """Somewhere, or in the building of the workspace."""
    place: Place = "building"
    exact: bool = False
    """Whether it is marked on its own page only, and not on those below it."""
    badge: str = ""
    """The count of the building that stands beside it (`workspace.workplaces`)."""
    first_page: int = 0
    """Not 0: somebody who signs in begins here; of several the smallest."""


@dataclass(frozen=True, slots=True)
class AuditWords:
    """What the audit trail calls an area's acts and fields (messages), and how values of a field read."""

    acts: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """Field, or `entity.field` where fields of one name differ → `module:NAMES`, a mapping of values to messages."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of an area outside it. A reference is `module:thing`, inside the area."""

    name: str
    above: str = ""
    """The area that it stands on, so the last of those it may use; nothing for the lowest."""
    permissions: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Permission → the roles that have it."""
    menu: Sequence[MenuEntry] = ()
    constraints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Unique or exclusion constraint of its tables → the field and the message when it refuses."""
    audit: AuditWords = AuditWords()
    expires: Sequence[str] = ()
    """Statements that remove what is over, run each hour by the system, with `%(now)s`."""
    pages: str = ""
    """A list of pages."""
    routes: Sequence[str] = ()
    """Routers of the REST API."""
    jobs: str = ""
    """The module that declares its tasks."""
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Slot in a page of a lower area → functions that draw what this area says there."""
    gives: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Hook of a lower area → what it is given."""

    def load(self, reference: str) -> Any:
        """The thing, or the module, that a reference of this manifest means."""
        module, _, thing = reference.partition(":")
        found = importlib.import_module(f"koprogo_app.{self.name}.{module}")
        return getattr(found, thing) if thing else found

    def load_all(self) -> None:
        """Imports whatever it names, so that a wrong name stops the start, and every page's state is known by then."""
        given = [one for many in (*self.parts.values(), *self.gives.values()) for one in many]
        for reference in (self.pages, self.jobs, *self.routes, *given, *self.audit.values.values()):
            if reference:
                self.load(reference)


class Hook(Generic[T]):
    """Where a lower area asks those above: `SEALS = Hook[Check]("ledger.seals")`, then `SEALS.given()`."""

    names: Final[set[str]] = set()

    def __init__(self, name: str) -> None:
        self.name = name
        self._given: tuple[T, ...] | None = None
        self.names.add(name)

    def given(self) -> tuple[T, ...]:
        """What the areas give, the lowest area's first."""
        if self._given is None:
            found = [m.load(reference) for m in manifests() for reference in m.gives.get(self.name, ())]
            self._given = cast(tuple[T, ...], tuple(found))
        return self._given


@cache
def manifests() -> tuple[Manifest, ...]:
    """The manifest of every area, the lowest first."""
    import koprogo_app

    house = Path(koprogo_app.__path__[0])
    areas = [m.name for m in pkgutil.iter_modules([str(house)]) if (house / m.name / "manifest.py").exists()]
    found = {area: cast(Manifest, importlib.import_module(f"koprogo_app.{area}.manifest").MANIFEST) for area in areas}
    order = TopologicalSorter({name: {m.above} - {""} for name, m in found.items()}).static_order()
    return tuple(found[name] for name in order)
