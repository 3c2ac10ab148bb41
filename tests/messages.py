"""Which messages the program says, found in its source, and which the catalogues know.

`python -m tests.messages [area]` prints what is missing as entries to fill in.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "koprogo_app" / "locales"
LANGS = ("fr", "nl", "de")

# Function → where its message stands: positions and keywords.
MARKERS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "t": ((0,), ("msgid",)),
    "tr": ((1,), ("msgid",)),
    "N_": ((0,), ()),
    "catalogue": ((0,), ("msgid",)),
    "notify": ((2,), ("msgid",)),
    "page": ((), ("title",)),
    "NavItem": ((0,), ("label", "heading")),
    "Refusal": ((0,), ("message",)),
    "refuse": ((0,), ("message",)),
}
_LETTER_MESSAGE = re.compile(r'\bt\("([^"]+)"')
_SQL_MESSAGE = re.compile(r"message\s*=\s*'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(frozen=True)
class Use:
    """A message and where it is said."""

    msgid: str
    where: str

    @property
    def area(self) -> str:
        """The area of the file: identity, estate, …; its folder or module under koprogo_app."""
        parts = self.where.split("/")
        return parts[1].partition(".")[0] if parts[0] == "koprogo_app" else parts[0]


@cache
def uses() -> tuple[Use, ...]:
    """Every literal message of the program, its error classes' defaults and its triggers."""
    trees = {p: ast.parse(p.read_text()) for p in sorted((ROOT / "koprogo_app").rglob("*.py"))}
    markers = MARKERS | _error_markers(trees.values())
    found = [use for path, tree in trees.items() for use in _in_tree(str(path.relative_to(ROOT)), tree, markers)]
    for path in sorted(p for p in (ROOT / "alembic").rglob("*") if p.suffix in (".py", ".sql")):
        found += [
            Use(m.replace("''", "'"), str(path.relative_to(ROOT))) for m in _SQL_MESSAGE.findall(path.read_text())
        ]
    for path in sorted((ROOT / "koprogo_app").glob("*/letters/*")):
        found += [Use(m, str(path.relative_to(ROOT))) for m in _LETTER_MESSAGE.findall(path.read_text())]
    return tuple(u for u in found if re.search(r"[^\W\d_]", u.msgid))


def _in_tree(where: str, tree: ast.AST, markers: dict[str, tuple[tuple[int, ...], tuple[str, ...]]]) -> Iterator[Use]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            positions, names = markers.get(_name(node.func), ((), ()))
            arguments = [node.args[i] for i in positions if i < len(node.args)]
            arguments += [k.value for k in node.keywords if k.arg in names]
            for argument in arguments:
                for text in _literals(argument, f"{where}:{node.lineno}"):
                    yield Use(text, f"{where}:{node.lineno}")
        elif isinstance(node, ast.ClassDef) and node.name in markers:
            for text, line in _defaults(node):
                yield Use(text, f"{where}:{line}")


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _literals(node: ast.expr, where: str) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body, where)
        yield from _literals(node.orelse, where)
    elif isinstance(node, ast.JoinedStr):
        raise ValueError(f"{where}: an f-string cannot be translated; use {{name}} and a value")


def _defaults(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    for method in _inits(node):
        arguments = [*method.args.posonlyargs, *method.args.args]
        defaults = dict(zip(reversed([a.arg for a in arguments]), reversed(method.args.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True) if d}
        if isinstance(text := defaults.get("message"), ast.Constant) and text.value:
            yield str(text.value), text.lineno


def _inits(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "__init__"]


def _error_markers(trees: object) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """KoproError and everything derived from it: where `message` stands in its own or inherited `__init__`."""
    classes = {n.name: n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}  # type: ignore[attr-defined]

    def position(name: str) -> int | None:
        node = classes.get(name)
        if node is None:
            return None
        for init in _inits(node):
            names = [a.arg for a in init.args.args][1:]
            return names.index("message") if "message" in names else None
        return next((p for base in node.bases if (p := position(_name(base))) is not None), None)

    def derived(name: str) -> bool:
        node = classes.get(name)
        return name == "KoproError" or (node is not None and any(derived(_name(b)) for b in node.bases))

    return {n: ((p,), ("message",)) for n in classes if derived(n) and (p := position(n)) is not None}


@cache
def entries(lang: str) -> tuple[tuple[str, str, str], ...]:
    """(domain, msgid, translation) of every entry of a language."""
    found = []
    for path in sorted((LOCALES / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found += [
                (path.stem, str(m.id), "" if m.fuzzy else str(m.string)) for m in read_po(file, locale=lang) if m.id
            ]
    return tuple(found)


def missing(area: str = "") -> dict[str, list[Use]]:
    """Language → messages used and not translated."""
    known = {lang: {msgid for _, msgid, text in entries(lang) if text} for lang in LANGS}
    return {lang: [u for u in uses() if u.msgid not in known[lang] and area in ("", u.area)] for lang in LANGS}


def main() -> None:
    for lang, absent in missing(*sys.argv[1:2]).items():
        print(f"\n### {lang}: {len({u.msgid for u in absent})} missing")
        for msgid, where in sorted({u.msgid: u.where for u in absent}.items(), key=lambda pair: pair[1]):
            escaped = msgid.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(f'#: {where}\nmsgid "{escaped}"\nmsgstr ""\n')


if __name__ == "__main__":
    main()
