"""What a post may be and where it may go: pure decisions over its states."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.states import step

TITLE_LETTERS = 60
BODY_LETTERS = 2000
MOST_PRODUCTS = 9
MOST_STILLS = 9
LONGEST_WAIT = timedelta(days=60)  # How far ahead a post may be scheduled.


class PostKind(StrEnum):
    """What is looked at."""

    VIDEO = "VIDEO"
    STILLS = "STILLS"


class PostState(StrEnum):
    """Who sees a post, and what it waits for."""

    DRAFT = "DRAFT"  # Its creator's alone; `cause` tells why it came back.
    TRANSCODING = "TRANSCODING"  # Goes on by itself once its files are ready.
    SCHEDULED = "SCHEDULED"  # Goes public at `scheduled_at`.
    MACHINE_REVIEW = "MACHINE_REVIEW"
    HUMAN_REVIEW = "HUMAN_REVIEW"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"  # Taken down by its creator, who may publish it again.
    TAKEN_DOWN = "TAKEN_DOWN"  # By the platform; `cause` says why.
    APPEALED = "APPEALED"  # Still down; somebody looks again.
    UPHELD = "UPHELD"  # Down for good.


class Label(StrEnum):
    """What a post is beside what it shows. A post with goods is an AD, and says so."""

    ORGANIC = "ORGANIC"
    AD = "AD"
    PROMO = "PROMO"  # Its creator tells of their own show or goods, without a link to buy.


class Reach(StrEnum):
    """LIMITED: whoever has the address or follows its creator sees it; no feed recommends it."""

    FULL = "FULL"
    LIMITED = "LIMITED"


class Field(StrEnum):
    """What a post is about: the belts of the feed, and what creator programmes count by."""

    POPULAR_SCIENCE = "POPULAR_SCIENCE"
    FINANCE = "FINANCE"
    CAREER = "CAREER"
    KNOWLEDGE = "KNOWLEDGE"
    FASHION = "FASHION"
    BEAUTY = "BEAUTY"
    FOOD = "FOOD"
    HOME = "HOME"
    DIGITAL = "DIGITAL"
    SPORT = "SPORT"
    MUSIC = "MUSIC"
    FILM = "FILM"
    TRAVEL = "TRAVEL"
    FAMILY = "FAMILY"
    COUNTRYSIDE = "COUNTRYSIDE"
    OTHER = "OTHER"


class SourceKind(StrEnum):
    """What a derived work was made from."""

    NONE = ""
    CLIP = "CLIP"  # One explanation of a product, cut from a live room.
    POST = "POST"  # Another post, with its creator's leave.


# What its creator may still change.
EDITABLE = frozenset({PostState.DRAFT, PostState.SCHEDULED, PostState.WITHDRAWN})
# What waits for something else than its creator.
WAITING = frozenset(
    {
        PostState.TRANSCODING,
        PostState.SCHEDULED,
        PostState.MACHINE_REVIEW,
        PostState.HUMAN_REVIEW,
    }
)
# Where a post is on its way to the public, or back to it.
_ON_THE_WAY = frozenset({PostState.DRAFT, PostState.WITHDRAWN}) | WAITING

AWAIT_FILES = step("post.await_files", _ON_THE_WAY, PostState.TRANSCODING)
SCHEDULE = step("post.schedule", _ON_THE_WAY, PostState.SCHEDULED)
SEND_TO_MACHINE = step("post.send_to_machine", _ON_THE_WAY, PostState.MACHINE_REVIEW)
SEND_TO_PERSON = step("post.send_to_person", _ON_THE_WAY, PostState.HUMAN_REVIEW)
PUBLISH = step("post.publish", _ON_THE_WAY, PostState.PUBLISHED)
SEND_BACK = step("post.send_back", WAITING, PostState.DRAFT)
WITHDRAW = step("post.withdraw", {PostState.PUBLISHED}, PostState.WITHDRAWN)
TAKE_DOWN = step("post.take_down", {PostState.PUBLISHED, PostState.WITHDRAWN}, PostState.TAKEN_DOWN)
APPEAL = step("post.appeal", {PostState.TAKEN_DOWN}, PostState.APPEALED)
RESTORE = step("post.restore", {PostState.TAKEN_DOWN, PostState.APPEALED}, PostState.PUBLISHED)
UPHOLD = step("post.uphold", {PostState.APPEALED}, PostState.UPHELD)


def may_edit(actor: Actor, *, creator_id: UUID, shop_id: UUID | None) -> bool:
    """Whether the post is the actor's: its creator, or staff who stage for its shop."""
    if actor.is_system or actor.creator_id == creator_id:
        return True
    return shop_id is not None and "stage" in actor.shop_rights.get(shop_id, frozenset())
