"""What a creator's page says of them: fans, likes, works, and what these consist of."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from laotie.accounts import creators
from laotie.accounts.creators import CreatorCard
from laotie.content.posting import post_pages
from laotie.content.posting.post_pages import PostView
from laotie.content.relations import blocks, follows
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page

_PERCENT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a creator that everybody may see; valid ones alone. ads: works that advertise."""

    fans: int
    likes: int
    works: int
    stills: int
    ads: int

    @property
    def stills_percent(self) -> Decimal | None:
        """Of works that are pictures, to a tenth; None without works."""
        return _percent(self.stills, self.works)

    @property
    def ads_percent(self) -> Decimal | None:
        return _percent(self.ads, self.works)


@dataclass(frozen=True, slots=True)
class Profile:
    """A creator for one visitor.

    is_blocked: the visitor has blocked them; then there are no works and all counts are 0.
    """

    creator: CreatorCard
    tally: Tally
    works: Page[PostView]
    is_following: bool
    is_self: bool
    is_blocked: bool


def page(creator_id: UUID, *, actor: Actor, after: str | None = None, most: int = 24) -> Profile:
    """At most eleven queries, however many works there are.

    raises: NotFound (also for whom the creator has blocked), Invalid (`after`).
    """
    creator = creators.card(creator_id)
    is_self = actor.creator_id == creator_id
    if not is_self and blocks.are_apart(actor.person_id, creator.person_id):
        if not blocks.has_blocked(actor.person_id, creator.person_id):
            raise NotFound
        nothing = Tally(0, 0, 0, 0, 0)
        return Profile(creator, nothing, Page((), None), False, False, True)
    return Profile(
        creator=creator,
        tally=tally(creator_id),
        works=post_pages.of_creator(creator_id, after=after, most=most),
        is_following=follows.is_following(actor.person_id, creator_id),
        is_self=is_self,
        is_blocked=False,
    )


def tally(creator_id: UUID) -> Tally:
    """Two queries."""
    ((works, stills, ads, likes),) = sql.rows(
        "SELECT count(*), count(*) FILTER (WHERE p.kind = 'STILLS'),"
        " count(*) FILTER (WHERE p.label <> 'ORGANIC'), coalesce(sum(f.likes), 0)"
        " FROM content_post p LEFT JOIN content_postfigures f ON f.post_id = p.id"
        " WHERE p.creator_id = %s AND p.state = 'PUBLISHED'",
        [creator_id],
    )
    return Tally(follows.followers(creator_id), int(likes), int(works), int(stills), int(ads))


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(_PERCENT, ROUND_HALF_UP)
