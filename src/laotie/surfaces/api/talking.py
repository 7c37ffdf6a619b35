"""Likes, comments and blocks; a creator's works and counts; two creators side by side."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Status

from laotie.content.conversation import comments
from laotie.content.conversation.talk import CommentState, WhoTalks
from laotie.content.figures import snapshots
from laotie.content.figures.comparing import Flag
from laotie.content.figures.numbers import Said
from laotie.content.figures.sources import Source
from laotie.content.posting import post_pages, post_search, profiles
from laotie.content.relations import blocks, likes
from laotie.kernel import clock
from laotie.live import words
from laotie.look import answers
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.posts import PostOut
from laotie.surfaces.api.shapes import (
    CommentId,
    CreatorId,
    CreatorOut,
    Done,
    In,
    Out,
    PersonId,
    PersonOut,
    PostId,
)

router = Router(tags=["posts"])

Words = Annotated[str, Field(max_length=64)]
Ref = Annotated[str, Field(max_length=40)]


class LikedOut(Out):
    """likes: those that are taken to be true."""

    is_liked: bool
    likes: int


class AnswerOut(Out):
    id: CommentId
    post_id: PostId
    by: PersonOut
    text: str
    said_at: datetime
    state: CommentState
    is_mine: bool
    is_creator: bool
    may_remove: bool


class CommentOut(AnswerOut):
    """answers: the first three; `answers_after` asks for the rest, null at the end."""

    answers: list[AnswerOut]
    answers_after: str | None


class CommentIn(In):
    """answers_id: the comment that it answers, if it does."""

    text: str
    answers_id: CommentId | None = None


class WhoIn(In):
    """EVERYBODY, FOLLOWERS or NOBODY."""

    who: str


class WhoOut(Out):
    who: WhoTalks


class BlockedOut(Out):
    person: PersonOut
    blocked_at: datetime


class ProfileOut(Out):
    """Counts are of what is taken to be true. Shares are in percent, null without works."""

    creator: CreatorOut
    is_following: bool
    is_blocked: bool
    fans: int
    likes: int
    works: int
    stills: int
    ads: int
    stills_percent: Decimal | None
    ads_percent: Decimal | None


class ReadingOut(Out):
    """step: what the last digit was worth as it was said. raw: the text, to the letter."""

    value: int
    step: int
    raw: str
    is_corrected: bool


class ShareOfWorksOut(Out):
    bps: int
    how: Said
    raw: str


class CountedOut(Out):
    fans: ReadingOut
    likes: ReadingOut
    works: int | None
    stills: int | None
    ads: int | None
    stills_said: ShareOfWorksOut | None
    ads_said: ShareOfWorksOut | None


class SideOut(Out):
    """One day's counts. all_fans, all_likes: with those that were forged; null if nobody told."""

    ref: str
    name: str
    network: str
    joined_on: date | None
    as_of: date
    source: Source
    source_text: str
    counted: CountedOut
    all_fans: int | None
    all_likes: int | None
    corrected: list[str]


class RatioOut(Out):
    """Rounded half up. least and most: what it can be, as exact as its numbers were said."""

    value: Decimal
    least: Decimal
    most: Decimal


class DerivedOut(Out):
    likes_per_fan: RatioOut | None
    likes_per_work: RatioOut | None
    stills_percent: RatioOut | None
    ads_percent: RatioOut | None
    ads_at_least: int | None
    flags: Annotated[list[Flag], Field(default_factory=list)]


class ComparedOut(Out):
    one: DerivedOut
    other: DerivedOut
    fans_ratio: RatioOut | None
    likes_ratio: RatioOut | None
    likes_per_work_ratio: RatioOut | None


class CountsOut(Out):
    """One day's counts, and what follows from them; null where nobody told."""

    as_of: date
    fans: int
    likes: int
    works: int | None
    stills: int | None
    ads: int | None
    stills_percent: RatioOut | None
    ads_percent: RatioOut | None


class ComparisonOut(Out):
    """Ratios say how many times the other is the one. one_days, other_days: newest first, the last
    90 that are known.
    """

    one: SideOut
    other: SideOut
    found: ComparedOut
    one_days: list[CountsOut]
    other_days: list[CountsOut]


@router.put("/posts/{post_id}/like", response=LikedOut, summary="Like a post")
def like(request: HttpRequest, post_id: PostId) -> object:
    return likes.like(
        actor=door.actor(request),
        post_id=post_id,
        device=answers.device(request),
        now=clock.now(),
    )


@router.delete("/posts/{post_id}/like", response=LikedOut, summary="Like it no more")
def unlike(request: HttpRequest, post_id: PostId) -> object:
    return likes.unlike(actor=door.actor(request), post_id=post_id)


@router.get("/posts/{post_id}/comments", response=list[CommentOut], summary="What is said")
def list_comments(request: HttpRequest, post_id: PostId) -> object:
    """Newest first, each with its first answers. Public; one's own blocks are kept to."""
    return comments.under(post_id, actor=door.actor(request), **paging.asked(request))


@router.post("/posts/{post_id}/comments", response={201: CommentOut}, summary="Say something")
def say(request: HttpRequest, post_id: PostId, payload: CommentIn) -> object:
    """1 to 500 characters, ten a minute."""
    creator_id = post_pages.creator_of(post_id)
    said = comments.say(
        actor=door.actor(request),
        post_id=post_id,
        words=payload.text,
        answers_id=payload.answers_id,
        forbidden=words.of_creators({creator_id})[creator_id],
        now=clock.now(),
    )
    return Status(201, said)


@router.get("/comments/{comment_id}/answers", response=list[AnswerOut], summary="Its answers")
def list_answers(request: HttpRequest, comment_id: CommentId) -> object:
    """Oldest first."""
    return comments.answering(comment_id, actor=door.actor(request), **paging.asked(request))


@router.delete("/comments/{comment_id}", response=Done, summary="Take a comment away")
def remove_comment(request: HttpRequest, comment_id: CommentId) -> object:
    """One's own, or one under one's own post; its answers go too."""
    comments.remove(actor=door.actor(request), comment_id=comment_id, now=clock.now())
    return Done()


@router.put("/comment-rule", response=WhoOut, summary="Who may comment under my posts")
def let_talk(request: HttpRequest, payload: WhoIn) -> object:
    who = comments.let_talk(actor=door.actor(request), who=payload.who, now=clock.now())
    return WhoOut(who=who)


@router.get("/blocks", response=list[BlockedOut], summary="Whom I have blocked")
def list_blocked(request: HttpRequest) -> object:
    return blocks.mine(actor=door.actor(request), **paging.asked(request))


@router.put("/blocks/{person_id}", response=Done, summary="See nothing of somebody any more")
def block(request: HttpRequest, person_id: PersonId) -> object:
    """Both ways; whoever is blocked is not told."""
    blocks.block(actor=door.actor(request), person_id=person_id, now=clock.now())
    return Done()


@router.delete("/blocks/{person_id}", response=Done, summary="Lift one's block")
def unblock(request: HttpRequest, person_id: PersonId) -> object:
    blocks.unblock(actor=door.actor(request), person_id=person_id)
    return Done()


@router.get("/creators/{creator_id}/profile", response=ProfileOut, summary="A creator's counts")
def profile(request: HttpRequest, creator_id: CreatorId) -> object:
    found = profiles.page(creator_id, actor=door.actor(request), most=1)
    tally = found.tally
    return {
        "creator": found.creator,
        "is_following": found.is_following,
        "is_blocked": found.is_blocked,
        "fans": tally.fans,
        "likes": tally.likes,
        "works": tally.works,
        "stills": tally.stills,
        "ads": tally.ads,
        "stills_percent": tally.stills_percent,
        "ads_percent": tally.ads_percent,
    }


@router.get("/search/posts", response=list[PostOut], summary="Posts by words or sound")
def find_posts(request: HttpRequest, q: Words = "") -> object:
    return post_search.posts(q, actor=door.actor(request), **paging.asked(request))


@router.get("/search/creators", response=list[CreatorOut], summary="Creators by name or sound")
def find_creators(request: HttpRequest, q: Words = "") -> object:
    return post_search.people(q, actor=door.actor(request), **paging.asked(request))


@router.get("/comparisons", response=ComparisonOut, summary="Two creators side by side")
def compare(request: HttpRequest, one: Ref, other: Ref) -> object:
    """one, other: public ids of creators (`crt_…`), or of accounts elsewhere (`oac_…`)."""
    door.actor(request).require_person()
    return snapshots.compare(one, other)
