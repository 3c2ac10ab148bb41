"""A kind of contract for import-linter: which rooms of an area are closed to the others."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class ClosedRooms(Contract):
    """No module of one container imports one of these rooms of another.

    - `container`: the package whose folders are the areas
    - `rooms`: the modules of an area that are its own
    - `open_areas`: those whose rooms are for everybody
    - `importers`: rooms that must keep to it; all, unless given
    - `ignore_imports`: the exceptions, each by name
    """

    type_name = "closed_rooms"

    container = fields.StringField()
    rooms = fields.ListField(subfield=fields.StringField())
    open_areas = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    importers = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import from one area into a closed room of another."""
        settings: Any = self
        removal = contract_utils.remove_ignored_imports_and_report(
            graph=graph, ignore_imports=settings.ignore_imports, unmatched_alerting=contract_utils.AlertLevel.ERROR
        )
        found = []
        for imported in sorted(graph.find_descendants(settings.container)):
            area, room = self._place(imported)
            if room not in settings.rooms or area in settings.open_areas:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                other, of = self._place(importer)
                if other != area and of and (not settings.importers or of in settings.importers):
                    found.append((importer, imported))
        return ContractCheck(
            kept=not found, warnings=list(removal.warnings), ignored_import_count=removal.ignored_import_count,
            metadata={"found": found},
        )  # fmt: skip

    def _place(self, module: str) -> tuple[str, str]:
        parts = module.removeprefix(f"{self.container}.").split(".")
        return parts[0], parts[1] if len(parts) > 1 else ""

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"- {importer} -> {imported}", bold=False)
