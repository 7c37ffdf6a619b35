"""The list of codes that the API may answer with, made from the refusals themselves."""

import importlib
import pkgutil
from collections.abc import Iterator

from django.conf import settings
from django.utils import translation

import laotie
from laotie.kernel.errors import Refusal

_HEAD = """# Codes of refusals

Made by `laotie errors`. Every no of the API carries one of these as `code`; they stay as they are.

| code | status | says |
|---|---|---|
"""
_TOP = ("kernel", *settings.CONTEXTS, "surfaces.api")
# A worker's and a test's files are no part of what the API says.
_LEFT_OUT = frozenset({"migrations", "handlers", "jobs", "invariants"})


def page() -> str:
    """The page as text, the same for the same code."""
    parts = frozenset(_modules())
    for name in parts:
        importlib.import_module(name)
    rows: dict[str, tuple[int, str]] = {}
    with translation.override("en"):
        for refusal in _below(Refusal):
            if refusal.__module__ in parts:
                rows.setdefault(refusal.code, (refusal.status, refusal.message))
    rows.setdefault("FAILED", (500, "Something went wrong on our side. It has been noted."))
    no_space = "There is no space left here for what was sent. Nothing was kept."
    rows.setdefault("NO_SPACE", (507, no_space))
    lines = (
        f"| `{code}` | {status} | {message} |" for code, (status, message) in sorted(rows.items())
    )
    return _HEAD + "\n".join(lines) + "\n"


def _modules() -> Iterator[str]:
    for part in _TOP:
        package = importlib.import_module(f"{laotie.__name__}.{part}")
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not _LEFT_OUT & set(found.name.split(".")):
                yield found.name


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in sorted(kind.__subclasses__(), key=lambda each: (each.__module__, each.__name__)):
        yield each
        yield from _below(each)
