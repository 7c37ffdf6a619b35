"""Words that are not let through, found however they are dressed up.

Texts and words are compared in one normal form: NFKC (full-width and styled letters become plain),
case folded, look-alike letters of other scripts replaced, and everything that is neither letter nor
digit left out, so that `加.V.信`, `ＶＸ` and `ｖ х` are found.
"""

import functools
import unicodedata

import ahocorasick

# Cyrillic and Greek letters that look like Latin ones.
_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁɡαβεηικνορτυχω",
    "abekmhopctyxijsdgabenikvoptuxw",
)


def normal(words: str) -> str:
    """The form in which texts and words are compared."""
    plain = unicodedata.normalize("NFKC", words).casefold().translate(_LOOK_ALIKES)
    return "".join(letter for letter in plain if letter.isalnum())


def has_any(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text holds one of these words (in normal form)."""
    if not words:
        return False
    return next(_automaton(words).iter(normal(text)), None) is not None


@functools.lru_cache(maxsize=256)
def _automaton(words: tuple[str, ...]) -> "ahocorasick.Automaton":
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return automaton
