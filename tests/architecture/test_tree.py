"""What import graphs do not see: foreign keys, cards, ambient look-ups, names of rooms."""

import ast
import re
import runpy
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "laotie"
# Lowest first; contexts on one line may not know each other.
ORDER = [
    {"kernel"},
    {"events"},
    {"accounts"},
    {"oversight"},
    {"ledger", "links"},
    {"payments", "delivery", "integrations"},
    {"catalog"},
    {"alliance"},
    {"content", "trade"},
    {"live"},
]
CONTEXTS = [name for layer in ORDER[2:] for name in sorted(layer)]
RANK = {name: rank for rank, layer in enumerate(ORDER) for name in layer}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "manager", "managers", "common", "misc", "base"}


def modules(*below: str) -> Iterator[Path]:
    for path in SOURCE.joinpath(*below).rglob("*.py"):
        if "migrations" not in path.parts:
            yield path


def imported(path: Path) -> set[str]:
    """First parts of `laotie.*` that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "laotie":
                found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("laotie.")}
    return found


def card(context: str) -> dict[str, str]:
    """The labelled lines of a context's docstring."""
    text = ast.get_docstring(ast.parse((SOURCE / context / "__init__.py").read_text("utf-8"))) or ""
    labels = "Owns|Promises|May import|Publishes"
    parts = re.split(rf"^({labels}):", text, flags=re.MULTILINE)
    return {
        label: " ".join(body.split()) for label, body in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_contexts_card_names_exactly_what_it_imports(context: str) -> None:
    lines = card(context)
    assert set(lines) == {"Owns", "Promises", "May import", "Publishes"}

    stated = {name for name in RANK if re.search(rf"\b{name}\b", lines["May import"])}
    real = {name for path in modules(context) for name in imported(path)} - {context}

    assert stated - {"kernel", "events"} == real - {"kernel", "events"}
    assert all(RANK[name] < RANK[context] for name in real)


@pytest.mark.parametrize("context", CONTEXTS)
def test_only_the_owner_publishes_its_events(context: str) -> None:
    others = [name for name in CONTEXTS if name != context]
    for path in modules(context):
        tree = ast.parse(path.read_text("utf-8"))
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and node.module in {f"laotie.events.{o}" for o in others}
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("publish"):
                published = {
                    ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)
                } - {ast.unparse(node.func)}
                assert not published & foreign, f"{path}: {published & foreign}"


def test_foreign_keys_point_down_and_protect() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("laotie."):
            continue
        own = model._meta.app_label
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey) or field.auto_created:
                continue
            other = field.related_model._meta.app_label
            if other not in RANK:
                continue
            where = f"{model.__name__}.{field.name}"
            assert RANK[other] <= RANK[own], where
            assert other == own or RANK[other] < RANK[own], where
            if getattr(model, "pgh_tracked_model", None) is None:
                assert field.remote_field.on_delete in {
                    models.PROTECT,
                    models.CASCADE,
                    models.DO_NOTHING,
                }, where


def test_no_ambient_look_ups() -> None:
    for path in modules():
        if "desk" in path.parts:
            continue
        text = path.read_text("utf-8")
        for forbidden in (
            "apps.get_model",
            "get_class(",
            "django.db.models.signals",
            "import post_save",
        ):
            assert forbidden not in text, f"{path}: {forbidden}"


def test_business_code_reads_no_wall_clock() -> None:
    for context in CONTEXTS:
        for path in modules(context):
            text = path.read_text("utf-8")
            for forbidden in (
                "datetime.now(",
                "timezone.now(",
                "time.time(",
                "datetime.utcnow(",
                "date.today(",
            ):
                assert forbidden not in text, f"{path}: {forbidden}"


def test_rules_touch_neither_database_nor_clock() -> None:
    for context in CONTEXTS:
        path = SOURCE / context / "rules.py"
        if path.exists():
            text = path.read_text("utf-8")
            for forbidden in ("django.db", "kernel import clock", "clock.now", "models.objects"):
                assert forbidden not in text, f"{path}: {forbidden}"


# Django looks for a database engine by this name and no other.
NAMED_BY_DJANGO = frozenset({SOURCE / "surfaces" / "gateway" / "own_connections" / "base.py"})


def test_rooms_are_named_after_what_is_in_them() -> None:
    assert all(path.is_file() for path in NAMED_BY_DJANGO)
    for path in {*SOURCE.rglob("*")} - NAMED_BY_DJANGO:
        if path.suffix in {".py", ""} and not path.name.startswith("__"):
            assert path.stem not in FORBIDDEN_NAMES, path


def test_no_file_names_a_registry_or_a_machine() -> None:
    forbidden = re.compile(
        "pypi"
        r"\.org|python"
        "hosted|registry"
        r"\.npmjs|deb"
        r"\.debian\.org|/wo"
        "rk/|/ro"
        "ot/"
    )
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if "vendor" in path.parts or not path.is_file():
            continue
        found = forbidden.search(path.read_text("utf-8", errors="replace"))
        assert found is None, f"{name}: {found and found.group()}"


@pytest.mark.parametrize("stage", ["BROWSER", "FAULTS"])
def test_a_stage_of_tests_reads_every_place_where_its_tests_stand(stage: str) -> None:
    places = [ROOT / place for place in runpy.run_path(str(ROOT / "tools/test.py"))[stage]]
    mark = f"pytest.mark.{stage.lower()}"
    marked = [path for path in (ROOT / "tests").rglob("*.py") if mark in path.read_text("utf-8")]

    assert len(marked) > 5
    assert [path for path in marked if not any(map(path.is_relative_to, places))] == []
