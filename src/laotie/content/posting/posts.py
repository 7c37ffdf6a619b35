"""Posts as their creators make them: words, files and goods, until they are handed in.

A post is its creator's; staff who stage for its shop may work on it too. What is changed here is
seen by nobody else before `publishing` has made it public.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import regions
from laotie.alliance import plans
from laotie.catalog import queries as catalog
from laotie.content import kinds, models, rules
from laotie.content.files import works
from laotie.content.files.footage import Kind, Origin, WorkState
from laotie.content.judgement import moderation
from laotie.content.kinds import Field, Label, PostKind, PostState, SourceKind
from laotie.content.licensing import licensed
from laotie.content.posting import gates
from laotie.kernel import ids, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import listings

LANGUAGES = ("zh-hans", "en")
DRAFTS_AT_ONCE = 200


class NotOnSale(Refusal):
    code = "NOT_FOR_SALE"
    message = _("This is not on sale right now.")


class TooManyDrafts(Refusal):
    code = "TOO_MANY_DRAFTS"
    message = _("You have %(most)s posts that are not published. Publish or delete some first.")


class CutElsewhere(Refusal):
    """What was cut from a show is shown by the post that was made of it, with its rights."""

    code = "CUT_ELSEWHERE"
    message = _("This was cut from a live room. It stays with the post that was made from it.")


class FileTaken(Refusal):
    code = "FILE_TAKEN"
    message = _("This file belongs to another post. Send it again to use it here.")


@dataclass(frozen=True, slots=True)
class Words:
    """What a creator says about a post. region: a code of `accounts.regions`, or empty.

    may_be_derived: other creators may build on it, naming it as their source.
    """

    title: str = ""
    body: str = ""
    language: str = "zh-hans"
    label: str = Label.ORGANIC.value
    is_ai: bool = False
    field: str = Field.OTHER.value
    region: str = ""
    may_be_derived: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What a derived work was made from."""

    kind: SourceKind
    id: UUID


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as it was left. cause: why it came back or was taken down; empty otherwise."""

    id: UUID
    public_id: str
    creator_id: UUID
    shop_id: UUID | None
    kind: PostKind
    state: PostState
    label: Label
    title: str
    cause: str
    scheduled_at: datetime | None
    published_at: datetime | None


@use_case
def begin(
    *,
    actor: Actor,
    kind: PostKind,
    words: Words | None = None,
    shop_id: UUID | None = None,
    source: Source | None = None,
    now: datetime,
) -> PostCard:
    """The actor has a draft of their own.

    shop_id: whose staff with the right `stage` may work on it too; the actor must have that right.
    source:  another post that it builds on; what is cut from a live room comes by `from_clip`.
    raises:  SignInFirst, NotAllowed (no creator), Invalid, TooManyDrafts, SourceGone, SourceClosed.
    """
    creator_id = actor.require_creator()
    if shop_id is not None:
        actor.require_shop(shop_id, "stage")
    if source is not None:
        if source.kind is not SourceKind.POST:
            raise Invalid(field="source", reason="choice")
        gates.require_open_source(source.id, creator_id)
    post = make(creator_id, kind=kind, shop_id=shop_id, source=source, now=now)
    if words is not None:
        _write(post, words, now=now)
    return card_of(post)


@needs_transaction
def make(
    creator_id: UUID,
    *,
    kind: PostKind,
    shop_id: UUID | None = None,
    source: Source | None = None,
    now: datetime,
) -> models.Post:
    """An empty draft. raises: TooManyDrafts."""
    unpublished = models.Post.objects.filter(creator=creator_id, published_at__isnull=True)
    if unpublished.count() >= DRAFTS_AT_ONCE:
        raise TooManyDrafts(most=DRAFTS_AT_ONCE)
    return models.Post.objects.create(
        creator_id=creator_id,
        shop_id=shop_id,
        kind=kind.value,
        language=LANGUAGES[0],
        source_kind=source.kind.value if source else SourceKind.NONE.value,
        source_id=source.id if source else None,
        made_at=now,
        changed_at=now,
    )


@needs_transaction
def from_clip(
    *,
    creator_id: UUID,
    shop_id: UUID | None,
    clip_id: UUID,
    work_id: UUID,
    product_id: UUID,
    title: str,
    language: str,
    now: datetime,
) -> UUID:
    """The draft that a clip of a live room became: its video, and the product it explains.

    The caller has seen to it that the room's stage is the actor's, and had the work made.
    """
    post = make(
        creator_id,
        kind=PostKind.VIDEO,
        shop_id=shop_id,
        source=Source(SourceKind.CLIP, clip_id),
        now=now,
    )
    models.PostWork.objects.create(post=post, work_id=work_id, position=1)
    models.PostProduct.objects.create(post=post, product_id=product_id, position=1)
    post.title, post.label = title[: kinds.TITLE_LETTERS], Label.AD.value
    post.language = language if language in LANGUAGES else LANGUAGES[0]
    post.save(update_fields=["title", "label", "language"])
    return post.id


def made_from(kind: SourceKind, source_ids: Collection[UUID]) -> dict[UUID, PostCard]:
    """Which of these were made into posts, and into which one first. One query."""
    made = models.Post.objects.filter(source_kind=kind.value, source_id__in=source_ids)
    found: dict[UUID, PostCard] = {}
    for post in made.order_by("id"):
        assert post.source_id is not None
        found.setdefault(post.source_id, card_of(post))
    return found


@use_case
def change(*, actor: Actor, post_id: UUID, words: Words, now: datetime) -> PostCard:
    """The post's words are these. raises: NotFound, NotAllowed, WrongState, Invalid."""
    post = locked_for_change(actor, post_id)
    _write(post, words, now=now)
    return card_of(post)


@use_case
def set_works(*, actor: Actor, post_id: UUID, work_ids: Sequence[UUID], now: datetime) -> PostCard:
    """The post shows these files, in this order: one video, or up to nine stills.

    Files may still be under way; a published post goes on waiting for them.
    raises: NotFound (also a file of somebody else), NotAllowed, WrongState, Invalid, FileTaken,
        CutElsewhere.
    """
    post = locked_for_change(actor, post_id)
    wanted = list(dict.fromkeys(work_ids))
    most = 1 if post.kind == PostKind.VIDEO else kinds.MOST_STILLS
    if len(wanted) > most:
        raise Invalid(field="work_ids", reason="too_many")
    kind = Kind.VIDEO if post.kind == PostKind.VIDEO else Kind.STILL
    there = set(
        models.Work.objects.filter(
            pk__in=wanted, creator=post.creator_id, kind=kind.value, removed_at__isnull=True
        )
        .exclude(state=WorkState.CANCELLED.value)
        .values_list("id", flat=True)
    )
    if there != set(wanted):
        raise NotFound
    if models.PostWork.objects.filter(work__in=wanted).exclude(post=post).exists():
        raise FileTaken
    cut = models.Work.objects.filter(pk__in=wanted, origin=Origin.CLIP.value)
    own = {post.source_id} if post.source_kind == SourceKind.CLIP else set()
    if set(cut.values_list("source_id", flat=True)) - own:
        raise CutElsewhere
    models.PostWork.objects.filter(post=post).delete()
    models.PostWork.objects.bulk_create(
        models.PostWork(post=post, work_id=work_id, position=position)
        for position, work_id in enumerate(wanted, start=1)
    )
    _touch(post, now=now)
    return card_of(post)


@use_case
def set_products(
    *, actor: Actor, post_id: UUID, product_ids: Sequence[UUID], now: datetime
) -> PostCard:
    """The post sells these, in this order; with any of them it is labelled as an ad.

    Another shop's product is sold under its open plan, which the creator accepts by this.
    raises: NotFound, NotAllowed, WrongState, Invalid, NotOnSale, what `plans.accept` does.
    """
    post = locked_for_change(actor, post_id)
    wanted = list(dict.fromkeys(product_ids))
    if len(wanted) > kinds.MOST_PRODUCTS:
        raise Invalid(field="product_ids", reason="too_many")
    had = set(_products(post).values_list("product_id", flat=True))
    cards = catalog.product_cards(wanted)
    for product_id in wanted:
        product = cards.get(product_id)
        if product is None:
            raise NotFound
        if product_id in had:
            continue
        if not product.is_on_sale:
            raise NotOnSale
        if product.shop_id != post.shop_id:  # A shop's own post needs no commission.
            plans.accept(post.creator_id, product_id, now=now)
    _products(post).delete()
    models.PostProduct.objects.bulk_create(
        models.PostProduct(post=post, product_id=product_id, position=position)
        for position, product_id in enumerate(wanted, start=1)
    )
    if wanted:
        post.label = Label.AD.value
    _touch(post, now=now)
    return card_of(post)


@use_case
def delete(*, actor: Actor, post_id: UUID, now: datetime) -> None:
    """A post that was never public is gone, with its files and links; nobody judges it any more.

    raises: NotFound, NotAllowed, WrongState (it was public, or is under review).
    """
    post = locked_for_change(actor, post_id)
    if post.published_at is not None:
        raise WrongState(step="post.delete")
    held = models.PostWork.objects.filter(post=post)
    works.remove(list(held.values_list("work_id", flat=True)), now=now)
    held.delete()
    _products(post).delete()
    licensed.drop(post_id)
    listings.end_all(post_id, now=now)
    moderation.close_case(post_id, now=now)
    post.delete()


@needs_transaction
def locked(post_id: UUID) -> models.Post:
    """The post, locked until the caller commits. raises: NotFound."""
    post = models.Post.objects.select_for_update(no_key=True).filter(pk=post_id).first()
    if post is None:
        raise NotFound
    return post


@needs_transaction
def locked_for(actor: Actor, post_id: UUID) -> models.Post:
    """The post, locked, if it is the actor's to work on. raises: SignInFirst, NotFound."""
    if not actor.is_system:
        actor.require_person()
    post = locked(post_id)
    require_owner(actor, post)
    return post


@needs_transaction
def locked_for_change(actor: Actor, post_id: UUID) -> models.Post:
    """As `locked_for`, while its creator may change it. raises: WrongState as well."""
    post = locked_for(actor, post_id)
    if PostState(post.state) not in rules.EDITABLE:
        raise WrongState(step="post.change")
    return post


def require_owner(actor: Actor, post: models.Post) -> None:
    """A draft of another is not there for anybody else. raises: NotFound, NotAllowed."""
    if rules.may_edit(actor, creator_id=post.creator_id, shop_id=post.shop_id):
        return
    if post.state == PostState.PUBLISHED:
        raise NotAllowed(right="post")
    raise NotFound


def card_of(post: models.Post) -> PostCard:
    """As the row says; nothing is looked up."""
    return PostCard(
        id=post.id,
        public_id=ids.public("pst", post.id),
        creator_id=post.creator_id,
        shop_id=post.shop_id,
        kind=PostKind(post.kind),
        state=PostState(post.state),
        label=Label(post.label),
        title=post.title,
        cause=post.cause,
        scheduled_at=post.scheduled_at,
        published_at=post.published_at,
    )


def _products(post: models.Post) -> QuerySet[models.PostProduct]:
    return models.PostProduct.objects.filter(post=post)


@needs_transaction
def _write(post: models.Post, words: Words, *, now: datetime) -> None:
    title = text.clean_line(
        words.title,
        field="title",
        longest=kinds.TITLE_LETTERS,
        required=post.state != PostState.DRAFT,
    )
    body = text.clean_block(words.body, field="body", longest=kinds.BODY_LETTERS, required=False)
    for field, value, known in (
        ("language", words.language, LANGUAGES),
        ("label", words.label, tuple(Label)),
        ("field", words.field, tuple(Field)),
    ):
        if value not in known:
            raise Invalid(field=field, reason="choice")
    if words.region:
        regions.clean_code(words.region, field="region")
    if words.label != Label.AD and _products(post).exists():
        raise gates.LabelNeeded(label=Label.AD.value)
    post.title, post.body, post.language = title, body, words.language
    post.label, post.is_ai, post.field = words.label, words.is_ai, words.field
    post.region, post.may_be_derived = words.region, words.may_be_derived
    _touch(post, now=now)


@needs_transaction
def _touch(post: models.Post, *, now: datetime) -> None:
    """What it came back for may be mended by this, so the cause goes."""
    post.changed_at, post.cause = now, ""
    post.save()
