"""Words that are not let through, found however they are dressed up.

Texts and words are compared in one normal form: NFKC (full-width and styled letters become plain),
case folded, look-alike letters of other scripts and letters with marks replaced by plain ones, and
everything that is neither letter nor digit left out, so that `加.V.信`, `ＶＸ`, `ｖ х` are found.
"""

import functools
import unicodedata
from dataclasses import dataclass

import ahocorasick

# Cyrillic, Greek and small capital letters that look like Latin ones, and Latin ones with a tail.
_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁɡαβεηικνορτυχωѵԝԛһʋʟᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢꓦꓫꓪᏙᏃᎳꮩꮓꮃ",
    "abekmhopctyxijsdgabenikvoptuxwvwqhvlabcdeghijkmnoprstuvwyzvxwvzwvzw",
)
# Letters in circles and squares that NFKC leaves alone: each row has 26 of them.
_DRESSED = (0x1F150, 0x1F170, 0x1F1E6)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The normal form of a text. places: (letters,): where in the text each letter stands."""

    letters: str
    places: tuple[int, ...]

    def is_glued_before(self, at: int) -> bool:
        """Whether a Latin letter or digit stands in the text directly before that at `at`."""
        return at > 0 and self.letters[at - 1].isascii() and self._are_neighbours(at - 1)

    def is_glued_after(self, end: int) -> bool:
        """Whether a Latin letter or digit follows in the text directly on that before `end`."""
        return (
            0 < end < len(self.letters)
            and self.letters[end].isascii()
            and self._are_neighbours(end - 1)
        )

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From where to where in the text the letters from `start` to before `end` reach."""
        return self.places[start], self.places[end - 1] + 1

    def _are_neighbours(self, at: int) -> bool:
        return self.places[at + 1] - self.places[at] <= 1


@functools.lru_cache(maxsize=256)  # One text is looked through for many things.
def spelled(text: str) -> Spelling:
    """The normal form of a text, letter by letter."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = _plain(letter)
        letters.append(plain)
        places.extend([place] * len(plain))
    return Spelling("".join(letters), tuple(places))


def normal(words: str) -> str:
    """The form in which texts and words are compared."""
    return "".join(map(_plain, words))


def has_any(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text holds one of these words (in normal form)."""
    if not words:
        return False
    return next(_automaton(words).iter(normal(text)), None) is not None


def found_words(spelling: Spelling, words: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Each of these words in the text, and from where to where in its normal form it stands.

    A word of Latin letters that is only part of a longer one does not count.
    """
    if not words:
        return []
    found = []
    for last, word in _automaton(words).iter(spelling.letters):
        start, end = last + 1 - len(word), last + 1
        is_part = (word[0].isascii() and spelling.is_glued_before(start)) or (
            word[-1].isascii() and spelling.is_glued_after(end)
        )
        if not is_part:
            found.append((word, start, end))
    return found


@functools.lru_cache(maxsize=20_000)
def _plain(letter: str) -> str:
    """One character in normal form; nothing for what is no letter and no digit."""
    code = ord(letter)
    for first in _DRESSED:
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    plain = []
    folded = unicodedata.normalize("NFKC", letter).casefold().translate(_LOOK_ALIKES)
    for each in folded.translate(_LOOK_ALIKES):
        base = unicodedata.normalize("NFD", each)[0]
        one = base if base.isascii() else each
        if one.isalnum():
            plain.append(one)
    return "".join(plain)


@functools.lru_cache(maxsize=256)
def _automaton(words: tuple[str, ...]) -> "ahocorasick.Automaton":
    automaton = ahocorasick.Automaton()
    for word in words:
        form = normal(word)
        if form:
            automaton.add_word(form, form)
    automaton.make_automaton()
    return automaton
