"""The list of codes is committed, so that nobody changes one without seeing it."""

import re
from pathlib import Path

from laotie.surfaces.api import errors_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "errors.md"


def test_the_committed_list_is_that_of_the_code() -> None:
    assert PAGE.read_text("utf-8") == errors_page.page(), (
        "run `laotie errors > docs/reference/errors.md` and read the difference"
    )


def test_codes_are_upper_case_and_statuses_are_refusals() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", errors_page.page(), re.MULTILINE)
    assert len(rows) > 60
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]+", code) for code, _status in rows)
    assert all(400 <= int(status) < 600 for _code, status in rows)
