"""What is read of posts: one, a creator's own with their states, and those everybody may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from laotie.accounts import creators
from laotie.accounts.creators import CreatorCard
from laotie.content import models, rules
from laotie.content.files import judged_files, works
from laotie.content.files.works import WorkCard
from laotie.content.kinds import DownBy, Field, Label, PostKind, PostState, Reach, SourceKind
from laotie.content.posting import posts
from laotie.content.posting.posts import Words
from laotie.content.relations import blocks
from laotie.kernel import ids, pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.kernel.pages import Page

# Widths of `WorkCard.cover_urls` for a card in a grid, and for a whole screen.
_CARD_WIDTH, _SCREEN_WIDTH = 320, 1080


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with what it shows. product_ids: in the order of its bag.

    works: one video, or stills in order; those that are not READY have no addresses yet.
    cause: why it came back or was taken down; of use to its creator alone.
    """

    id: UUID
    public_id: str
    creator: CreatorCard
    shop_id: UUID | None
    kind: PostKind
    state: PostState
    title: str
    body: str
    language: str
    label: Label
    is_ai: bool
    field: Field
    region: str
    may_be_derived: bool
    source_kind: SourceKind
    source_id: UUID | None
    reach: Reach
    cause: str
    down_by: DownBy
    made_at: datetime
    scheduled_at: datetime | None
    published_at: datetime | None
    works: tuple[WorkCard, ...]
    product_ids: tuple[UUID, ...]

    @property
    def is_public(self) -> bool:
        return self.state is PostState.PUBLISHED

    @property
    def is_editable(self) -> bool:
        return self.state in rules.EDITABLE

    @property
    def is_closed(self) -> bool:
        """Nobody is given its files, its creator neither."""
        return self.state in rules.CLOSED

    @property
    def came_down_by_itself(self) -> bool:
        return self.state is PostState.TAKEN_DOWN and self.down_by is not DownBy.OPERATOR

    @property
    def can_be_taken_back(self) -> bool:
        """By its creator: it is down for want of a right alone, or with the post it builds on."""
        return self.state is PostState.TAKEN_DOWN and (
            self.down_by is DownBy.RIGHTS or self.came_down_with_a_post
        )

    @property
    def came_down_with_a_post(self) -> bool:
        return self.down_by is DownBy.SOURCE and self.source_kind is SourceKind.POST

    @property
    def can_be_taken_down(self) -> bool:
        """By an operator."""
        is_up = self.state in rules.TAKE_DOWN.sources
        return is_up or self.came_down_by_itself

    @property
    def is_waiting(self) -> bool:
        return self.state in rules.WAITING

    @property
    def source(self) -> str:
        """The public id of what it was made from; empty for what is no derived work."""
        if self.source_id is None:
            return ""
        return ids.public("clp" if self.source_kind is SourceKind.CLIP else "pst", self.source_id)

    @property
    def video(self) -> WorkCard | None:
        """None of stills, and of a video post without a file."""
        return self.works[0] if self.kind is PostKind.VIDEO and self.works else None

    @property
    def seconds(self) -> float:
        """How long its video plays; 0 without one."""
        return self.video.duration_ms / 1000 if self.video else 0.0

    @property
    def card_url(self) -> str:
        """The cover as a card in a grid shows it; empty until there is one."""
        return self._cover(_CARD_WIDTH)

    @property
    def screen_url(self) -> str:
        return self._cover(_SCREEN_WIDTH)

    @property
    def words(self) -> Words:
        """What its creator said, as `posts.change` takes it."""
        return Words(
            title=self.title,
            body=self.body,
            language=self.language,
            label=self.label.value,
            is_ai=self.is_ai,
            field=self.field.value,
            region=self.region,
            may_be_derived=self.may_be_derived,
        )

    def _cover(self, width: int) -> str:
        return self.works[0].cover_urls.get(width, "") if self.works else ""


def public(post_id: UUID) -> PostView:
    """A post that everybody may see. raises: NotFound. Six queries."""
    row = models.Post.objects.filter(pk=post_id, state=PostState.PUBLISHED.value).first()
    if row is None:
        raise NotFound
    return _views([row])[0]


def seen_by(actor: Actor, post_id: UUID) -> PostView:
    """As `public`, for one viewer; one query more but for guests.

    raises: NotFound (also while one has blocked the other).
    """
    view = public(post_id)
    if blocks.are_apart(actor.person_id, view.creator.person_id):
        raise NotFound
    return view


def own(post_id: UUID, *, actor: Actor) -> PostView:
    """A post whatever its state, for whoever works on it; until it is public its files can be
    looked at for two hours. raises: SignInFirst, NotFound.
    """
    if not actor.is_system:
        actor.require_person()
    row = models.Post.objects.filter(pk=post_id).first()
    if row is None:
        raise NotFound
    try:
        posts.require_owner(actor, row)
    except NotAllowed as error:
        raise NotFound from error
    return _for_owner(_views([row])[0])


def mine(
    *,
    actor: Actor,
    states: Iterable[PostState] = (),
    after: str | None = None,
    most: int = 24,
) -> Page[PostView]:
    """A creator's posts, newest first, with their files as by `own`; of some states, or all. Six
    queries.

    raises: SignInFirst, NotAllowed, Invalid (`after`).
    """
    rows = models.Post.objects.filter(creator=actor.require_creator())
    wanted = [state.value for state in states]
    found = pages.latest_ids_first(
        rows.filter(state__in=wanted) if wanted else rows, after=after, most=most
    )
    return found.of(_for_owner(view) for view in _views(found.rows))


def of_creator(creator_id: UUID, *, after: str | None = None, most: int = 24) -> Page[PostView]:
    """A creator's public posts, newest first. Six queries. raises: Invalid (`after`)."""
    rows = models.Post.objects.filter(creator=creator_id, state=PostState.PUBLISHED.value)
    found = pages.newest_first(rows, "published_at", after=after, most=most)
    return found.of(_views(found.rows))


def of_product(product_id: UUID, *, actor: Actor, most: int = 12) -> tuple[PostView, ...]:
    """Public posts that sell a product, newest first, but for those of people from whom the viewer
    is kept apart. Eight queries; seven for guests.

    One of less reach is seen by its creator and those who follow them.
    """
    hidden = blocks.creators_apart_from(actor.person_id)
    in_reach = Q(post__reach=Reach.FULL.value)
    if actor.person_id is not None:
        follows = models.Follow.objects.filter(person_id=actor.person_id)
        in_reach |= Q(post__creator__in=follows.values("creator"))
        in_reach |= Q(post__creator__person=actor.person_id)
    held = models.PostProduct.objects.filter(
        in_reach, product=product_id, post__state=PostState.PUBLISHED.value
    ).exclude(post__creator__in=hidden)
    return by_id(list(held.order_by("-id").values_list("post_id", flat=True)[:most]))


def creator_of(post_id: UUID) -> UUID:
    """Who published a post that everybody may see. raises: NotFound. One query."""
    rows = models.Post.objects.filter(pk=post_id, state=PostState.PUBLISHED.value)
    creator_id = rows.values_list("creator_id", flat=True).first()
    if creator_id is None:
        raise NotFound
    return creator_id


def by_id(post_ids: Sequence[UUID]) -> tuple[PostView, ...]:
    """Those of the posts that everybody may see, in the order given. Six queries."""
    rows = models.Post.objects.filter(pk__in=post_ids, state=PostState.PUBLISHED.value)
    found = {view.id: view for view in _views(list(rows))}
    return tuple(found[post_id] for post_id in post_ids if post_id in found)


def for_review(post_ids: Iterable[UUID]) -> dict[UUID, PostView]:
    """Posts by id, whatever their state, for whoever judges them. Six queries.

    Their files can be looked at for two hours, also while they are withheld.
    """
    found = _views(list(models.Post.objects.filter(pk__in=post_ids)))
    return {
        view.id: replace(view, works=tuple(judged_files.for_judges(one) for one in view.works))
        for view in found
    }


def _for_owner(view: PostView) -> PostView:
    works_of = (judged_files.for_owner(one, view.state) for one in view.works)
    return replace(view, works=tuple(works_of))


def _views(rows: Sequence[models.Post]) -> tuple[PostView, ...]:
    if not rows:
        return ()
    post_ids = [row.id for row in rows]
    hosts = creators.cards({row.creator_id for row in rows})
    work_ids: dict[UUID, list[UUID]] = {}
    held = models.PostWork.objects.filter(post__in=post_ids).order_by("position")
    for post_id, work_id in held.values_list("post_id", "work_id"):
        work_ids.setdefault(post_id, []).append(work_id)
    cards = works.cards(each for found in work_ids.values() for each in found)
    goods: dict[UUID, list[UUID]] = {}
    sold = models.PostProduct.objects.filter(post__in=post_ids).order_by("position")
    for post_id, product_id in sold.values_list("post_id", "product_id"):
        goods.setdefault(post_id, []).append(product_id)
    return tuple(
        PostView(
            id=row.id,
            public_id=ids.public("pst", row.id),
            creator=hosts[row.creator_id],
            shop_id=row.shop_id,
            kind=PostKind(row.kind),
            state=PostState(row.state),
            title=row.title,
            body=row.body,
            language=row.language,
            label=Label(row.label),
            is_ai=row.is_ai,
            field=Field(row.field),
            region=row.region,
            may_be_derived=row.may_be_derived,
            source_kind=SourceKind(row.source_kind),
            source_id=row.source_id,
            reach=Reach(row.reach),
            cause=row.cause,
            down_by=DownBy(row.down_by),
            made_at=row.made_at,
            scheduled_at=row.scheduled_at,
            published_at=row.published_at,
            works=tuple(cards[one] for one in work_ids.get(row.id, ()) if one in cards),
            product_ids=tuple(goods.get(row.id, ())),
        )
        for row in rows
    )
