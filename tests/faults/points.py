"""Every point in the code at which a process can be made to die, found by reading the code."""

import ast
import functools
import re
from pathlib import Path

import laotie

_ROOT = Path(laotie.__file__).parent
# Of the decorator that every use case wears; these are known by the use cases' own names.
_OF_EVERY_USE_CASE = _ROOT / "kernel" / "use_case.py"


def placed() -> set[str]:
    """Points that stand in the code by name; a part filled in at run time is `*`."""
    found = set()
    for path, tree in _modules():
        if path == _OF_EVERY_USE_CASE:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "crash.point":
                (name,) = node.args
                found.add(_text(name))
    return found


@functools.cache
def use_cases() -> set[str]:
    """Use cases by the name that their two points begin with."""
    found = set()
    for path, tree in _modules():
        module = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and any(
                ast.unparse(each) == "use_case" for each in node.decorator_list
            ):
                found.add(f"{module}.{node.name}")
    return found


def matches(placed: str, drilled: str) -> bool:
    pattern = re.escape(placed).replace(r"\*", r"\w+")
    return re.fullmatch(pattern, drilled) is not None


@functools.cache
def _modules() -> list[tuple[Path, ast.Module]]:
    found = []
    for path in sorted(_ROOT.rglob("*.py")):
        text = path.read_text("utf-8")
        if "crash.point" in text or "@use_case" in text:
            found.append((path, ast.parse(text)))
    return found


def _text(name: ast.expr) -> str:
    if isinstance(name, ast.Constant):
        return str(name.value)
    assert isinstance(name, ast.JoinedStr), ast.unparse(name)
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "*" for part in name.values
    )
