"""Many public posts, and people who look at them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from tests.builders import NOW

from laotie.content import handlers, models
from laotie.content.viewing import ranking, signals
from laotie.content.viewing.ranking import Place
from laotie.content.viewing.signals import Seen
from laotie.kernel import event_log, ids
from laotie.kernel.actor import Actor


def told(**seen: object) -> Seen:
    """A visit as a page tells it."""
    visit = {
        "id": uuid4(),
        "place": Place.RECOMMENDED,
        "watch_ms": 9_000,
        "is_complete": True,
        **seen,
    }
    return Seen(**visit)  # type: ignore[arg-type]


def watch(actor: Actor, post_ids: Iterable[UUID], *, at: datetime = NOW, **seen: object) -> None:
    """The actor looks at each of the posts; to the end, if nothing else is said."""
    visits = [told(post_id=post_id, **seen) for post_id in post_ids]
    signals.tell(actor=actor, visits=visits, now=at)


def add_up() -> None:
    """The reader of the log comes to its end."""
    while event_log.read_on(handlers.FIGURES):
        pass


def many(creators: Sequence[Actor], count: int, *, until: datetime = NOW) -> list[UUID]:
    """Rows of so many public posts, a minute apart, taking turns; newest first."""
    made, files, held, figures = [], [], [], []
    for n in range(count):
        at, creator_id = until - timedelta(minutes=n), creators[n % len(creators)].require_creator()
        post = models.Post(
            id=ids.new(),
            creator_id=creator_id,
            kind="VIDEO",
            state="PUBLISHED",
            title=f"{n}",
            language="zh-hans",
            field=("FOOD", "HOME")[n % 2],
            region=("330000", "")[n % 2],
            made_at=at,
            changed_at=at,
            published_at=at,
        )
        file = models.Work(
            creator_id=creator_id,
            kind="VIDEO",
            state="READY",
            origin="CLIP",
            source_id=ids.new(),
            file=ids.new().hex,
            percent=100,
            duration_ms=9000,
            width=720,
            height=1280,
            bytes=1,
            covers=1,
            made_at=at,
            ready_at=at,
        )
        made.append(post)
        files.append(file)
        held.append(models.PostWork(post=post, work=file, position=1))
        figures.append(models.PostFigures(post=post, heat=ranking.heat(at)))
    models.Post.objects.bulk_create(made)
    models.Work.objects.bulk_create(files)
    models.PostWork.objects.bulk_create(held)
    models.PostFigures.objects.bulk_create(figures)
    return [post.id for post in made]
