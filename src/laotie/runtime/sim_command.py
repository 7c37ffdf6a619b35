"""`laotie sim`: a played world on a throwaway server of its own, never on anybody's data."""

import json
import logging
import os
import random
import tempfile
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from laotie.runtime import config as configuration
from laotie.runtime import config_readers, database
from laotie.runtime.commands import say, set_up_django
from laotie.runtime.config_readers import WrongValue
from laotie.runtime.postgres import SUPERUSER, Cluster
from laotie.runtime.problems import FAILED_CHECK, OK, WrongUse

_NAME = "sim"
_SEEDS = 1_000_000
_LAST_LINES = 12
# A machine that is slow just now is none of the faults that are looked for.
_PATIENCE_S = 60


def sim(options: Namespace) -> int:
    """Play a world from a seed; 1 when product and model differ, or something does not hold.

    Whatever database is configured is not touched: the world has a server of its own, which is
    removed afterwards. raises: WrongUse where LAOTIE_LAB is off.
    """
    _need_lab(os.environ.setdefault("LAOTIE_LAB", "1"))
    seed = random.randrange(_SEEDS) if options.seed is None else options.seed  # noqa: S311
    if not options.json:
        say(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="laotie-sim-") as folder:
        story = _played(seed, options, Path(folder))
    if options.json:
        say(json.dumps(_as_json(story), ensure_ascii=False))
    else:
        _tell(story, has_told=options.verbose)
    return FAILED_CHECK if story.failure else OK


def _need_lab(text: str) -> None:
    try:
        is_lab = config_readers.flag(text)
    except WrongValue as wrong:
        raise WrongUse(f"LAOTIE_LAB {wrong.what}: {text!r}.", f"{wrong.write}.") from None
    if not is_lab:
        raise WrongUse("A played world is a lab, and LAOTIE_LAB is off.", "Unset LAOTIE_LAB.")


def _played(seed: int, options: Namespace, folder: Path) -> Any:
    with database.throwaway() as cluster:
        database.provide(cluster, _NAME)
        _give_time(cluster)
        os.environ["LAOTIE_DATA"] = str(folder / "data")
        os.environ["LAOTIE_DATABASE_URL"] = cluster.url(database.APP, _NAME)
        os.environ["LAOTIE_OWNER_DATABASE_URL"] = cluster.url(database.OWNER, _NAME)
        configuration.ready()
        set_up_django()
        # Lost answers and cut connections are what is played here: no news for the terminal.
        logging.disable(logging.WARNING)
        from laotie.kernel import patience
        from laotie.lab.sim import run
        from laotie.runtime import line, migrate, wiring

        config = configuration.load()
        migrate.run(config)
        line.point_at(config.database_url)
        try:
            with patience.lasting(_PATIENCE_S):
                return run.play(
                    seed=seed,
                    steps=options.steps,
                    consumers=wiring.consumers(),
                    invariants=wiring.invariants(),
                    folder=folder / "provider",
                    say=say if options.verbose and not options.json else lambda _: None,
                )
        finally:
            line.close()


def _give_time(cluster: Cluster) -> None:
    """The server waits for us as long as we wait for it."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        limits: tuple[LiteralString, ...] = (
            "transaction_timeout",
            "idle_in_transaction_session_timeout",
        )
        for limit in limits:
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(database.APP),
                    sql.SQL(limit),
                    sql.Literal(f"{_PATIENCE_S}s"),
                )
            )


def _tell(story: Any, *, has_told: bool) -> None:
    """What was played, and when it went wrong the last steps and how to see them again."""
    if story.failure:
        for line in () if has_told else story.said[-_LAST_LINES:]:
            say(line)
        say(f"FAILED  after step {story.failure.step} of seed {story.seed}: {story.failure.what}")
        say(f"        Again: {story.again()}")
        return
    say(
        f"{len(story.said)} steps, {len(story.deaths)} deaths at {len(set(story.deaths))} of"
        f" {story.points} points, {story.redelivered} events delivered again or early,"
        f" {story.notices} notices"
    )
    say(", ".join(f"{name} {count}" for name, count in sorted(story.acts.items())))
    say(f"Product and model agree for seed {story.seed}.")


def _as_json(story: Any) -> dict[str, Any]:
    failure = story.failure and {"step": story.failure.step, "what": story.failure.what}
    return {
        "seed": story.seed,
        "steps": len(story.said),
        "holds": story.failure is None,
        "failure": failure,
        "again": story.again(),
        "acts": dict(story.acts),
        "deaths": dict(Counter(story.deaths)),
        "points": story.points,
        "redelivered": story.redelivered,
        "notices": story.notices,
    }
