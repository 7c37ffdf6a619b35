"""What a process holds in memory before anybody has asked it for anything."""

import json
import os
import subprocess
import sys

import pytest

# Dictionaries, spreadsheets, typesetting, HTTP clients: 120 MB and half a second in each process.
_HEAVY = (
    "pypinyin",
    "rjieba",
    "opencc",
    "openpyxl",
    "lxml",
    "typst",
    "pywebpush",
    "aiohttp",
    "httpx",
    "fido2",
)
_LOADED = "import json, sys; print(json.dumps([name for name in sys.modules if '.' not in name]))"
_WEB = """
import django; django.setup()
from django.urls import get_resolver
from laotie.runtime import web, wsgi
get_resolver()._populate()
"""
_WORKER = """
import django; django.setup()
from laotie.runtime import wiring, worker
wiring.register_jobs(); wiring.consumers()
"""
_GATEWAY = """
import django; django.setup()
from laotie.surfaces.gateway import server
"""


@pytest.mark.parametrize("start", [_WEB, _WORKER, _GATEWAY], ids=["web", "worker", "gateway"])
def test_a_process_starts_without_the_heavy_libraries(start: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", start + _LOADED],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "laotie.runtime.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = json.loads(done.stdout.splitlines()[-1])

    assert "django" in loaded
    assert [name for name in _HEAVY if name in loaded] == []
