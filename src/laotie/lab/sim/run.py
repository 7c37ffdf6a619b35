"""One played world from the first step to the last, or to the first that goes wrong."""

import random
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from laotie.kernel import sql
from laotie.kernel.event_log import Consumer
from laotie.lab.sim import outside
from laotie.lab.sim.acts import People
from laotie.lab.sim.deaths import Reaper
from laotie.lab.sim.world import Broken, World

Say = Callable[[str], None]
_LOOK_AT_ALL_EVERY = 10
_DEATHS = 0.5  # How often somebody dies in a step, if it passes enough points.
_MOST_POINTS = 8
_LOST_ANSWERS = 0.15


class NotALab(Exception):
    """Only an empty database of a lab can be played with."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, and after which step."""

    step: int
    what: str


@dataclass
class Story:
    """What was played. `said` has a line per step; `failure` is None when all went well."""

    seed: int
    said: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    deaths: list[str] = field(default_factory=list)
    points: int = 0
    redelivered: int = 0
    notices: int = 0
    failure: Failure | None = None

    def again(self) -> str:
        """The command that plays it once more, no further than needed."""
        steps = self.failure.step if self.failure else len(self.said)
        return f"laotie sim --seed {self.seed} --steps {steps}"


def play(
    *,
    seed: int,
    steps: int,
    consumers: Sequence[Consumer],
    invariants: Mapping[str, str],
    folder: Path,
    say: Say = lambda _: None,
) -> Story:
    """Play a world in the current database, which is empty before and is left as it ends.

    consumers, invariants: as `runtime.wiring` gathers them.
    folder:  for the provider's books; empty.
    say:     hears each step as it is over.
    raises:  NotALab.
    """
    _check_it_is_a_lab()
    story, reaper = Story(seed), Reaper()
    with outside.standing(folder) as provider:
        world = World(provider, reaper, consumers=consumers, invariants=invariants)
        world.town.open_payout_accounts(now=world.now)
        people = People(world)
        for step in range(1, steps + 1):
            try:
                _play_one(world, people, story, step, is_last=step == steps)
            except Broken as broken:
                story.failure = Failure(step, str(broken))
                break
            except Exception:  # noqa: BLE001 - whatever it is, it is what was looked for.
                story.failure = Failure(step, traceback.format_exc())
                break
            finally:
                say(story.said[-1])
        story.deaths = reaper.died_at
        story.points = len(reaper.passed)
        story.redelivered, story.notices = world.redelivered, provider.delivered
    return story


def _play_one(world: World, people: People, story: Story, step: int, *, is_last: bool) -> None:
    """Each step has a chance of its own, so that a step is the same however many follow.

    raises: Broken, and whatever the product raises that is no refusal.
    """
    chance = world.chance = random.Random(f"{story.seed}/{step}")  # noqa: S311 - a seed is the point.
    world.look_at_the_clock()
    acts = people.acts()
    (act,) = chance.choices(list(acts), list(acts.values()))
    story.acts[act.__name__] += 1
    if chance.random() < _DEATHS:
        world.reaper.come(after=chance.randint(1, _MOST_POINTS))
    lost = world.outside.lose_an_answer(chance) if chance.random() < _LOST_ANSWERS else ""
    deaths = len(world.reaper.died_at)
    said = f"{step:>4}  {act.__name__}"
    try:
        said = f"{step:>4}  {act()}"
    finally:
        world.reaper.come(after=0)
        world.outside.mend()
        died = "".join(f"; died at {point}" for point in world.reaper.died_at[deaths:])
        story.said.append(f"{said}{died}{f'; lost {lost}' if lost else ''}")
    world.compare()
    world.check()
    if is_last or step % _LOOK_AT_ALL_EVERY == 0:
        world.check_all()


def _check_it_is_a_lab() -> None:
    """raises: NotALab."""
    if not settings.LAOTIE.lab:
        raise NotALab("LAOTIE_LAB is off: this installation is real.")
    if sql.rows("SELECT 1 FROM event_log UNION ALL SELECT 1 FROM trade_order LIMIT 1"):
        raise NotALab("This database is in use; a world is played in an empty one.")
