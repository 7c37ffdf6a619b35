"""A page of the feed at a million posts, and at a hundredth of them.

Everything of one page is one statement, of a viewer who follows 100 creators and has watched 50, so
its time must not follow the posts. The floor is the same page at a hundredth of the posts; a ratio
well above 1 would mean that something is read which is not shown. The proof looks into the plans:
no page may read the table of posts from end to end.
"""

import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
from bench import _server
from bench._report import Latency, Options, Report, Row

_POSTS, _CREATORS = 1_000_000, 400
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


def run(options: Options) -> Report:
    """Milliseconds of a page by tab, first and fifth, and what its plans read."""
    from django.conf import settings
    from django.db import connection
    from tests import builders
    from tests.usecases.content.seen_posts import many

    from laotie.content import feed, follows
    from laotie.content.feed import Tab
    from laotie.content.ranking import Place
    from laotie.kernel import clock, sql

    assert settings.configured
    report = Report("feed-posts", options)
    posts = _POSTS // 100 if options.is_small else _POSTS
    few = posts // 100
    with _server.fresh() as server:
        now = clock.now()
        creators = [builders.a_creator() for _ in range(20 if options.is_small else _CREATORS)]
        ids = [one.require_creator() for one in creators]
        viewer = builders.a_person()
        for creator_id in ids[: len(ids) // 4]:
            follows.follow(actor=viewer, creator_id=creator_id, now=now)
        liked = ids[-len(ids) // 8 :]
        sql.change(_TASTES, [viewer.person_id, now - timedelta(days=1), liked])
        sql.change(_KIN, [ids, ids])
        (pattern,) = many(creators, 1, until=now - timedelta(seconds=1))
        facts = {"creators": [str(id) for id in ids], "count": len(ids), "pattern": pattern}

        def fill(first: int, last: int) -> None:
            facts_now = {**facts, "until": now, "first": first, "last": last}
            # The product gives up on a statement of such a length, so it goes its own way.
            with psycopg.connect(server.superuser_url) as line:
                line.execute(_MAKE, facts_now)
                line.execute(_FIGURES, {})
            server.analyze()

        tabs = {
            "for you": Tab(Place.RECOMMENDED),
            "following": Tab(Place.FOLLOWING),
            "a field": Tab(Place.FIELD, "FOOD"),
            "a place": Tab(Place.REGION, "330000"),
        }

        def timed() -> dict[str, Latency]:
            found = {}
            for name, tab in tabs.items():
                firsts, fifths = [], []
                until = time.monotonic() + options.seconds
                while time.monotonic() < until or not firsts:
                    after = None
                    for page in range(5):
                        began = time.perf_counter()
                        got = feed.page(tab, actor=viewer, after=after, now=now)
                        spent = 1000 * (time.perf_counter() - began)
                        (firsts if page == 0 else fifths).append(spent)
                        after = got.after
                        if after is None:
                            break
                for which, spent_ms in (("first page", firsts), ("later pages", fifths)):
                    latency = Latency.of(spent_ms)
                    if latency is not None:
                        found[f"{name}, {which}"] = latency
            return found

        fill(1, few)
        floors = timed()
        fill(few + 1, posts)
        figures = timed()
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
        statements: list[str] = []
        with connection.execute_wrapper(_noting(statements)):
            for tab in tabs.values():
                feed.page(tab, actor=viewer, now=now)
        plans = ["\n".join(line for (line,) in sql.rows(f"EXPLAIN {one}")) for one in statements]
        scanned = sum("Seq Scan on content_post " in plan for plan in plans)
        report.proof("statements of a page beyond one", len(statements) - len(tabs))
        if not options.is_small:  # A short table is read faster from end to end.
            report.proof("pages that read the table of posts from end to end", scanned)
    return report


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
