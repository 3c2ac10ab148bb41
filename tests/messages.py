"""Which messages the program says, found in its source, and which the catalogues know.

`python -m tests.messages [area]` prints what is missing as entries to fill in; `python -m tests.messages --write`
writes the catalogues again: an entry for each message, in the file of the lowest area that says it, with where it is
said (`#:`) and what a translator should know (`#.`), and none that nobody says.

What a translator reads comes from the source: the part of the page that a message is for (a button, the heading of a
column), the values of its placeholders, and what a comment `# Translators: …` says above a statement, or above or
behind the line of a message.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from koprogo_app.foundation.catalogues import LOCALES, key, parts

ROOT = Path(__file__).resolve().parents[1]
LANGS = ("fr", "nl", "de")

# Function → where its message stands: positions and keywords.
MARKERS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "t": ((0,), ("msgid",)),
    "tr": ((1,), ("msgid",)),
    "N_": ((0,), ()),
    "P_": ((1,), ()),
    "catalogue": ((0,), ("msgid",)),
    "notify": ((2,), ("msgid",)),
    "page": ((), ("title",)),
    "NavItem": ((0,), ("label", "heading")),
    "Refusal": ((0,), ("message",)),
    "refuse": ((0,), ("message",)),
}
# What a message is when it is given to one of these.
_ROLES: dict[str, tuple[str, ...]] = {
    "the heading of a column": ("Column", "GridColumn", "money_column", "number_column", "Report"),
    "a button": ("button", "button_link", "button_menu", "ask", "download", "_end", "one", "_fixes", "_actions"),
    "the label of a field": (
        "text_field", "select_field", "date_field", "text_area", "password_field", "money_field", "number_field",
        "field", "_field", "_text", "Field", "filter_select", "filter_of", "label", "choice",
    ),
    "the title of a page": ("page", "page_header", "create"),
    "an entry of the menu": ("NavItem",),
    "a tab or a link": ("tabs", "link", "a", "books_header", "budget_header", "invoices_header", "recovery_header"),
    "the name of a table": ("table", "grid", "Table"),
    "the name of a list or a region": ("ul", "nav", "aside", "section", "html"),
    "a state, in a mark": ("badge", "_show"),
    "the label of a fact": ("facts", "figure", "money", "sum_row", "_side", "dt"),
    "a heading": ("card", "h2", "h3", "legend"),
    "a notice after an act": ("notify", "Told", "acts", "submits"),
    "the reason of a refusal": ("Refusal", "refuse"),
    "a problem of a file": ("wrong", "_wrong", "_one", "Remark", "Problem"),
    "a finding about the books": ("Finding",),
    "why a movement of the bank is understood so": ("Proposal", "_pays"),
    "the text of an entry in the books": ("_moved",),
}  # fmt: skip
# What a message is that is kept under one of these names first.
_KEPT_AS = {
    "message": "a remark or a refusal", "said": "a notice after an act", "reason": "a reason", "text": "a sentence",
    "counts": "a figure above a table",
}  # fmt: skip
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}
_LETTER_MESSAGE = re.compile(r'\bt\((?:(N_|P_)\()?((?:"[^"]+"(?:,\s*)?){1,3})')
_SQL_MESSAGE = re.compile(r"message\s*=\s*'((?:[^']|'')*)'", re.IGNORECASE)
_NOTE = re.compile(r"#\s*Translators:\s*(.+?)(?:\s*#\s*(?:noqa|type:|fmt:).*)?$")


@dataclass(frozen=True)
class Use:
    """A message (its key), where it is said and what a translator should know of it there."""

    msgid: str
    where: str
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def area(self) -> str:
        """The area of the file: identity, estate, …; its folder or module under koprogo_app."""
        folders = self.where.split("/")
        return folders[1].partition(".")[0] if folders[0] == "koprogo_app" else folders[0]

    @property
    def file(self) -> str:
        """The file, without the line."""
        return self.where.partition(":")[0]


@cache
def uses() -> tuple[Use, ...]:
    """Every literal message of the program, its error classes' defaults and its triggers."""
    sources = {p: p.read_text() for p in sorted((ROOT / "koprogo_app").rglob("*.py"))}
    trees = {p: ast.parse(source) for p, source in sources.items()}
    markers = MARKERS | _error_markers(trees.values())
    found = [use for p, tree in trees.items() for use in _in_tree(str(p.relative_to(ROOT)), tree, markers, sources[p])]
    for path in sorted(p for p in (ROOT / "alembic").rglob("*") if p.suffix in (".py", ".sql")):
        where = str(path.relative_to(ROOT))
        found += [
            Use(m.replace("''", "'"), where, ("what the database refuses",))
            for m in _SQL_MESSAGE.findall(path.read_text())
        ]
    for path in sorted((ROOT / "koprogo_app").glob("*/letters/*")):
        found += _in_letter(str(path.relative_to(ROOT)), path.read_text())
    return tuple(u for u in found if re.search(r"[^\W\d_]", u.msgid))


def _in_letter(where: str, text: str) -> Iterator[Use]:
    """The messages of a template: `t("…")`, `t(N_("…", "…"), count=…)`, `t(P_("…", "…"))`."""
    for mark, quoted in _LETTER_MESSAGE.findall(text):
        said = re.findall(r'"([^"]+)"', quoted)
        context = said.pop(0) if mark == "P_" else ""
        yield Use(key(said[0], said[1] if mark and len(said) > 1 else "", context), where, ("in a letter",))


def _in_tree(
    where: str, tree: ast.AST, markers: dict[str, tuple[tuple[int, ...], tuple[str, ...]]], source: str = ""
) -> Iterator[Use]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    written, default = _Notes(source), "a rule of the law" if where.startswith("koprogo_app/law/") else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for text in _said(node, markers, f"{where}:{node.lineno}"):
                yield Use(text, f"{where}:{node.lineno}", _notes(node, text, parents, markers, written, default))
        elif isinstance(node, ast.ClassDef) and node.name in markers:
            for text, line in _defaults(node):
                yield Use(text, f"{where}:{line}", ("an error",))


def _said(node: ast.Call, markers: dict[str, tuple[tuple[int, ...], tuple[str, ...]]], where: str) -> Iterator[str]:
    """The keys of the messages that a call says by itself, not by an `N_` or `P_` inside it."""
    name = _name(node.func)
    if name in ("N_", "P_"):
        context, *said = ([""] if name == "N_" else []) + [t for a in node.args for t in _literals(a, where)]
        if said:
            yield key(said[0], said[1] if len(said) > 1 else "", context)
        return
    positions, names = markers.get(name, ((), ()))
    arguments = [node.args[i] for i in positions if i < len(node.args)]
    arguments += [k.value for k in node.keywords if k.arg in names]
    for argument in arguments:
        yield from _literals(argument, where)


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


class _Notes:
    """The comments `# Translators: …` of a file by the line that they are for."""

    def __init__(self, source: str) -> None:
        self._by_line: dict[int, str] = {}
        pending = ""
        for number, line in enumerate(source.splitlines(), 1):
            found = _NOTE.search(line)
            if line.lstrip().startswith("#"):
                pending = found[1] if found else f"{pending} {line.lstrip(' #')}" if pending else ""
                continue
            if note := found[1] if found else pending:
                self._by_line[number] = note
            pending = ""

    def at(self, *lines: int) -> list[str]:
        """What is said at any of these lines."""
        return [self._by_line[line] for line in dict.fromkeys(lines) if line in self._by_line]


def _notes(
    node: ast.Call,
    text: str,
    parents: dict[ast.AST, ast.AST],
    markers: dict[str, tuple[tuple[int, ...], tuple[str, ...]]],
    written: _Notes,
    default: str = "",
) -> tuple[str, ...]:
    """What a translator should know of a message: what is written beside it, what it is for, what fills it."""
    lines, role, values = [node.lineno], "", ""
    above: ast.AST | None = node
    while above is not None:
        if isinstance(above, ast.Call):
            role = role or _role(above, node, markers)
            values = values or _values(above, text)
        elif isinstance(above, ast.Assign | ast.AnnAssign):
            target = above.targets[0] if isinstance(above, ast.Assign) else above.target
            if not role and isinstance(target, ast.Name):
                named = target.id.strip("_").lower().replace("_", " ")
                role = f"one of {named}" if target.id.isupper() else _KEPT_AS.get(named, "")
        if isinstance(above, ast.stmt):
            lines.append(above.lineno)
            break
        above = parents.get(above)
    return tuple(note for note in (*written.at(*lines), role or default, values) if note)


def _role(call: ast.Call, said_by: ast.Call, markers: dict[str, tuple[tuple[int, ...], tuple[str, ...]]]) -> str:
    name = _name(call.func)
    if name == "NavItem" and any(k.arg == "heading" and k.value is said_by for k in call.keywords):
        return "a heading in the menu"
    if name in _ROLE_OF:
        return _ROLE_OF[name]
    return "an error" if name in markers and name not in MARKERS else ""


def _values(call: ast.Call, text: str) -> str:
    """The placeholders that a call fills, with the expression that each is filled with."""
    wanted = re.findall(r"\{(\w+)\}", text)
    shown = {k.arg: " ".join(ast.unparse(k.value).split()) for k in call.keywords if k.arg in wanted}
    return ", ".join(f"{{{name}}}: {shown[name][:50]}" for name in dict.fromkeys(wanted) if name in shown)


def _defaults(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    for method in _inits(node):
        arguments = [*method.args.posonlyargs, *method.args.args]
        defaults = dict(zip(reversed([a.arg for a in arguments]), reversed(method.args.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True) if d}
        if isinstance(text := defaults.get("message"), ast.Constant) and text.value:
            yield str(text.value), text.lineno


def _inits(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "__init__"]


def _bases(node: ast.ClassDef) -> list[str]:
    """The names of a class's bases; one that bears its own name, in another module, is none of them."""
    return [name for base in node.bases if (name := _name(base)) != node.name]


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
        return next((p for base in _bases(node) if (p := position(base)) is not None), None)

    def derived(name: str) -> bool:
        node = classes.get(name)
        return name == "KoproError" or (node is not None and any(map(derived, _bases(node))))

    return {n: ((p,), ("message",)) for n in classes if derived(n) and (p := position(n)) is not None}


# --- the catalogues ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An entry of a catalogue: the message's key and its forms in the language (one when it has no plural)."""

    area: str
    msgid: str
    forms: tuple[str, ...]

    @property
    def translated(self) -> bool:
        """Whether every form is there."""
        return bool(self.forms) and all(self.forms)


@cache
def entries(lang: str) -> tuple[Entry, ...]:
    """Every entry of a language."""
    found = []
    for path in sorted((LOCALES / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for m in read_po(file, locale=lang):
                if m.id:
                    one, many = m.id if isinstance(m.id, tuple) else (m.id, "")
                    forms = tuple(m.string) if isinstance(m.string, tuple | list) else (str(m.string),)
                    found.append(Entry(path.stem, key(one, many, m.context or ""), () if m.fuzzy else forms))
    return tuple(found)


def missing(area: str = "") -> dict[str, list[Use]]:
    """Language → messages used and not translated."""
    known = {lang: {e.msgid for e in entries(lang) if e.translated} for lang in LANGS}
    return {lang: [u for u in uses() if u.msgid not in known[lang] and area in ("", u.area)] for lang in LANGS}


def areas() -> list[str]:
    """The areas, lowest first, as the import contract of pyproject.toml orders them; what the database says first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["id"] == "house")
    named = [re.findall(r"koprogo_app\.(\w+)", layer) for layer in reversed(layers)]
    return ["alembic", *(name for layer in named for name in layer)]


def owners() -> dict[str, str]:
    """Message → the area that owns it: the lowest that says it, so that a message moves up or down with its use."""
    order = areas()
    rank = {name: position for position, name in enumerate(order)}
    said: defaultdict[str, set[str]] = defaultdict(set)
    for use in uses():
        said[use.msgid].add(use.area)
    return {msgid: min(of, key=lambda area: (rank.get(area, len(order)), area)) for msgid, of in said.items()}


def written(lang: str) -> dict[str, str]:
    """Area → its catalogue in that language as it should be: what is translated is kept, what is new stands empty."""
    known = {e.msgid: e.forms for e in entries(lang) if e.translated}
    said: defaultdict[str, list[Use]] = defaultdict(list)
    for use in uses():
        said[use.msgid].append(use)
    catalogues: defaultdict[str, list[str]] = defaultdict(list)
    for msgid, area in owners().items():
        catalogues[area].append(msgid)
        said[msgid].sort(key=lambda use: use.area != area)  # its own files first
    return {
        area: _po(lang, area, sorted(msgids, key=lambda m: (said[m][0].file, m)), said, known)
        for area, msgids in catalogues.items()
    }


def _po(lang: str, area: str, msgids: list[str], said: dict[str, list[Use]], known: dict[str, tuple[str, ...]]) -> str:
    catalogue = Catalog(locale=lang)
    for msgid in msgids:
        context, one, many = parts(msgid)
        empty = ("",) * catalogue.num_plurals if many else ("",)
        forms = known.get(msgid, empty)
        catalogue.add(
            (one, many) if many else one,
            forms if many else forms[0],
            context=context or None,
            locations=[(file, None) for file in dict.fromkeys(u.file for u in said[msgid])],
            auto_comments=list(dict.fromkeys(note for u in said[msgid] for note in u.notes))[:4],
        )
    head = (
        f"# KoproGo: the messages of {area}.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {lang}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    body = BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, include_lineno=False)
    return head + body.getvalue().decode()


def write() -> None:
    """Write every catalogue again and remove those of areas that say nothing."""
    for lang in LANGS:
        folder = LOCALES / lang / "LC_MESSAGES"
        texts = written(lang)
        for path in folder.glob("*.po"):
            if path.stem not in texts:
                path.unlink()
        for area, text in texts.items():
            (folder / f"{area}.po").write_text(text)


def main() -> None:
    """Print what is missing, or write the catalogues."""
    if "--write" in sys.argv:
        write()
        return
    for lang, absent in missing(*sys.argv[1:2]).items():
        print(f"\n### {lang}: {len({u.msgid for u in absent})} missing")
        for msgid, where in sorted({u.msgid: u.where for u in absent}.items(), key=lambda pair: pair[1]):
            context, one, many = (_quoted(part) for part in parts(msgid))
            print(f"#: {where}", *([f"msgctxt {context}"] if context != '""' else []), f"msgid {one}", sep="\n")
            print(f'msgid_plural {many}\nmsgstr[0] ""\nmsgstr[1] ""\n' if many != '""' else 'msgstr ""\n')


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    main()
