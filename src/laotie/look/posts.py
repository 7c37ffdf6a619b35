"""Posts in words: what their fields, labels, states and causes are called for everybody."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from laotie.accounts import regions
from laotie.content.files.footage import Kind
from laotie.content.kinds import Field, Label, PostState
from laotie.kernel.errors import Refusal

FIELDS: Mapping[str, Any] = {
    Field.POPULAR_SCIENCE: _("Popular science"),
    Field.FINANCE: _("Money and finance"),
    Field.CAREER: _("Work and founding"),
    Field.KNOWLEDGE: _("Knowledge"),
    Field.FASHION: _("Fashion"),
    Field.BEAUTY: _("Beauty"),
    Field.FOOD: _("Food and drink"),
    Field.HOME: _("Home"),
    Field.DIGITAL: _("Devices"),
    Field.SPORT: _("Sport"),
    Field.MUSIC: _("Music"),
    Field.FILM: _("Film and stage"),
    Field.TRAVEL: _("Travel"),
    Field.FAMILY: _("Family"),
    Field.COUNTRYSIDE: _("Countryside"),
    Field.OTHER: _("Everything else"),
}
LABELS: Mapping[str, Any] = {
    Label.ORGANIC: _("No advertising"),
    Label.AD: _("Ad"),
    Label.PROMO: _("Own promotion"),
}
# What each state is called for its creator, and its colour.
STATES: Mapping[str, tuple[Any, str]] = {
    PostState.DRAFT: (_("Draft"), ""),
    PostState.TRANSCODING: (_("Waits for its files"), "info"),
    PostState.SCHEDULED: (_("Waits for its moment"), "info"),
    PostState.MACHINE_REVIEW: (_("Being checked"), "info"),
    PostState.HUMAN_REVIEW: (_("Somebody looks at it"), "info"),
    PostState.PUBLISHED: (_("Public now"), "ok"),
    PostState.WITHDRAWN: (_("Taken down by you"), ""),
    PostState.TAKEN_DOWN: (_("Taken down"), "hot"),
    PostState.APPEALED: (_("Appealed"), "info"),
    PostState.UPHELD: (_("Down for good"), "hot"),
}
# What kinds of files are called.
FILES: Mapping[str, Any] = {
    Kind.VIDEO: _("Video"),
    Kind.STILL: _("Still picture"),
    Kind.CAPTIONS: _("Captions"),
}
LANGUAGES: Mapping[str, Any] = {"zh-hans": _("Chinese"), "en": _("English")}
_CODE = re.compile(r"[A-Z][A-Z_]+")


def cause_text(cause: str) -> str:
    """Why a post came back or was taken down: a refusal's sentence for its code, else the words."""
    if not _CODE.fullmatch(cause):
        return cause
    for refusal in _refusals(Refusal):
        message = getattr(refusal, "in_short", "") or refusal.message
        if refusal.code == cause and "%(" not in message:
            return gettext(message)
    return gettext("It did not pass a check. Change it, or ask the operator.")


def region_name(code: str, language: str) -> str:
    """A region in the reader's language; empty for none. language: as Django names it."""
    if code not in regions.every():
        return ""
    return regions.full_name(code, "zh" if language.startswith("zh") else "en")


def region_choices(language: str) -> list[tuple[str, str]]:
    """Every region to choose from, in the reader's language. language: as Django names it."""
    return [(code, region_name(code, language)) for code in regions.every()]


def _refusals(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in of.__subclasses__():
        yield one
        yield from _refusals(one)
