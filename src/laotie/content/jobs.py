"""Time-driven work of posts; each function is one call."""

from datetime import datetime

from laotie.content.figures import genuine, snapshots
from laotie.content.posting import lapses, post_search, publishing
from laotie.content.relations import fan_counts
from laotie.content.review import questions
from laotie.content.support import field_figures, programmes, progress, rewards, talent
from laotie.content.viewing import signals
from laotie.kernel.jobs import every


@every(seconds=2, queue="upkeep")
def advance_posts(now: datetime) -> None:
    publishing.advance_due(now=now)


@every(seconds=10, queue="upkeep")
def take_down_lapsed_posts(now: datetime) -> None:
    lapses.take_down_due(now=now)


@every(seconds=600, queue="upkeep")
def take_down_what_builds_on_what_is_down(now: datetime) -> None:
    publishing.take_down_left_over(now=now)


@every(seconds=3600, queue="insight")
def find_kin(now: datetime) -> None:
    signals.find_kin(now=now)


@every(seconds=600, queue="insight")
def make_posts_found(now: datetime) -> None:
    del now
    post_search.fill()


@every(seconds=10, queue="upkeep")
def judge_marks(now: datetime) -> None:
    genuine.judge(now=now)


@every(seconds=3600, queue="upkeep")
def forget_devices(now: datetime) -> None:
    genuine.forget_devices(now=now)


@every(seconds=2, queue="upkeep")
def add_fans(now: datetime) -> None:
    del now
    fan_counts.add_all()


@every(seconds=3600, queue="insight")
def take_snapshots(now: datetime) -> None:
    snapshots.take(now=now)


@every(seconds=2, queue="insight")
def ask_programs(now: datetime) -> None:
    questions.ask_all(now=now)


@every(seconds=60, queue="insight")
def recount_programmes(now: datetime) -> None:
    progress.recount_all(now=now)


@every(seconds=60, queue="upkeep")
def close_programmes(now: datetime) -> None:
    programmes.close_due(now=now)


@every(seconds=10, queue="money")
def pay_rewards(now: datetime) -> None:
    rewards.pay_due(now=now)


@every(seconds=3600, queue="insight")
def note_fields(now: datetime) -> None:
    field_figures.note_day(now=now)


@every(seconds=3600, queue="insight")
def watch_talents(now: datetime) -> None:
    talent.watch(now=now)
