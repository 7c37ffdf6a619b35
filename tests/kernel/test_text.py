import pytest

from laotie.kernel import text
from laotie.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  龙泉   阿瓷 ", "龙泉 阿瓷"),
        ("a\u202eb\u200bc", "abc"),
        ("e\u0301", "é"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}} %s%n", "{{7*7}} %s%n"),
    ],
)
def test_a_line_is_kept_without_hidden_tricks(typed: str, kept: str) -> None:
    assert text.clean_line(typed, field="name", longest=40) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "required"),
        ("\u200b", "required"),
        ("a\0b", "characters"),
        ("\ud800", "characters"),
        ("a\nb", "characters"),
        ("Z" + "\u0337" * 40, "characters"),
        ("长" * 41, "too_long"),
        ("x" * 1_000_000, "too_long"),
        (7, "form"),
        (None, "form"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused(typed: object, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        text.clean_line(typed, field="name", longest=40)
    assert refusal.value.facts["reason"] == reason


def test_a_block_keeps_its_lines() -> None:
    assert text.clean_block("一\r\n 二  三 ", field="note", longest=20) == "一\n二 三"
