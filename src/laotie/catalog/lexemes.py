"""What a text is found by: Chinese words, their pinyin and initials, and words in Latin letters.

Texts and queries go the same way: NFKC, lower case, traditional characters made simplified, cut
into words. Chinese is kept as dictionary words, as pairs of neighbouring characters and as single
ones, so that a query is found however the dictionary cuts it. What comes out is letters and digits
alone: nothing of a query's own syntax is left. The dictionaries (90 MB and 0.3 s) are loaded by
whoever first needs one: most processes never do.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    import opencc

P = ParamSpec("P")
R = TypeVar("R")

LONGEST_QUERY = 64
_MOST_TOKENS = 8
_MOST_LEXEMES = 1200
_LONGEST_LEXEME = 40
_LONGEST_PINYIN = 24
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")


def load() -> None:
    """Have the dictionaries in memory: before a transaction that must not wait for them."""
    import pypinyin  # noqa: F401
    import rjieba

    rjieba.cut("好")  # It reads its dictionary at the first cut.
    _simplified()


def with_dictionaries(function: Callable[P, R]) -> Callable[P, R]:
    """Stands above `@use_case` where entries are written: its locks wait for no dictionaries."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        load()
        return function(*args, **kwargs)

    return run


def vector(*, names: Iterable[str], kin: Iterable[str] = (), texts: Iterable[str] = ()) -> str:
    """The text form of a `tsvector`: names weigh A, their sounds B, kin C, texts D.

    names: what the thing is called. kin: its shop, its shelf, its variants. texts: what is told.
    """
    kept: dict[str, str] = {}
    for weight, lexemes in (
        ("A", _words_of(names)),
        ("B", _sounds_of(names)),
        ("C", _words_of(kin)),
        ("D", _words_of(texts)),
    ):
        for lexeme in lexemes:
            if len(kept) >= _MOST_LEXEMES:
                break
            kept.setdefault(lexeme, weight)
    return " ".join(f"'{lexeme}':{at}{kept[lexeme]}" for at, lexeme in enumerate(kept, start=1))


def query(asked: object, *, weights: str = "", is_any: bool = False) -> str:
    """The text form of a `tsquery`; empty when nothing in it can be looked for.

    Latin words match from their beginning, so that pinyin is found while it is typed.
    weights: only lexemes of these, such as `AB`. is_any: one of the words is enough.
    """
    parts = [_part(token, weights) for token in tokens(asked)]
    return (" | " if is_any else " & ").join(parts)


def tokens(asked: object) -> list[str]:
    """The words of a query: at most 8, of its first 64 characters."""
    if not isinstance(asked, str):
        return []
    import rjieba

    found: list[str] = []
    for run in _runs(asked[:LONGEST_QUERY]):
        found += rjieba.cut(run) if _IS_HAN.match(run) else [run]
    return list(dict.fromkeys(found))[:_MOST_TOKENS]


def _part(token: str, weights: str) -> str:
    mark = f":{weights}" if weights else ""
    if not _IS_HAN.match(token):
        return f"'{token[:_LONGEST_PINYIN]}':*{weights}"
    if len(token) <= 2:
        return f"'{token}'{mark}"
    pairs = " & ".join(f"'{pair}'{mark}" for pair in _pairs(token))
    return f"('{token}'{mark} | ({pairs}))"


def _runs(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    for found in _RUN.findall(_simplified().convert(plain.encode("utf-8", "ignore").decode())):
        yield found if _IS_HAN.match(found) else found[:_LONGEST_LEXEME]


def _words_of(texts: Iterable[str]) -> Iterator[str]:
    import rjieba

    for text in texts:
        for run in _runs(text):
            if not _IS_HAN.match(run):
                yield run
                continue
            yield from (word for word in rjieba.cut_for_search(run) if len(word) <= 8)
            yield from _pairs(run)
            yield from run


def _sounds_of(names: Iterable[str]) -> Iterator[str]:
    """Pinyin and initials from each character on, so that any word of a name can be begun with."""
    import pypinyin

    for name in names:
        for run in _runs(name):
            if not _IS_HAN.match(run):
                continue
            syllables = pypinyin.lazy_pinyin(run, errors="ignore")
            for at in range(len(syllables)):
                yield "".join(syllables[at:])[:_LONGEST_PINYIN]
                yield "".join(each[0] for each in syllables[at:])[:_LONGEST_PINYIN]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


@functools.cache
def _simplified() -> "opencc.OpenCC":
    import opencc

    return opencc.OpenCC("t2s")
