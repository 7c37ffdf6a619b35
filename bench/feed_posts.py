"""A page of the feed at a million posts, and at a hundredth of them; a creator's page as well.

Everything of a feed's page is one statement, of a viewer who follows 100 creators and has watched
50, so its time must not follow the posts. A creator's page takes eleven statements at most; the
creator has 2,500 of the million, and as many followers as there are posts. The floor is the same
page at a hundredth of the posts; a ratio well above 1 would mean that something is read which is
not shown. The proofs count statements and look into the plans: no page may read the table of posts
from end to end.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from bench import _server
from bench._report import Latency, Options, Report, Row
from bench._server import Server

if TYPE_CHECKING:
    from laotie.kernel.actor import Actor

# The page behind a cursor, and the cursor behind that page.
Walk = Callable[[str | None], str | None]

_POSTS, _CREATORS = 1_000_000, 400
_STATEMENTS_OF_A_PROFILE = 11
_MAKE = """
    INSERT INTO content_post SELECT (made).* FROM (
        SELECT jsonb_populate_record(pattern, jsonb_build_object(
            'id', uuidv7(), 'creator_id', (%(creators)s::text[])[1 + n %% %(count)s::int],
            'field', (ARRAY['FOOD', 'HOME', 'SPORT', 'MUSIC'])[1 + n %% 4],
            'region', (ARRAY['330000', '440000', ''])[1 + n %% 3],
            'published_at', %(until)s::timestamptz - n * interval '7 seconds',
            'made_at', %(until)s::timestamptz - n * interval '7 seconds')) AS made
        FROM generate_series(%(first)s::int, %(last)s::int) n, content_post pattern
        WHERE pattern.id = %(pattern)s) rows
"""
_FILES = """
    WITH bare AS (
        SELECT p.id, uuidv7() AS work_id FROM content_post p
        WHERE p.creator_id = %(creator)s
            AND NOT EXISTS (SELECT FROM content_postwork h WHERE h.post_id = p.id)
    ), made AS (
        INSERT INTO content_work SELECT (made).* FROM (
            SELECT jsonb_populate_record(w, jsonb_build_object(
                'id', bare.work_id, 'source_id', uuidv7(),
                'file', replace(uuidv7()::text, '-', ''))) AS made
            FROM bare, content_postwork h JOIN content_work w ON w.id = h.work_id
            WHERE h.post_id = %(pattern)s) rows
    )
    INSERT INTO content_postwork (id, post_id, work_id, position)
    SELECT uuidv7(), id, work_id, 1 FROM bare
"""
_FANS = """
    INSERT INTO live_follow (id, person_id, creator_id, followed_at)
    SELECT uuidv7(), uuidv7(), %(creator)s, %(until)s
    FROM generate_series(%(first)s::int, %(last)s::int)
"""
_FIGURES = """
    INSERT INTO content_postfigures (post_id, visits, completions, heat)
    SELECT id, 100 + hash, (100 + hash) / 4 + hash / 9,
        extract(epoch FROM published_at)::float8 / 129600 + (hash - 400)::float8 / 400
    FROM (SELECT id, published_at, abs(hashtext(id::text)) %% 900 AS hash FROM content_post) p
    ON CONFLICT DO NOTHING
"""
_TASTES = """
    INSERT INTO content_taste (person_id, creator_id, weight, at)
    SELECT %s, id, 1 + n %% 7, %s FROM unnest(%s::uuid[]) WITH ORDINALITY AS t (id, n)
"""
_KIN = """
    INSERT INTO content_kin (creator_id, other_id, strength)
    SELECT one, other, 0.3 FROM unnest(%s::uuid[]) WITH ORDINALITY AS a (one, n)
    JOIN unnest(%s::uuid[]) WITH ORDINALITY AS b (other, m) ON m BETWEEN n + 50 AND n + 69
    WHERE one <> other
"""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Who looks, at what. creator_ids: the posts are theirs in turn; `pattern` is one of them.

    belt: a quarter of the creators belong to it.
    """

    viewer: "Actor"
    creator_ids: list[UUID]
    pattern: UUID
    belt: str
    now: datetime


def run(options: Options) -> Report:
    """Milliseconds of a page by tab, first and later, and what its plans read."""
    report = Report("feed-posts", options)
    posts = _POSTS // 100 if options.is_small else _POSTS
    few = posts // 100
    with _server.fresh() as server:
        scene = _scene(20 if options.is_small else _CREATORS)
        _fill(server, scene, 1, few)
        floors = _timed(scene, seconds=options.seconds)
        _fill(server, scene, few + 1, posts)
        figures = _timed(scene, seconds=options.seconds)
        for name, latency in figures.items():
            floor = floors.get(name)
            report.row(
                Row(
                    name=f"{name} at {posts:,} posts",
                    unit="ms",
                    figure=latency.p50,
                    floor=floor.p50 if floor else None,
                    ratio=latency.p50 / floor.p50 if floor else None,
                    latency=latency,
                    floor_latency=floor,
                )
            )
        _prove(report, scene)
    return report


def _scene(creators: int) -> _Scene:
    """A viewer who follows a quarter of so many creators and has watched an eighth; a belt."""
    from tests import builders
    from tests.usecases.content.belts_made import a_belt, join
    from tests.usecases.content.seen_posts import many

    from laotie.content.relations import follows
    from laotie.kernel import clock, sql

    now = clock.now()
    made = [builders.a_creator() for _ in range(creators)]
    ids = [one.require_creator() for one in made]
    viewer = builders.a_person()
    for creator_id in ids[: len(ids) // 4]:
        follows.follow(actor=viewer, creator_id=creator_id, now=now)
    belt = a_belt(now=now)
    join(belt, *made[: len(made) // 4], now=now)
    liked = ids[-len(ids) // 8 :]
    sql.change(_TASTES, [viewer.person_id, now - timedelta(days=1), liked])
    sql.change(_KIN, [ids, ids])
    (pattern,) = many(made, 1, until=now - timedelta(seconds=1))
    return _Scene(viewer, ids, pattern, belt.public_id, now)


def _fill(server: Server, scene: _Scene, first: int, last: int) -> None:
    """Posts of these numbers are there; those of the creator who is looked at have their files."""
    from laotie.kernel import sql

    facts = {
        "creators": [str(id) for id in scene.creator_ids],
        "count": len(scene.creator_ids),
        "pattern": scene.pattern,
        "until": scene.now,
        "first": first,
        "last": last,
        "creator": scene.creator_ids[0],
    }
    # The product gives up on a statement of such a length, so it goes its own way.
    with psycopg.connect(server.superuser_url) as line:
        line.execute(_MAKE, facts)
        line.execute(_FILES, facts)
        line.execute(_FIGURES, {})
        # The followers need no accounts of their own to be counted.
        line.execute("SET LOCAL session_replication_role = replica")
        line.execute(_FANS, facts)
        line.execute(sql.text("content", "recount_fans"), facts)
    server.analyze()


def _timed(scene: _Scene, *, seconds: float) -> dict[str, Latency]:
    """Of each walk the first page and the four behind it; of a creator's page its oldest works."""
    found = {}
    for name, walk in {**_tabs(scene), "a creator's page": _profile(scene)}.items():
        firsts: list[float] = []
        laters: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until or not firsts:
            after = None
            for page in range(5):
                spent_ms, after = _spent(walk, after)
                (firsts if page == 0 else laters).append(spent_ms)
                if after is None:
                    break
        for which, spent in (("first page", firsts), ("later pages", laters)):
            latency = Latency.of(spent)
            if latency is not None:
                found[f"{name}, {which}"] = latency
    oldest = Latency.of(_of_the_oldest(_profile(scene), seconds=seconds))
    assert oldest is not None
    found["a creator's page, its oldest works"] = oldest
    return found


def _of_the_oldest(profile: Walk, *, seconds: float) -> list[float]:
    """Milliseconds of the last of all pages, again and again."""
    last, after = None, profile(None)
    while after is not None:
        last, after = after, profile(after)
    until = time.monotonic() + seconds
    spent: list[float] = []
    while time.monotonic() < until or not spent:
        spent.append(_spent(profile, last)[0])
    return spent


def _spent(walk: Walk, after: str | None) -> tuple[float, str | None]:
    began = time.perf_counter()
    following = walk(after)
    return 1000 * (time.perf_counter() - began), following


def _tabs(scene: _Scene) -> Mapping[str, Walk]:
    """The feed by tab."""
    from laotie.content.viewing import feed
    from laotie.content.viewing.feed import Tab, tab_of
    from laotie.content.viewing.ranking import Place

    def of(tab: Tab) -> Walk:
        return lambda after: feed.page(tab, actor=scene.viewer, after=after, now=scene.now).after

    return {
        "for you": of(Tab(Place.RECOMMENDED)),
        "following": of(Tab(Place.FOLLOWING)),
        "a belt": of(tab_of("BELT", scene.belt)),
        "a field": of(Tab(Place.FIELD, "FOOD")),
        "a place": of(Tab(Place.REGION, "330000")),
    }


def _profile(scene: _Scene) -> Walk:
    """The page of one creator with counts and works."""
    from laotie.content.posting import profiles

    return lambda after: (
        profiles.page(scene.creator_ids[0], actor=scene.viewer, after=after).works.next_after
    )


def _prove(report: Report, scene: _Scene) -> None:
    """A page takes so many statements, and none reads the posts from end to end."""
    from laotie.kernel import sql

    tabs = _tabs(scene)
    of_feed = _statements(tabs.values())
    of_profile = _statements([_profile(scene)])
    plans = [
        "\n".join(line for (line,) in sql.rows(f"EXPLAIN {one}")) for one in (*of_feed, *of_profile)
    ]
    report.proof("statements of a feed's page beyond one", len(of_feed) - len(tabs))
    beyond = max(0, len(of_profile) - _STATEMENTS_OF_A_PROFILE)
    report.proof("statements of a creator's page beyond eleven", beyond)
    report.note(f"a creator's page took {len(of_profile)} statements")
    if not report.options.is_small:  # A short table is read faster from end to end.
        scanned = sum("Seq Scan on content_post " in plan for plan in plans)
        report.proof("pages that read the table of posts from end to end", scanned)


def _statements(walks: Iterable[Walk]) -> list[str]:
    """What the server is given for the first page of each, to the letter."""
    from django.db import connection

    found: list[str] = []
    with connection.execute_wrapper(_noting(found)):
        for walk in walks:
            walk(None)
    return found


def _noting(statements: list[str]) -> Callable[..., object]:
    """Remember each statement as the server is given it."""

    def wrapper(
        execute: Callable[..., object],
        text: str,
        params: object,
        many: bool,
        context: dict[str, object],
    ) -> object:
        cursor = context["cursor"]
        answer = execute(text, params, many, context)
        statements.append(cursor.db.ops.last_executed_query(cursor, text, params))  # type: ignore[attr-defined]
        return answer

    return wrapper
