"""Text that people type: one normal form, no invisible tricks, a limit in characters."""

import unicodedata

from laotie.kernel.errors import Invalid

# Zero-width and bidirectional controls hide or reorder text; joiners (200D, FE0F) make emoji.
_HIDDEN = frozenset(
    "\u200b\u200c\u2060\ufeff\u00ad\u061c\u180e"
    "\u3164\u115f\u1160\uffa0\u2800"  # Fillers: letters that draw nothing.
) | frozenset(map(chr, [*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_MAX_MARKS = 4


def clean_line(text: object, *, field: str, longest: int, required: bool = True) -> str:
    """One line of plain text in NFC, spaces folded, hidden characters removed.

    raises: Invalid for no text, control characters, lone surrogates, floods of combining marks,
        or more than `longest` characters.
    """
    cleaned = _clean(text, field=field, kept_controls=frozenset(), hard_limit=4 * longest + 64)
    cleaned = " ".join(cleaned.split())
    return _bounded(cleaned, field=field, longest=longest, required=required)


def clean_block(text: object, *, field: str, longest: int, required: bool = True) -> str:
    """As `clean_line`, but line breaks stay."""
    cleaned = _clean(text, field=field, kept_controls=frozenset("\n"), hard_limit=4 * longest + 64)
    cleaned = "\n".join(" ".join(line.split()) for line in cleaned.split("\n")).strip()
    return _bounded(cleaned, field=field, longest=longest, required=required)


def _clean(text: object, *, field: str, kept_controls: frozenset[str], hard_limit: int) -> str:
    if not isinstance(text, str):
        raise Invalid(field=field, reason="form")
    if len(text) > hard_limit:
        raise Invalid(field=field, reason="too_long")
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    letters: list[str] = []
    marks = 0
    for letter in normal:
        category = unicodedata.category(letter)
        if letter in _HIDDEN:
            continue
        if category == "Cs" or (
            category == "Cc" and letter not in kept_controls and letter != "\t"
        ):
            raise Invalid(field=field, reason="characters")
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _MAX_MARKS:
            raise Invalid(field=field, reason="characters")
        letters.append(letter)
    return "".join(letters)


def _bounded(text: str, *, field: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Invalid(field=field, reason="required")
    if len(text) > longest:
        raise Invalid(field=field, reason="too_long")
    return text
