"""What a shop says of its goods: in its clean form, and past the gate for what others read.

What stands there already may stay, so that rules which came later keep nobody from changing a
price; what is new passes by every way in.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from laotie.catalog import rules
from laotie.kernel import screening
from laotie.kernel.screening import TextNotAllowed, Where

Named = tuple[str, Mapping[str, str]]  # A field, and what it says in both languages.


def clean_title(title: Mapping[str, str]) -> dict[str, str]:
    """raises: Invalid."""
    return rules.clean_pair(title, field="title", longest=rules.TITLE_LETTERS)


def clean_description(description: Mapping[str, str]) -> dict[str, str]:
    """Both languages, of which either may be empty. raises: Invalid."""
    return rules.clean_pair(
        description,
        field="description",
        longest=rules.DESCRIPTION_LETTERS,
        required=False,
        block=True,
    )


def clean_spec(spec: Mapping[str, str]) -> dict[str, str]:
    """What tells a variant from the others; empty for the only one. raises: Invalid."""
    return rules.clean_pair(spec, field="spec", longest=rules.SPEC_LETTERS, required=False)


def require_fit(
    said: Iterable[Named], *, standing: Iterable[Mapping[str, str]] = (), now: datetime
) -> None:
    """Texts in their clean form may be read by buyers. raises: TextNotAllowed. At most one query.

    standing: what has been said so far.
    """
    old = {text for pair in standing for text in pair.values()}
    texts = [(field, text) for field, text in _each(said) if text not in old]
    if texts:
        screening.require_all_fit(texts, Where.PRODUCT, now=now)


def refused(said: Mapping[int, Sequence[Named]], *, now: datetime) -> Mapping[int, TextNotAllowed]:
    """Why some of these texts, in their clean form, may not be shown; by their key. One query."""
    named = [(key, one) for key, pairs in said.items() for one in _each(pairs)]
    found = (
        screening.refusals([one for _key, one in named], Where.PRODUCT, now=now) if named else []
    )
    by_key: dict[int, TextNotAllowed] = {}
    for (key, _one), refusal in zip(named, found, strict=True):
        if refusal is not None:
            by_key.setdefault(key, refusal)
    return by_key


def _each(said: Iterable[Named]) -> list[tuple[str, str]]:
    return [
        (f"{field}.{language}", pair[language])
        for field, pair in said
        for language in rules.LANGUAGES
        if pair[language]
    ]
