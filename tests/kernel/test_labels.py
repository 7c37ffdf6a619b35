"""No code name of a field reaches a person: every field that a refusal can name has its words."""

import ast
from pathlib import Path

from django.utils import translation

from laotie.kernel import labels
from laotie.kernel.errors import Invalid

SOURCE = Path(__file__).parents[2] / "src" / "laotie"
# The lab's own programs speak to developers; prices are told by the helper's default.
_FOR_DEVELOPERS = {"lab"}


def named_fields() -> set[str]:
    """Every `field="..."` that code hands to a refusal or to what raises one."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if _FOR_DEVELOPERS & set(path.relative_to(SOURCE).parts[:-1]):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.keyword) and node.arg == "field"):
                continue
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                found.add(node.value.value)
    return found


def test_every_field_that_is_named_has_a_label() -> None:
    assert sorted(name for name in named_fields() if not labels.is_known(name)) == []


def test_a_refusal_speaks_of_the_label() -> None:
    with translation.override("en"):
        text = Invalid(field="waybill_no", reason="required").text()
        nested = Invalid(field="lines.0.quantity", reason="range").text()
        unknown = Invalid(field="zz_top", reason="form").text()

    assert text == "Please check the waybill number: this is needed."
    assert nested == "Please check the quantity: this is outside of what is allowed."
    assert unknown == "Please check what you entered: this is not in the expected form."
    assert Invalid(field="waybill_no").as_dict()["facts"]["field"] == "waybill_no"
