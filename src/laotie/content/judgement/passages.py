"""How a post may go on, as gates say it."""

from dataclasses import dataclass
from enum import IntEnum


class Way(IntEnum):
    """How a post may go on; of several gates the strictest counts."""

    FREE = 0
    LIMITED = 1  # Public, and recommended by no feed.
    MACHINE = 2  # Waits for an answer of a program.
    PERSON = 3  # Waits until somebody has looked.


@dataclass(frozen=True, slots=True)
class Passage:
    """What a gate said. rule_version: of the rules by which it judged; 0 if it has none."""

    way: Way = Way.FREE
    rule_version: int = 0
