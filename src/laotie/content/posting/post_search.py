"""Finding posts and creators by words, pinyin or initials, page by page.

Whether a post may be seen is asked of the post itself: its entry only says what to look at.
"""

import re
import sys
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from laotie.accounts import creators
from laotie.accounts.creators import CreatorCard
from laotie.catalog import lexemes
from laotie.catalog.lexemes import with_dictionaries
from laotie.content import models
from laotie.content.kinds import PostState
from laotie.content.posting import post_pages
from laotie.content.posting.post_pages import PostView
from laotie.content.relations import blocks
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

_AFTER = re.compile(r"(\d{1,18})\.((?:pst|crt)_[0-9a-z]{26})", re.ASCII)
_PORTION = 200
# Index: post_entry_words. Rows: one page and one more, the best first.
_POSTS = """
    SELECT p.id, (ts_rank(e.words, %(query)s::tsquery) * 1000000)::bigint AS key
    FROM content_postentry e JOIN content_post p ON p.id = e.post_id
    WHERE e.words @@ %(query)s::tsquery AND p.state = 'PUBLISHED' AND p.reach = 'FULL'
        AND p.creator_id <> ALL (%(hidden)s::uuid[])"""
# Index: search_words.
_PEOPLE = """
    SELECT e.id, (ts_rank(e.words, %(query)s::tsquery) * 1000000)::bigint AS key
    FROM catalog_searchentry e
    WHERE e.kind = 'CREATOR' AND e.words @@ %(query)s::tsquery
        AND e.id <> ALL (%(hidden)s::uuid[])"""
_REST = """
    AND (%(key)s::bigint IS NULL
        OR ((ts_rank(e.words, %(query)s::tsquery) * 1000000)::bigint, {id}) < (%(key)s, %(id)s))
    ORDER BY key DESC, {id} DESC LIMIT %(most)s"""


@needs_transaction
def keep(post_id: UUID) -> None:
    """A public post is found by its words of now; any other is not found."""
    post = models.Post.objects.filter(pk=post_id, state=PostState.PUBLISHED.value).first()
    if post is None:
        models.PostEntry.objects.filter(pk=post_id).delete()
        return
    name = creators.card(post.creator_id).name
    words = lexemes.vector(names=[post.title], kin=[name], texts=[post.body[:1000]])
    sql.change(
        "INSERT INTO content_postentry (post_id, words) VALUES (%s, %s::tsvector)"
        " ON CONFLICT (post_id) DO UPDATE SET words = excluded.words",
        [post_id, words],
    )


def rebuild() -> int:
    """Every public post has its entry, made anew in portions; how many there are."""
    return _keep_all(_public(), most=sys.maxsize)


def fill(*, most: int = 4_000) -> int:
    """Public posts without an entry get one, `most` of them a call; how many did.

    Those are posts of before there was an index, and those whose event its consumer gave up on.
    """
    entries = models.PostEntry.objects.filter(post=OuterRef("pk"))
    return _keep_all(_public().exclude(Exists(entries)), most=most)


def _public() -> QuerySet[models.Post]:
    return models.Post.objects.filter(state=PostState.PUBLISHED.value)


def _keep_all(rows: QuerySet[models.Post], *, most: int) -> int:
    done = 0
    wanted = rest = rows.order_by("pk").values_list("pk", flat=True)
    while portion := list(rest[: min(_PORTION, most - done)]):
        _keep_portion(post_ids=portion)
        done += len(portion)
        rest = wanted.filter(pk__gt=portion[-1])
    return done


@with_dictionaries
@use_case
def _keep_portion(*, post_ids: list[UUID]) -> None:
    for post_id in post_ids:
        keep(post_id)


def posts(words: str, *, actor: Actor, after: str | None = None, most: int = 24) -> Page[PostView]:
    """Public posts of full reach that fit, the best first. Eight queries; seven for guests.

    raises: Invalid (`after`).
    """
    page = _found(_POSTS, "pst", words, "p.id", actor=actor, after=after, most=most)
    return page.of(post_pages.by_id(page.rows))


def people(
    words: str, *, actor: Actor, after: str | None = None, most: int = 24
) -> Page[CreatorCard]:
    """Creators by name or sound, the best first. Three queries; two for guests.

    raises: Invalid (`after`).
    """
    page = _found(_PEOPLE, "crt", words, "e.id", actor=actor, after=after, most=most)
    cards = creators.cards(page.rows)
    return page.of(cards[id] for id in page.rows if id in cards)


def _found(
    statement: str,
    kind: str,
    words: str,
    column: str,
    *,
    actor: Actor,
    after: str | None,
    most: int,
) -> Page[UUID]:
    assert 1 <= most <= 200
    key, id = _position(kind, after) if after is not None else (None, None)
    query = lexemes.query(words)
    if not query:
        return Page((), None)
    rows = sql.rows(
        statement + _REST.replace("{id}", column),
        {
            "query": query,
            "hidden": blocks.creators_apart_from(actor.person_id),
            "key": key,
            "id": id,
            "most": most + 1,
        },
    )
    shown = rows[:most]
    has_more = len(rows) > most
    return Page(
        tuple(id for id, _key in shown),
        f"{shown[-1][1]}.{ids.public(kind, shown[-1][0])}" if has_more else None,
    )


def _position(kind: str, after: str) -> tuple[int, UUID]:
    found = _AFTER.fullmatch(after) if isinstance(after, str) else None
    try:
        if found is not None:
            return int(found[1]), ids.parse(kind, found[2])
    except NotFound:
        pass
    raise Invalid(field="after", reason="form")
