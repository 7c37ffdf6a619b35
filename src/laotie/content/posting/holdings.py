"""What a creator keeps with us: files of works, how much room they take, and who needs them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.content import models, rules
from laotie.content.files import footage, judged_files, uploads, works
from laotie.content.files.footage import Kind, Origin, WorkState
from laotie.content.files.works import WorkCard
from laotie.content.posting import posts
from laotie.content.posting.posts import PostCard
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page

MOST = 24


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes. used: by files that are there and uploads that are open; it may be above `most`
    where a file grew as it was converted.
    """

    used: int
    most: int

    @property
    def percent(self) -> int:
        """From 0 to 100, rounded up: what takes room is seen to."""
        return min(100, -(-self.used * 100 // self.most))

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


@dataclass(frozen=True, slots=True)
class Holding:
    """One file of a creator's. name: what it was called at home; empty for a clip of a show.

    language: of captions. post: which shows it: as a file, as a cover, or as captions of its video.
    is_cover: a video has it as its cover. can_go: `works.discard` would take it now.
    work: at addresses that hold for two hours, but of what is public.
    is_closed: nobody is given it, its creator neither, as its post was taken down.
    """

    work: WorkCard
    name: str
    language: str
    made_at: datetime
    post: PostCard | None
    is_cover: bool
    is_closed: bool
    can_go: bool

    @property
    def seconds(self) -> float:
        return self.work.duration_ms / 1000

    @property
    def post_id(self) -> UUID | None:
        return self.post.id if self.post else None


def space(*, actor: Actor) -> Space:
    """The room that the actor's works take. Two queries. raises: SignInFirst, NotAllowed."""
    return Space(uploads.space_of(actor.require_creator()), footage.KEPT_BYTES)


def page(*, actor: Actor, after: str | None = None, most: int = MOST) -> Page[Holding]:
    """A creator's files, newest first, also those that failed. Five queries, however many.

    raises: SignInFirst, NotAllowed, Invalid (`after`).
    """
    rows = (
        models.Work.objects.select_related("cover_still")
        .filter(creator=actor.require_creator(), removed_at__isnull=True)
        .exclude(state=WorkState.CANCELLED.value)
    )
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(_holdings(found.rows))


def own(work_id: UUID, *, actor: Actor) -> WorkCard:
    """A work of one's own, at the addresses that `page` gives. Five queries.

    raises: SignInFirst, NotAllowed, NotFound.
    """
    row = (
        models.Work.objects.select_related("cover_still")
        .filter(pk=work_id, creator=actor.require_creator(), removed_at__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound
    return _holdings([row])[0].work


def _holdings(rows: Sequence[models.Work]) -> list[Holding]:
    cards = {card.id: card for card in works.cards_of(rows)}
    names = dict(
        models.Upload.objects.filter(
            pk__in=[row.source_id for row in rows if row.origin == Origin.UPLOAD.value]
        ).values_list("id", "name")
    )
    covered = _covered([row.id for row in rows])
    others = {row.id: [*covered.get(row.id, ()), *_video_of(row)] for row in rows}
    shown_in = _posts_of({*others, *(other for found in others.values() for other in found)})
    return [
        _holding(
            row,
            cards[row.id],
            name=names.get(row.source_id, ""),
            is_cover=row.id in covered,
            itself=shown_in.get(row.id),
            by_others=[shown_in[one] for one in others[row.id] if one in shown_in],
        )
        for row in rows
    ]


def _holding(
    row: models.Work,
    card: WorkCard,
    *,
    name: str,
    is_cover: bool,
    itself: PostCard | None,
    by_others: Sequence[PostCard],
) -> Holding:
    post = itself or next(iter(by_others), None)
    if card.kind is Kind.CAPTIONS:
        can_go = post is None or post.state in rules.EDITABLE
    else:
        can_go = itself is None and not is_cover
    return Holding(
        work=judged_files.for_owner(card, post.state if post else None),
        name=name,
        language=row.language,
        made_at=row.made_at,
        post=post,
        is_cover=is_cover,
        is_closed=post is not None and post.state in rules.CLOSED,
        can_go=can_go,
    )


def _video_of(row: models.Work) -> list[UUID]:
    """Of captions, the video that they are for."""
    return [row.for_work_id] if row.for_work_id else []


def _covered(still_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """By still, the videos that have it as their cover. One query."""
    found: dict[UUID, list[UUID]] = {}
    videos = models.Work.objects.filter(cover_still__in=still_ids, removed_at__isnull=True)
    for still_id, video_id in videos.order_by("id").values_list("cover_still", "id"):
        assert still_id is not None
        found.setdefault(still_id, []).append(video_id)
    return found


def _posts_of(work_ids: Collection[UUID]) -> dict[UUID, PostCard]:
    """By work; a work is shown by one post at most. One query."""
    held = models.PostWork.objects.select_related("post").filter(work__in=work_ids)
    return {each.work_id: posts.card_of(each.post) for each in held}
