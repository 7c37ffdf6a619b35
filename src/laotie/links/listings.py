"""Links to other networks that shops and creators put up; the rules are asked when they do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.events.links import ExternalLinkEnded, ExternalLinkListed
from laotie.kernel import event_log, ids, media, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import models, networks, policy, rules
from laotie.links.rules import Decision, LinkRule, ListingState, PreviewState, Surface

_LARGEST_FEN = 10_000_000_00


class TooManyLinks(Refusal):
    """`most`: how many may stand in one place."""

    code = "TOO_MANY_LINKS"
    message = _("At most %(most)s links may stand here. Take one away first.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link stands, and whose it is: exactly one of shop and creator.

    place_id: the room or the post of a bag; None on pages that are the owner's own.
    """

    surface: Surface
    shop_id: UUID | None = None
    creator_id: UUID | None = None
    product_id: UUID | None = None
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListingCard:
    """A link as it stands. `blocked`: the rule's no at the moment asked for, if it is one.

    title, picture_url: what was found behind it; empty until somebody has looked.
    cause: why nothing was found there: empty unless the look was given up.
    """

    id: UUID
    public_id: str
    network: str
    network_name: dict[str, str]
    place: Place
    url: str
    price_fen: int | None
    title: str
    picture_url: str
    cause: str
    made_at: datetime
    blocked: Decision | None

    @property
    def is_open(self) -> bool:
        return self.blocked is None


@use_case
def publish_own(
    *,
    actor: Actor,
    surface: str,
    shop_id: UUID | None = None,
    url: str,
    price_fen: int | None = None,
    now: datetime,
) -> ListingCard:
    """A link stands on a shop's page (`shop_home`), or on the actor's own as a creator (`profile`).

    raises: SignInFirst, NotFound, NotAllowed, Invalid and as `publish`.
    """
    if surface == Surface.SHOP_HOME and shop_id is not None:
        actor.require_shop(shop_id, "manage")
        place = Place(Surface.SHOP_HOME, shop_id=shop_id)
    elif surface == Surface.PROFILE and shop_id is None:
        place = Place(Surface.PROFILE, creator_id=actor.require_creator())
    else:
        raise Invalid(field="surface", reason="choice")
    return publish(place, actor=actor, url=url, price_fen=price_fen, now=now)


@needs_transaction
def publish(
    place: Place, *, actor: Actor, url: str, price_fen: int | None, now: datetime
) -> ListingCard:
    """The link stands there, if the rules of this second let it; twice is once.

    The caller knows that the place is the actor's to fill.
    url:       of a known network; a fragment is dropped.
    price_fen: what it costs over there, if the owner says so; 1 fen to 10 million yuan.
    raises:    AddressRefused, UnknownNetwork, Invalid, LinkBlocked, TooManyLinks.
    """
    assert (place.shop_id is None) != (place.creator_id is None)
    person_id = actor.require_person()
    found = networks.recognise(url)
    if price_fen is not None and not 1 <= price_fen <= _LARGEST_FEN:
        raise Invalid(field="price_fen", reason="range")
    decision = policy.require(found.code, place.surface, at=now)
    _lock(place)
    standing = list(_at(place))
    same = next((row for row in standing if row.url == found.url), None)
    if same is not None:
        return _cards([same], now=now)[0]
    if len(standing) >= rules.LISTINGS_PER_PLACE:
        raise TooManyLinks(most=rules.LISTINGS_PER_PLACE)
    row = models.Listing.objects.create(
        network_id=found.network_id,
        surface=place.surface.value,
        shop_id=place.shop_id,
        creator_id=place.creator_id,
        product_id=place.product_id,
        place_id=place.place_id,
        url=found.url,
        price_fen=price_fen,
        state=ListingState.PUBLISHED.value,
        rule_id=decision.rule_id,
        made_by_id=person_id,
        made_at=now,
    )
    models.Preview.objects.create(listing=row, state=PreviewState.WAITING.value, next_at=now)
    event_log.publish(
        ExternalLinkListed(
            listing_id=row.id,
            network=found.code,
            surface=place.surface,
            shop_id=place.shop_id,
            creator_id=place.creator_id,
            product_id=place.product_id,
            place_id=place.place_id,
        )
    )
    return _cards([row], now=now)[0]


@use_case
def end(*, actor: Actor, listing_id: UUID, now: datetime) -> None:
    """The link stands there no more; orders that came of it go on. Twice is once.

    raises: SignInFirst, SecondStepNeeded, NotFound, NotAllowed.
    """
    _end(_mine(actor, listing_id), now=now)


@needs_transaction
def end_in(place_id: UUID, listing_id: UUID, *, now: datetime) -> None:
    """As `end`, of a link in a room's or a post's bag, which the caller knows to be the actor's.

    raises: NotFound, also for a link of another place.
    """
    row = _whole(models.Listing.objects.filter(pk=listing_id, place_id=place_id)).first()
    if row is None:
        raise NotFound
    _end(row, now=now)


@needs_transaction
def end_all(place_id: UUID, *, now: datetime) -> None:
    """The room or post is no more, and its links with it. A second call does nothing."""
    for row in _whole(models.Listing.objects.filter(place_id=place_id)):
        _end(row, now=now)


@needs_transaction
def _end(row: models.Listing, *, now: datetime) -> None:
    taken = models.Listing.objects.filter(pk=row.id, state=ListingState.PUBLISHED.value).update(
        state=ListingState.ENDED.value, ended_at=now
    )
    if taken:
        event_log.publish(
            ExternalLinkEnded(listing_id=row.id, network=row.network.code, surface=row.surface)
        )


def of_product(
    product_id: UUID, *, at: datetime, published: Sequence[LinkRule] | None = None
) -> tuple[ListingCard, ...]:
    """Links on a product's page, blocked ones among them, oldest first. Three queries, ≤ 4 rows.

    published: the rules, where they were read just now; then it is one query less.
    """
    rows = models.Listing.objects.filter(
        product_id=product_id,
        surface=Surface.PRODUCT_DETAIL.value,
        state=ListingState.PUBLISHED.value,
    )
    return _cards(list(_whole(rows)), now=at, published=published)


def of_place(
    place_id: UUID, *, at: datetime, published: Sequence[LinkRule] | None = None
) -> tuple[ListingCard, ...]:
    """Links in a room's or a post's bag, blocked ones among them, oldest first. Three queries.

    published: as in `of_product`.
    """
    rows = models.Listing.objects.filter(place_id=place_id, state=ListingState.PUBLISHED.value)
    return _cards(list(_whole(rows)), now=at, published=published)


def places_with(surface: Surface, *, after: UUID | None, most: int) -> list[UUID]:
    """Rooms or posts with links that stand, in the order of their ids. One query.

    after: the last of those that came before; None for the first.
    """
    rows = models.Listing.objects.filter(
        surface=surface.value, state=ListingState.PUBLISHED.value, place_id__isnull=False
    )
    if after is not None:
        rows = rows.filter(place_id__gt=after)
    places = rows.order_by("place_id").values_list("place_id", flat=True).distinct()[:most]
    return [place_id for place_id in places if place_id is not None]


def urls_in(place_id: UUID) -> tuple[str, ...]:
    """Where the links in a bag lead, blocked ones among them, oldest first. One query."""
    rows = models.Listing.objects.filter(place_id=place_id, state=ListingState.PUBLISHED.value)
    return tuple(rows.order_by("made_at", "id").values_list("url", flat=True))


def of_shop(
    shop_id: UUID, *, actor: Actor, at: datetime, published: Sequence[LinkRule] | None = None
) -> tuple[ListingCard, ...]:
    """The newest 200 links of a shop, wherever they stand; for its staff. Three queries.

    published: as in `of_product`.
    raises:    SignInFirst, SecondStepNeeded, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "manage")
    rows = models.Listing.objects.filter(shop=shop_id, state=ListingState.PUBLISHED.value)
    newest = _whole(rows, order=("-made_at", "-id"))[:200]
    return _cards(list(newest), now=at, published=published)


def of_creator(
    *, actor: Actor, at: datetime, published: Sequence[LinkRule] | None = None
) -> tuple[ListingCard, ...]:
    """One's own newest 200 links as a creator, wherever they stand. Three queries.

    published: as in `of_product`.
    raises:    SignInFirst, NotAllowed (no creator).
    """
    creator_id = actor.require_creator()
    rows = models.Listing.objects.filter(creator=creator_id, state=ListingState.PUBLISHED.value)
    newest = _whole(rows, order=("-made_at", "-id"))[:200]
    return _cards(list(newest), now=at, published=published)


def put_up_by(
    creator_ids: Collection[UUID], *, since: datetime, until: datetime
) -> dict[UUID, list[datetime]]:
    """When these creators put up links on pages, in rooms and in posts of theirs. One query.

    since, until: both belong to it. Links that were taken away again count.
    """
    rows = models.Listing.objects.filter(
        creator__in=creator_ids, made_at__gte=since, made_at__lte=until
    )
    found: dict[UUID, list[datetime]] = {}
    for creator_id, at in rows.order_by("made_at").values_list("creator_id", "made_at"):
        assert creator_id is not None, "asked for by its creator"
        found.setdefault(creator_id, []).append(at)
    return found


def of_owner_page(place: Place, *, at: datetime) -> tuple[ListingCard, ...]:
    """Links on a shop's or a creator's own page, blocked ones among them. Three queries."""
    assert place.product_id is None
    assert place.place_id is None
    return _cards(list(_whole(_at(place))), now=at)


def open_ones(cards: Iterable[ListingCard]) -> tuple[ListingCard, ...]:
    """Those that buyers see."""
    return tuple(card for card in cards if card.is_open)


def standing(listing_id: UUID, *, at: datetime) -> ListingCard:
    """One link that stands, blocked or not. Three queries. raises: NotFound."""
    rows = models.Listing.objects.filter(pk=listing_id, state=ListingState.PUBLISHED.value)
    cards = _cards(list(_whole(rows)), now=at)
    if not cards:
        raise NotFound
    return cards[0]


def place_of(listing_id: UUID) -> Place:
    """Where a link stands, or stood. One query. raises: NotFound."""
    row = models.Listing.objects.filter(pk=listing_id).first()
    if row is None:
        raise NotFound
    return _place(row)


def _mine(actor: Actor, listing_id: UUID) -> models.Listing:
    actor.require_person()
    row = models.Listing.objects.select_related("network").filter(pk=listing_id).first()
    if row is None:
        raise NotFound
    if row.shop_id is not None:
        actor.require_shop(row.shop_id, "manage")
    elif row.creator_id != actor.creator_id and not actor.is_operator:
        raise NotFound
    return row


@needs_transaction
def _lock(place: Place) -> None:
    """Until the transaction ends, nobody else puts a link into this place."""
    owner = place.shop_id or place.creator_id
    named = f"links {place.surface} {owner} {place.product_id} {place.place_id}"
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [named])


def _at(place: Place) -> QuerySet[models.Listing]:
    return models.Listing.objects.filter(
        surface=place.surface.value,
        shop=place.shop_id,
        creator=place.creator_id,
        product_id=place.product_id,
        place_id=place.place_id,
        state=ListingState.PUBLISHED.value,
    )


def _whole(
    rows: QuerySet[models.Listing], *, order: Sequence[str] = ("made_at", "id")
) -> QuerySet[models.Listing]:
    return rows.select_related("network").order_by(*order)


def _cards(
    rows: Sequence[models.Listing],
    *,
    now: datetime,
    published: Sequence[LinkRule] | None = None,
) -> tuple[ListingCard, ...]:
    """With what holds for each now and what was found behind it; none, no further query."""
    if not rows:
        return ()
    if published is None:
        published = policy.published()
    found = {row.listing_id: row for row in models.Preview.objects.filter(listing__in=rows)}
    cards = []
    for row in rows:
        surface = Surface(row.surface)
        decision = rules.decide(
            published, network=row.network.code, surface=surface, at=now, default=policy.default()
        )
        preview = found.get(row.id)
        picture = preview.picture if preview else ""
        cards.append(
            ListingCard(
                id=row.id,
                public_id=ids.public("lnk", row.id),
                network=row.network.code,
                network_name={"zh": row.network.name_zh, "en": row.network.name_en},
                place=_place(row),
                url=row.url,
                price_fen=row.price_fen,
                title=preview.title if preview else "",
                picture_url=media.address(f"/media/pictures/{picture}/320.webp") if picture else "",
                cause=preview.cause if preview else "",
                made_at=row.made_at,
                blocked=None if decision.is_allowed else decision,
            )
        )
    return tuple(cards)


def _place(row: models.Listing) -> Place:
    surface = Surface(row.surface)
    return Place(surface, row.shop_id, row.creator_id, row.product_id, row.place_id)
