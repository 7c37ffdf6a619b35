"""Terms and privacy: the texts in force, and who accepted which version when.

The texts that come with the program are plain and complete for a shop of one's own; an operator
puts others in their place by files of the same names in `texts/` of the data folder, such as
`terms.en.txt`. A new version line asks everybody again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.accounts import models
from laotie.accounts.rules import Document
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case

_OURS = Path(__file__).parent / "texts"
_LANGUAGES = ("zh-hans", "en")
_VERSION = "version:"


class TextsChanged(Refusal):
    """What was accepted is not what is in force."""

    code = "TEXTS_CHANGED"
    message = _("The texts have changed in the meantime. Read and accept the new ones.")


@dataclass(frozen=True, slots=True)
class Section:
    """heading: empty for what stands before the first one."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One document in one language. digest: of the file's letters, kept with every acceptance."""

    document: str
    language: str
    version: str
    title: str
    sections: tuple[Section, ...]
    digest: bytes
    is_default: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    document: str
    version: str
    language: str
    via: str
    accepted_at: datetime


def text(document: str, language: str) -> Text:
    """The document in force; in the other language if there is none in this one.

    raises: NotFound for a document that is none of ours.
    """
    try:
        known = Document(document)
    except ValueError as error:
        raise NotFound from error
    theirs = Path(settings.LAOTIE.data) / "texts"
    order = [language, *(other for other in _LANGUAGES if other != language)]
    for folder in (theirs, _OURS):
        for tongue in order:
            path = folder / f"{known}.{tongue}.txt"
            if path.is_file():
                return _read(path, known, tongue, path.stat().st_mtime_ns, folder == _OURS)
    raise AssertionError("the texts that come with the program are gone")


def versions() -> dict[str, str]:
    """The version in force of each document; both languages of one bear the same."""
    return {document.value: text(document, _LANGUAGES[0]).version for document in Document}


def missing(person_id: UUID) -> tuple[str, ...]:
    """Documents whose version in force the person has not accepted. One query."""
    accepted = set(
        models.Consent.objects.filter(person=person_id).values_list("document", "version")
    )
    return tuple(
        document for document, version in versions().items() if (document, version) not in accepted
    )


@use_case
def accept(*, actor: Actor, accepted: Mapping[str, str], language: str, now: datetime) -> None:
    """The person accepts these documents in these versions; again changes nothing.

    accepted: document to the version that the person was shown.
    raises:   SignInFirst, NotFound, TextsChanged.
    """
    person_id = actor.require_person()
    rows = []
    for document, version in accepted.items():
        shown = text(document, language)
        if shown.version != version:
            raise TextsChanged(document=document, version=shown.version)
        rows.append(
            models.Consent(
                person_id=person_id,
                document=document,
                version=version,
                text_digest=shown.digest,
                language=shown.language,
                via=actor.via,
                accepted_at=now,
            )
        )
    models.Consent.objects.bulk_create(rows, ignore_conflicts=True)


def log(actor: Actor) -> tuple[Acceptance, ...]:
    """What the person accepted, newest first. One query."""
    rows = models.Consent.objects.filter(person=actor.require_person())
    return tuple(
        Acceptance(row.document, row.version, row.language, row.via, row.accepted_at)
        for row in rows.order_by("-accepted_at", "document")
    )


@lru_cache(maxsize=16)
def _read(path: Path, document: str, language: str, _changed_at: int, is_default: bool) -> Text:
    """First line: title. Second: `version: …`. Then paragraphs; a line `## …` opens a section."""
    raw = path.read_bytes()
    lines = raw.decode().strip().splitlines()
    digest = hashlib.sha256(raw).digest()
    title, version = lines[0].strip(), digest.hex()[:12]
    body = lines[1:]
    if body and body[0].lower().startswith(_VERSION):
        version = body.pop(0)[len(_VERSION) :].strip()[:40] or version
    sections = [Section("", ())]
    for block in "\n".join(body).split("\n\n"):
        words = " ".join(block.split())
        if words.startswith("## "):
            sections.append(Section(words[3:], ()))
        elif words:
            last = sections[-1]
            sections[-1] = Section(last.heading, (*last.paragraphs, words))
    kept = tuple(section for section in sections if section.heading or section.paragraphs)
    return Text(document, language, version, title, kept, digest, is_default)
