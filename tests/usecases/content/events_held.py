"""Events and rights for tests, given through use cases."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from tests import builders
from tests.builders import NOW
from tests.usecases.content import works_made

from laotie.content.kinds import PostKind
from laotie.content.licensing import occasions, rights
from laotie.content.licensing.grants import GrantCard
from laotie.content.licensing.licences import PLATFORM, Party, PartyKind, Scope, Use
from laotie.content.licensing.occasions import OccasionCard
from laotie.content.posting import posts, publishing, showings
from laotie.content.posting.posts import Words
from laotie.kernel.actor import Actor

DAY = timedelta(days=1)
ALL_USES = tuple(Use)


def an_event(
    name: str = "冬奥会", *, begins: datetime = NOW - DAY, ends: datetime = NOW + 30 * DAY,
    now: datetime = NOW,
) -> OccasionCard:  # fmt: skip
    return occasions.announce(
        actor=builders.an_operator(), name_zh=name, name_en="Winter Games", holder="国际奥委会",
        starts_at=begins, ends_at=ends, now=now,
    )  # fmt: skip


def terms(
    *, begins: datetime = NOW - DAY, ends: datetime = NOW + 10 * DAY, use: Use = Use.SHORT_VIDEO,
    **more: object,
) -> Scope:  # fmt: skip
    country = str(more.pop("territory", "CN"))
    return Scope(use, country, begins, ends, **more)  # type: ignore[arg-type]


def of(creator: Actor) -> Party:
    return Party(PartyKind.CREATOR, creator.require_creator())


def given(
    event: OccasionCard,
    holder: Party = PLATFORM,
    *,
    uses: Collection[Use] = (Use.SHORT_VIDEO,),
    scope: Scope | None = None,
    now: datetime = NOW,
) -> GrantCard:
    """The first of the grants that were given."""
    return rights.give(
        actor=builders.an_operator(), occasion_id=event.id, holder=holder, uses=uses,
        scope=scope or terms(), now=now,
    )[0]  # fmt: skip


def a_draft(
    creator: Actor,
    event: OccasionCard | None,
    *,
    use: Use = Use.SHORT_VIDEO,
    seen_at: datetime = NOW - timedelta(minutes=3),
    now: datetime = NOW,
) -> UUID:
    """A video of twelve seconds of an event, ready to be published."""
    words = Words(title="入场式", field="SPORT")
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, words=words, now=now)
    work_id = works_made.a_work(creator, now=now)
    posts.set_works(actor=creator, post_id=post.id, work_ids=[work_id], now=now)
    if event is not None:
        showings.set_occasion(
            actor=creator, post_id=post.id, occasion_id=event.id, use=use, event_time=seen_at,
            now=now,
        )  # fmt: skip
    return post.id


def a_public_showing(creator: Actor, event: OccasionCard, *, now: datetime = NOW) -> UUID:
    post_id = a_draft(creator, event, seen_at=now - timedelta(minutes=3), now=now)
    publishing.publish(actor=creator, post_id=post_id, now=now)
    return post_id


def state_of(post_id: UUID) -> tuple[str, str]:
    row = works_made.post_of(post_id)
    return row.state, row.cause
