"""The small changes that are made to a module: one comparison, one limit, one condition, one result at a time."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change: in which function, on which line, what it says instead."""

    where: str
    line: int
    before: str
    after: str
    tree: ast.Module

    @property
    def key(self) -> str:
        """Its name for as long as the line itself is not written anew."""
        return f"{self.where}: {self.before} → {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its lines."""
    tree = ast.parse(source)
    names = dict(_named(tree))
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in names:
            continue
        for turn in range(_count(node)):
            other = copy.deepcopy(tree)
            changed = _nth(other, place)
            _change(changed, turn)
            before, after = _apart(_shown(node), _shown(changed))
            if before != after:
                yield Mutant(
                    names[id(node)], getattr(node, "lineno", 0), before, after, ast.fix_missing_locations(other)
                )


def _nth(tree: ast.AST, place: int) -> ast.AST:
    return next(node for at, node in enumerate(ast.walk(tree)) if at == place)


def _shown(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"{'if' if isinstance(node, ast.If) else 'while'} {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return ast.unparse(node).strip()
    return " ".join(ast.unparse(node).split())


def _apart(before: str, after: str) -> tuple[str, str]:
    """Long texts without what they begin and end with alike, so that the change is seen."""
    if len(before) + len(after) < 160:
        return before, after
    alike = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    first = max(0, alike - 40)
    return before[first : first + 100], after[first : first + 100]


def _named(node: ast.AST, name: str = "") -> Iterator[tuple[int, str]]:
    """The nodes that may change, each with the function it stands in; no annotation, decorator or docstring."""
    yield id(node), name
    left_out = {id(one) for one in _left_out(node)}
    inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else ""
    for child in ast.iter_child_nodes(node):
        if id(child) not in left_out:
            yield from _named(child, f"{name}.{inner}".strip("."))


def _left_out(node: ast.AST) -> Iterator[ast.AST]:
    for field in ("annotation", "returns"):
        if (one := getattr(node, field, None)) is not None:
            yield one
    yield from getattr(node, "decorator_list", [])
    if isinstance(node, ast.keyword) and node.arg == "strict":
        yield node.value
    for one in getattr(node, "body", None) or [] if not isinstance(node, ast.Lambda | ast.IfExp) else []:
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            yield one


def _count(node: ast.AST) -> int:
    """In how many ways a node is changed."""
    match node:
        case ast.Compare(ops=ops):
            return sum(len(_COMPARE[type(op)]) for op in ops)
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            return int(type(op) in _ARITHMETIC)
        case ast.Constant(value=bool()):
            return 1
        case ast.Constant(value=int()):
            return 2
        case ast.Constant(value=str() as text):
            return int(text.isdigit())
        case ast.Call(func=ast.Name(id=name)):
            return int(name in _CALLS)
        case ast.Return(value=value):
            return int(value is not None and not (isinstance(value, ast.Constant) and value.value is None))
        case ast.comprehension(ifs=ifs):
            return len(ifs)
        case ast.Set(elts=elts):
            return len(elts) if len(elts) > 1 else 0
        case ast.Dict(values=values):
            return len(_exchanged(values))
        case ast.BoolOp() | ast.If() | ast.IfExp() | ast.While():
            return 1
        case ast.UnaryOp(op=ast.Not()):
            return 1
    return 0


def _change(node: Any, turn: int) -> None:
    match node:
        case ast.Compare(ops=ops):
            choices = [(at, other) for at, op in enumerate(ops) for other in _COMPARE[type(op)]]
            at, other = choices[turn]
            node.ops[at] = other()
        case ast.BinOp() | ast.AugAssign():
            node.op = _ARITHMETIC[type(node.op)]()
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant(value=int()):
            node.value += (1, -1)[turn]
        case ast.Constant():
            node.value = node.value[:-1] + "~"
        case ast.Call():
            node.func.id = _CALLS[node.func.id]
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.comprehension():
            node.ifs.pop(turn)
        case ast.Set():
            node.elts.pop(turn)
        case ast.Dict(values=values):
            at, other = _exchanged(values)[turn]
            node.values[at] = values[other]
        case ast.BoolOp(op=op):
            node.op = ast.Or() if isinstance(op, ast.And) else ast.And()
        case ast.If() | ast.IfExp() | ast.While():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _exchanged(values: list[ast.expr]) -> list[tuple[int, int]]:
    """For each value of a table that is a name, the next one that says another: what it is exchanged for."""
    said = [ast.unparse(value) for value in values]
    return [
        (at, next(other for other in range(at, at + len(values)) if said[other % len(said)] != said[at]) % len(said))
        for at, value in enumerate(values)
        if isinstance(value, ast.Name) and len(set(said)) > 1
    ]
