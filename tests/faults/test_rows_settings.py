"""Row 27 of the failure table: what is set wrong is refused at the start, and named."""

from pathlib import Path

import pytest
from tests.runtime.conftest import place, processes_of, run_laotie

__all__ = ["place"]
pytestmark = pytest.mark.faults

# What is set, and what is said about it; nothing runs then.
WRONG = [
    ({"port": "http"}, "LAOTIE_PORT ('http') is not a whole number"),
    ({"prot": "1"}, "LAOTIE_PROT is not a setting. Did you mean LAOTIE_PORT?"),
    ({"secret_key_file": "/nowhere/key"}, "LAOTIE_SECRET_KEY_FILE"),
    ({"field_key": "short"}, "LAOTIE_FIELD_KEY"),
    ({"database_url": "mysql://a@b/c"}, "LAOTIE_DATABASE_URL"),
    ({"crash_at": "a.b:1"}, "LAOTIE_CRASH_AT is set without LAOTIE_LAB"),
]


def test_row_27_settings_that_are_wrong_or_missing(place: Path) -> None:
    ended = run_laotie(
        "up", data=str(place / "data"), **{name: text for wrong, _ in WRONG for name, text in wrong.items()}
    )  # fmt: skip

    assert ended.returncode == 2
    for _, said in WRONG:
        assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "short" not in ended.stderr  # A secret is never repeated.
    assert not (place / "data").exists()
    assert processes_of(place) == []
