"""`matrix_sockets.csv`: what the gateway and the media process answer to every role.

Each row is one thing that can be sent at one moment. A role sends it with the best credential that
it can get for itself, and with a made-up one where it can get none.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from tests import builders
from tests.surfaces.town import ROLES
from tests.usecases.live.scenes import Scene

from laotie.accounts import roles
from laotie.kernel.actor import Actor

TABLE = Path(__file__).with_name("matrix_sockets.csv")
MADE_UP = "made-up-made-up-made-up"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """when: `on air`, `preview` (video comes, nobody may watch yet), `another room` or `always`."""

    process: str
    sent: str
    when: str


def table(process: str) -> dict[Row, dict[str, str]]:
    """The rows of this process: the answer to each role."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        read = [
            (Row(line["process"], line["sent"], line["when"]), {role: line[role] for role in ROLES})
            for line in csv.DictReader(lines)
        ]
    rows = dict(read)
    assert len(rows) == len(read), "a row stands there twice"
    return {row: answers for row, answers in rows.items() if row.process == process}


def cast(scene: Scene) -> dict[str, Actor]:
    """Who plays the roles: the room is the creator's, the goods in its bag are the staff's."""
    actors = (
        Actor.anonymous(), builders.a_person(), builders.a_person(), scene.host, scene.shop.owner,
        builders.a_shop("别家").owner,
        roles.held_back(builders.an_operator(), proven_s_ago=None), builders.a_financier(),
        builders.an_operator(),
    )  # fmt: skip
    return dict(zip(ROLES, actors, strict=True))


def require(found: dict[Row, dict[str, str]], stated: dict[Row, dict[str, str]]) -> None:
    """Every row was played and nobody heard anything else."""
    assert sorted(found) == sorted(stated)
    wrong = {
        f"{row.process} {row.sent} {row.when} {role}": (answer, stated[row][role])
        for row, answers in found.items()
        for role, answer in answers.items()
        if answer != stated[row][role]
    }
    assert wrong == {}, "(answered, stated)"
