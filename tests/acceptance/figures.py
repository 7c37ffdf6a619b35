"""The figures of this folder's tables, row by row."""

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(name: str) -> dict[str, dict[str, str]]:
    """A table by the `id` of its rows; lines that begin with # are remarks."""
    lines = (_FOLDER / f"{name}.csv").read_text("utf-8").splitlines()
    return {row["id"]: row for row in csv.DictReader(line for line in lines if line[:1] != "#")}
