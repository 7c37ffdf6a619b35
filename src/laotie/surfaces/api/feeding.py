"""The feed of posts, page by page, and what a program's viewer looked at."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router

from laotie.content.industry import belts
from laotie.content.posting import post_pages
from laotie.content.viewing import feed as feeds
from laotie.content.viewing import marks, ranking, signals
from laotie.content.viewing.ranking import Place, Why
from laotie.content.viewing.signals import Seen
from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.live import queries
from laotie.surfaces.api import door
from laotie.surfaces.api.posts import PostOut
from laotie.surfaces.api.shapes import BeltOut, CreatorId, In, Out, PostId
from laotie.surfaces.api.watching import SlideOut, with_playlist

router = Router(tags=["posts"])

Mark = Annotated[str, Field(max_length=4000)]


class PointsOut(Out):
    """What each part of the formula gave; their sum orders the page."""

    fresh: float
    watched: float
    follow: float
    taste: float
    kin: float
    trust: float
    seen: float
    variety: float


class ShownOut(Out):
    """A post of the feed. why: the reason that weighs most. points: null where time alone ranks.

    by_creator: of the reason KIN, whom the viewer watches. mark: to be told with a visit to it;
    empty where time alone ranks.
    """

    post: PostOut
    why: Why
    points: PointsOut | None
    by_creator: CreatorId | None
    mark: str


class FeedOut(Out):
    """after: asks for the next page; null at the end. version: of the formula.

    belt: the one that was chosen, whose members' posts these are.
    live: rooms on air of those whom the viewer follows, to be shown before the rows; on the first
    page of RECOMMENDED and of FOLLOWING, else empty.
    """

    live: list[SlideOut]
    rows: list[ShownOut]
    after: str | None
    version: int
    belt: BeltOut | None


class SeenIn(In):
    """One look of a second or longer. id: a UUID of the viewer's program; told twice, counts once.

    place: RECOMMENDED, FOLLOWING, BELT, FIELD, REGION, or PAGE for a post's own. end: watched to
    the end. mark: as the feed gave it.
    """

    id: Annotated[str, Field(min_length=32, max_length=36)]
    post_id: PostId
    place: str
    ms: int
    end: bool
    mark: Annotated[str, Field(max_length=marks.LONGEST)] = ""


class VisitsIn(In):
    visits: list[SeenIn]


class TakenOut(Out):
    taken: int


@router.get("/belts", response=list[BeltOut], summary="Industrial belts to choose from")
def list_belts(request: HttpRequest) -> object:
    """All that are open, by place."""
    del request
    return belts.open_ones()


@router.get("/feed/posts", response=FeedOut, summary="Posts to scroll, and why each of them")
def posts(
    request: HttpRequest,
    tab: str = "RECOMMENDED",
    belt: str = "",
    field: str = "",
    region: str = "",
    after: Mark = "",
    limit: int = feeds.PAGE,
) -> object:
    """tab: RECOMMENDED, FOLLOWING, BELT (with `belt`), FIELD (with `field`) or REGION (with
    `region`). limit: to 50.

    Nothing comes twice as long as one goes on by `after`, which is good for a day.
    """
    if not 1 <= limit <= feeds.MOST_AT_ONCE:
        raise Invalid(field="limit", reason="range")
    chosen = feeds.tab_of(tab, belt or field or region)
    who, now = door.actor(request), clock.now()
    page = feeds.page(chosen, actor=who, after=after or None, most=limit, now=now)
    is_first = not after and not chosen.value and who.person_id is not None
    live = queries.feed(actor=who, now=now, followed_by=who.person_id) if is_first else ()
    views = {view.id: view for view in post_pages.by_id([row.post_id for row in page.rows])}
    rows = [
        {
            "post": views[row.post_id],
            "why": row.why,
            "points": row.points,
            "by_creator": row.by_creator,
            "mark": row.mark,
        }
        for row in page.rows
        if row.post_id in views
    ]
    return {
        "live": [with_playlist(slide) for slide in live],
        "rows": rows,
        "after": page.after,
        "version": ranking.VERSION,
        "belt": chosen.belt,
    }


@router.post("/feed/seen", response=TakenOut, summary="Tell what was looked at")
def tell(request: HttpRequest, sent: VisitsIn) -> object:
    """For guests too. Up to 50 visits of 1 s to 1 h; looks at posts of one's own are left out."""
    try:
        visits = [
            Seen(UUID(one.id), one.post_id, Place(one.place), one.ms, one.end, mark=one.mark)
            for one in sent.visits
        ]
    except ValueError as error:
        raise Invalid(field="visits", reason="form") from error
    taken = signals.tell(actor=door.actor(request), visits=visits, now=clock.now())
    return {"taken": taken}
