"""Works and posts for tests, made as the media process tells of them; no file is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tests.builders import NOW

from laotie.content import models
from laotie.content.files import making, uploads
from laotie.content.files.footage import Cause, Kind, Made, WorkState
from laotie.content.kinds import Label, PostKind
from laotie.content.posting import posts, publishing
from laotie.content.posting.posts import Words
from laotie.kernel import sql
from laotie.kernel.actor import Actor

MADE = Made(duration_ms=12_000, width=720, height=1280, bytes=1000, has_sound=True, cover_ms=1000)
WORDS = Words(title="三种泡法", body="水温八十五度。", field="FOOD", region="330000")


def a_sent_file(creator: Actor, kind: Kind = Kind.VIDEO, *, now: datetime = NOW) -> UUID:
    """A file that has arrived and waits to be worked on; the id of its work."""
    ticket = uploads.begin(actor=creator, kind=kind, bytes=1000, name="a.mp4", now=now)
    assert uploads.complete(upload_id=ticket.upload_id, now=now)
    card = uploads.card(ticket.upload_id, actor=creator)
    assert card.work_id
    return card.work_id


def finish(*work_ids: UUID, now: datetime = NOW) -> None:
    """The media process has worked through its queue and made these."""
    for _one in work_ids:
        order = making.claim_next()
        assert order
        assert order.work_id in work_ids
        assert making.progress(work_id=order.work_id, state=WorkState.TRANSCODING, percent=50)
        assert making.ready(work_id=order.work_id, made=MADE, now=now)


def give_up(work_id: UUID, cause: Cause = Cause.UNREADABLE) -> None:
    order = making.claim_next()
    assert order
    assert order.work_id == work_id
    making.fail(work_id=work_id, cause=cause)


def a_work(creator: Actor, kind: Kind = Kind.VIDEO, *, now: datetime = NOW) -> UUID:
    """A file of the creator's that is ready to be shown."""
    work_id = a_sent_file(creator, kind, now=now)
    finish(work_id, now=now)
    return work_id


def a_draft(creator: Actor, *work_ids: UUID, words: Words = WORDS) -> UUID:
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, words=words, now=NOW)
    posts.set_works(actor=creator, post_id=post.id, work_ids=work_ids, now=NOW)
    return post.id


def a_post(
    creator: Actor,
    *,
    kind: PostKind = PostKind.VIDEO,
    words: Words | None = None,
    product_ids: Sequence[UUID] = (),
    stills: int = 2,
    is_public: bool = True,
    now: datetime = NOW,
) -> UUID:
    """A post of the creator's with its files ready; public unless told otherwise."""
    words = words or Words(title="三种泡法", body="水温八十五度。")
    if product_ids:
        words = replace(words, label=Label.AD.value)
    post = posts.begin(actor=creator, kind=kind, words=words, now=now)
    is_video = kind is PostKind.VIDEO
    files = [a_work(creator, now=now)] if is_video else []
    files += [a_work(creator, Kind.STILL, now=now) for _ in range(0 if is_video else stills)]
    posts.set_works(actor=creator, post_id=post.id, work_ids=files, now=now)
    if product_ids:
        posts.set_products(actor=creator, post_id=post.id, product_ids=product_ids, now=now)
    if is_public:
        publishing.publish(actor=creator, post_id=post.id, now=now)
    return post.id


def post_of(post_id: UUID) -> models.Post:
    return models.Post.objects.get(pk=post_id)


def state_of(post_id: UUID) -> tuple[str, str]:
    row = post_of(post_id)
    return row.state, row.reach


def told_of_works() -> list[tuple[str, str]]:
    """The names and subjects of all news of works, oldest first."""
    return sql.rows(
        "SELECT name, subject FROM event_log WHERE name LIKE 'content.work%%' ORDER BY id"
    )
