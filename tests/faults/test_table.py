"""Every row of the failure table has its test, and the page says which."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults
HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "architecture" / "faults.md"
# 25 and 26 are about releases and restores: tests/upgrade and tests/runtime/test_backup.py.
ROWS = frozenset({*range(1, 25), *range(27, 31)})


def by_row() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (
                named := re.fullmatch(r"test_row_(\d\d)_\w+", node.name)
            ):
                found.setdefault(int(named[1]), []).append(f"{path.name}::{node.name}")
    return found


def test_each_row_of_the_table_has_its_test() -> None:
    assert by_row().keys() == ROWS


def test_the_page_names_each_of_them() -> None:
    told = set(re.findall(r"`(test_\w+\.py::test_row_\w+)`", PAGE.read_text("utf-8")))

    assert told == {name for names in by_row().values() for name in names}
