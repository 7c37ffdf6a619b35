import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.live import rules, words


@pytest.mark.parametrize(
    ("dressed", "plain"),
    [
        ("加.V.信", "加v信"),
        ("ＶＸ", "vx"),
        ("v\u200bx", "vx"),
        ("ѕаlе", "sale"),  # Cyrillic s and a.
        ("①②③", "123"),
        ("Straße", "strasse"),
        ("  ", ""),
        ("👍🏽", ""),
    ],
)
def test_the_normal_form_undresses_a_word(dressed: str, plain: str) -> None:
    assert words.normal(dressed) == plain


@given(st.text(max_size=60))
def test_the_normal_form_is_normal(text: str) -> None:
    assert words.normal(words.normal(text)) == words.normal(text)


@given(
    st.text(max_size=20),
    st.text("abc甲乙", min_size=1, max_size=6),
    st.text(max_size=20),
)
def test_a_word_is_found_wherever_it_stands(before: str, word: str, after: str) -> None:
    assert words.has_any(before + word + after, (word,))


def test_no_words_block_nothing() -> None:
    assert not words.has_any("anything", ())


@given(st.text(max_size=40))
def test_a_masked_name_shows_one_character(name: str) -> None:
    assert rules.masked(name) == name[:1] + "**"
