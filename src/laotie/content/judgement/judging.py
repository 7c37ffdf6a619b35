"""What a program that looks at posts is given and what it answers: the contract for plugins.

A package offers one under the entry point group `laotie.moderation`: a function that takes an
`Exhibit` and returns `Remark`s, none if it has nothing to say. It runs in a process of its own with
20 seconds; one that throws, hangs or answers nonsense has not answered, and a person looks instead.
This file is also that process: `python -m laotie.content.judgement.judging NAME`, JSON in and out.
"""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint, entry_points

GROUP = "laotie.moderation"
MOST_REMARKS = 20


@dataclass(frozen=True, slots=True)
class File:
    """One video or still of the post. kind: VIDEO or STILL. url, cover_url: where to fetch it."""

    kind: str
    url: str
    cover_url: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A post as it is handed in. label: ORGANIC, AD or PROMO.

    captions: language and what they say, a line for each time that words are shown.
    """

    title: str
    body: str
    language: str
    label: str
    is_ai: bool
    files: tuple[File, ...]
    captions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """severity: NOTE, LIMIT or REVIEW; a program alone refuses nothing. quote: what it is about."""

    severity: str
    quote: str


Judge = Callable[[Exhibit], Iterable[Remark]]


def offered() -> dict[str, EntryPoint]:
    """Plugins that are installed, by name."""
    return {each.name: each for each in sorted(entry_points(group=GROUP), key=lambda e: e.name)}


def main() -> None:
    """Ask the plugin that the command line names about the exhibit on the standard input."""
    judge: Judge = offered()[sys.argv[1]].load()
    answer_to = sys.stdout
    sys.stdout = sys.stderr  # What a plugin prints is no answer.
    given = json.load(sys.stdin)
    files = tuple(File(**each) for each in given.pop("files"))
    captions = tuple((language, said) for language, said in given.pop("captions"))
    exhibit = Exhibit(**given, files=files, captions=captions)
    remarks = [asdict(remark) for remark in judge(exhibit)]
    json.dump(remarks[:MOST_REMARKS], answer_to)


if __name__ == "__main__":
    main()
