"""Uploads and works: tickets, space, one work per upload, three tries, and nothing out of turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction
from tests.builders import NOW, a_creator, a_person
from tests.statements import counted
from tests.usecases.content.works_made import MADE, a_post, a_sent_file, a_work, finish, give_up

from laotie.content import models, personal
from laotie.content.files import footage, making, shown, uploads, works
from laotie.content.files.footage import Cause, Kind, Origin, UploadState
from laotie.content.kinds import PostKind
from laotie.content.posting import holdings, posts, publishing
from laotie.content.posting.posts import Words
from laotie.kernel import clock, crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import (
    NotAllowed,
    NotFound,
    Refusal,
    SignInFirst,
    TooMany,
    WrongState,
)

pytestmark = pytest.mark.usefixtures("db")
MB = 1 << 20


def begin(actor: Actor, kind: Kind = Kind.VIDEO, bytes: int = 1000, **more: object) -> UUID:
    said = {"name": "a.mp4", "now": NOW, **more}
    return uploads.begin(actor=actor, kind=kind, bytes=bytes, **said).upload_id  # type: ignore[arg-type]


def test_a_ticket_is_for_one_upload_of_one_size_for_a_day() -> None:
    host = a_creator()

    ticket = uploads.begin(
        actor=host, kind=Kind.VIDEO, bytes=5 * MB, name="../../家/CON\x00\u202e.mp4", now=NOW
    )
    card = uploads.card(ticket.upload_id, actor=host)
    said = crypto.verify(uploads.TICKET_PURPOSE, ticket.url.rpartition("/")[2])

    assert said == {
        "u": ticket.upload_id.hex,
        "b": 5 * MB,
        "x": int(ticket.expires_at.timestamp()),
    }
    assert timedelta(hours=23) < ticket.expires_at - clock.wall() <= footage.LASTS
    assert (card.state, card.offset, card.bytes, card.name) == (
        UploadState.OPEN,
        0,
        5 * MB,
        "CON.mp4",
    )
    again = uploads.resume(actor=host, upload_id=card.id).url
    assert again.rpartition("/")[0] == ticket.url.rpartition("/")[0]
    assert crypto.verify(uploads.TICKET_PURPOSE, again.rpartition("/")[2]) == said
    assert uploads.mine(actor=host) == (card,)
    assert uploads.mine(actor=a_creator()) == ()


@pytest.mark.parametrize(
    ("kind", "bytes", "more", "code"),
    [
        (Kind.VIDEO, 0, {}, "INVALID_INPUT"),
        (Kind.VIDEO, -1, {}, "INVALID_INPUT"),
        (Kind.VIDEO, True, {}, "INVALID_INPUT"),
        (Kind.VIDEO, (1 << 30) + 1, {}, "UPLOAD_TOO_LARGE"),
        (Kind.STILL, 20 * MB + 1, {}, "UPLOAD_TOO_LARGE"),
        (Kind.CAPTIONS, (256 << 10) + 1, {"language": "en"}, "UPLOAD_TOO_LARGE"),
        (Kind.VIDEO, 9, {"language": "en"}, "INVALID_INPUT"),
        (Kind.CAPTIONS, 9, {"language": "en"}, "INVALID_INPUT"),
        (Kind.CAPTIONS, 9, {"language": "tlh", "for_work": ids.new()}, "INVALID_INPUT"),
        (Kind.CAPTIONS, 9, {"language": "en", "for_work": ids.new()}, "NOT_FOUND"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_a_byte(
    kind: Kind, bytes: int, more: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        begin(a_creator(), kind, bytes, **more)

    assert refused.value.code == code
    assert not models.Upload.objects.exists()


def test_only_creators_send_and_nobody_sees_anothers() -> None:
    host, other = a_creator(), a_creator()
    upload_id = begin(host)
    work_id = a_work(host)

    with pytest.raises(SignInFirst):
        begin(Actor.anonymous())
    with pytest.raises(NotAllowed):
        begin(a_person())
    for refused in (
        lambda: uploads.card(upload_id, actor=other),
        lambda: uploads.cancel(actor=other, upload_id=upload_id, now=NOW),
        lambda: uploads.resume(actor=other, upload_id=upload_id),
        lambda: holdings.own(work_id, actor=other),
        lambda: works.cancel(actor=other, work_id=work_id, now=NOW),
        lambda: works.choose_cover(actor=other, work_id=work_id, at_ms=1, now=NOW),
        lambda: begin(other, Kind.CAPTIONS, for_work=work_id, language="en"),
    ):
        with pytest.raises(NotFound):
            refused()
    assert uploads.card(upload_id, actor=host).state is UploadState.OPEN


def test_space_and_numbers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    host = a_creator()
    work_id = a_work(host)  # Takes 1,000 bytes.
    monkeypatch.setattr(footage, "KEPT_BYTES", 3000)
    begin(host, bytes=1500)

    with pytest.raises(uploads.QuotaFull):
        begin(host, bytes=501)
    begin(a_creator(), bytes=3000)
    with transaction.atomic():
        works.remove([work_id], now=NOW)
    last = begin(host, bytes=1500)
    with pytest.raises(uploads.QuotaFull):
        begin(host, bytes=1)
    uploads.cancel(actor=host, upload_id=last, now=NOW)
    monkeypatch.setattr(footage, "OPEN_AT_ONCE", 2)
    begin(host, bytes=1)
    with pytest.raises(uploads.TooManyOpen):
        begin(host, bytes=1)
    monkeypatch.setattr(footage, "OPEN_AT_ONCE", 9)
    monkeypatch.setattr(footage, "BEGUN_A_DAY", 4)
    with pytest.raises(TooMany):
        begin(host, bytes=1)
    begin(host, bytes=1, now=NOW + timedelta(days=1, seconds=1))


def test_what_is_not_ready_yet_takes_the_space_of_what_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = a_creator()
    assert host.creator_id
    monkeypatch.setattr(footage, "KEPT_BYTES", 3000)
    queued, given_up = a_sent_file(host), a_sent_file(host)
    assert uploads.space_of(host.creator_id) == 2000

    with transaction.atomic():
        works.from_clip(creator_id=host.creator_id, clip_id=ids.new(), bytes=1000, now=NOW)
    for bytes in (1, 1000):
        with pytest.raises(uploads.QuotaFull), transaction.atomic():
            works.from_clip(creator_id=host.creator_id, clip_id=ids.new(), bytes=bytes, now=NOW)
    with pytest.raises(uploads.QuotaFull):
        begin(host, bytes=1)
    assert models.Work.objects.count() == 3
    making.fail(work_id=given_up, cause=Cause.FORMAT)
    assert uploads.space_of(host.creator_id) == 2000
    finish(queued)
    assert uploads.space_of(host.creator_id) == 2000
    works.discard(actor=host, work_id=queued, now=NOW)
    assert uploads.space_of(host.creator_id) == 1000


def test_of_many_that_begin_at_once_no_more_than_fit_are_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = a_creator()
    monkeypatch.setattr(footage, "KEPT_BYTES", 3000)

    def try_one(_: int) -> str:
        try:
            begin(host, bytes=1000)
        except uploads.QuotaFull:
            return "full"
        finally:
            connections["default"].close()
        return "in"

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(try_one, range(6)))

    assert sorted(outcomes) == ["full"] * 3 + ["in"] * 3
    assert models.Upload.objects.count() == 3


def test_a_whole_upload_becomes_one_work_however_often_it_is_told() -> None:
    host = a_creator()
    upload_id = begin(host)

    def tell(_: int) -> bool:
        try:
            return uploads.complete(upload_id=upload_id, now=NOW)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(tell, range(8))) == [True] * 8
    card = uploads.card(upload_id, actor=host)

    assert (card.state, card.offset) == (UploadState.COMPLETE, 1000)
    assert models.Work.objects.count() == 1
    assert card.work_id
    with pytest.raises(WrongState):
        uploads.cancel(actor=host, upload_id=upload_id, now=NOW)
    assert uploads.unwanted([upload_id]) == frozenset()
    give_up(card.work_id)
    assert uploads.complete(upload_id=upload_id, now=NOW) is False
    assert uploads.unwanted([upload_id]) == {upload_id}
    with pytest.raises(IntegrityError), transaction.atomic():  # The database is the last guard.
        models.Work.objects.create(
            creator_id=host.creator_id,
            kind=Kind.VIDEO.value,
            origin=Origin.UPLOAD.value,
            source_id=upload_id,
            file="f" * 32,
            made_at=NOW,
        )


def test_what_is_over_takes_nothing_more() -> None:
    host = a_creator()
    cancelled, late, terminated, running = (begin(host) for _ in range(4))
    uploads.cancel(actor=host, upload_id=cancelled, now=NOW)
    uploads.cancel(actor=host, upload_id=cancelled, now=NOW)
    uploads.terminate(upload_id=terminated, now=NOW)
    ago = clock.wall() - timedelta(seconds=1)
    models.Upload.objects.filter(pk=late).update(expires_wall_at=ago)

    assert [uploads.is_open(each) for each in (cancelled, late, terminated, running)] == [
        False,
        False,
        False,
        True,
    ]
    assert uploads.expire(NOW) == 1
    assert uploads.received(upload_id=running, offset=500)
    assert not uploads.received(upload_id=running, offset=1001)
    for over in (cancelled, late, terminated):
        assert not uploads.received(upload_id=over, offset=1)
        assert not uploads.complete(upload_id=over, now=NOW)
    everything = [cancelled, late, terminated, running, unknown := ids.new()]
    assert uploads.unwanted(everything) == {cancelled, late, terminated, unknown}
    assert not models.Work.objects.exists()
    with pytest.raises(NotFound):
        uploads.resume(actor=host, upload_id=late)


def test_what_no_post_shows_can_be_deleted_and_frees_its_space() -> None:
    host = a_creator()
    assert host.creator_id
    video, still, shown = a_work(host), a_work(host, Kind.STILL), models.PostWork
    post_id = a_post(host)
    works.choose_still(actor=host, work_id=video, still_id=still, now=NOW)
    before = uploads.space_of(host.creator_id)

    for refused in (still, shown.objects.get(post=post_id).work_id):
        with pytest.raises(works.InUse):
            works.discard(actor=host, work_id=refused, now=NOW)
    with pytest.raises(NotFound):
        works.discard(actor=a_creator(), work_id=video, now=NOW)
    works.discard(actor=host, work_id=video, now=NOW)
    works.discard(actor=host, work_id=still, now=NOW)

    assert uploads.space_of(host.creator_id) == before - 2 * MADE.bytes
    assert len(making.removed()) == 2
    with pytest.raises(NotFound):
        works.discard(actor=host, work_id=video, now=NOW)


def test_captions_belong_to_a_video_and_the_newest_of_a_language_count() -> None:
    host = a_creator()
    video = a_work(host)

    def captions(language: str) -> str:
        upload = begin(host, Kind.CAPTIONS, for_work=video, language=language)
        assert uploads.complete(upload_id=upload, now=NOW)
        work_id = uploads.card(upload, actor=host).work_id
        assert work_id
        finish(work_id)
        return works.card(work_id).url

    older, chinese, newer = captions("en"), captions("zh-hans"), captions("en")

    assert works.card(video).captions == (("en", newer), ("zh-hans", chinese))
    assert older not in {newer, chinese}
    assert len(making.removed()) == 1
    with transaction.atomic():
        works.remove([video], now=NOW)
    assert len(making.removed()) == 4
    making.swept(making.removed())
    assert making.removed() == ()
    assert models.Work.objects.filter(removed_at=None).count() == 0


def test_a_clip_becomes_a_work_of_its_own() -> None:
    host, clip_id = a_creator(), ids.new()
    assert host.creator_id

    with transaction.atomic():
        work_id = works.from_clip(creator_id=host.creator_id, clip_id=clip_id, now=NOW)
    order = making.claim_next()

    assert order
    assert (order.work_id, order.origin, order.source_id) == (work_id, Origin.CLIP, clip_id)


def test_what_a_file_was_called_at_home_goes_with_its_creator() -> None:
    host = a_creator()
    begin(host, name="我的孩子.mp4")
    assert host.person_id

    assert [row["name"] for row in personal.of(host.person_id)["uploads"]] == ["我的孩子.mp4"]
    with transaction.atomic():
        personal.forget(host.person_id, NOW)
    assert models.Upload.objects.get().name == ""


def test_cards_of_however_many_works_cost_two_queries() -> None:
    host = a_creator()
    made = [a_work(host), a_work(host, Kind.STILL), a_work(host)]

    with counted() as asked:
        works.cards(made)
    assert len(asked) == 2


def test_a_creator_sees_every_file_who_needs_it_and_the_room_it_takes() -> None:
    host = a_creator()
    assert holdings.page(actor=host).rows == ()
    spare, still = a_work(host), a_work(host, Kind.STILL)
    video = a_work(host)
    post = posts.begin(actor=host, kind=PostKind.VIDEO, words=Words(title="开窑"), now=NOW)
    posts.set_works(actor=host, post_id=post.id, work_ids=[video], now=NOW)
    works.choose_still(actor=host, work_id=video, still_id=still, now=NOW)
    upload = begin(host, Kind.CAPTIONS, for_work=video, language="en")
    assert uploads.complete(upload_id=upload, now=NOW)
    captions = uploads.card(upload, actor=host).work_id
    assert captions
    finish(captions)
    failed, stopped = a_sent_file(host), a_sent_file(host)
    give_up(failed)
    works.cancel(actor=host, work_id=stopped, now=NOW)
    a_work(a_creator())

    with counted() as asked:
        rows = holdings.page(actor=host).rows
    assert len(asked) == 5
    told = [(each.work.id, each.post_id, each.is_cover, each.can_go) for each in rows]
    assert told == [
        (failed, None, False, True),
        (captions, post.id, False, True),
        (video, post.id, False, False),
        (still, post.id, True, False),
        (spare, None, False, True),
    ]
    assert (rows[0].work.cause, rows[1].language, rows[2].name) == ("UNREADABLE", "en", "a.mp4")
    first = holdings.page(actor=host, most=2)
    rest = holdings.page(actor=host, most=3, after=first.next_after)
    assert (*first.rows, *rest.rows) == rows
    assert rest.next_after is None
    room = holdings.space(actor=host)
    assert (room.used, room.most, room.percent) == (4 * MADE.bytes, 50 << 30, 1)

    publishing.publish(actor=host, post_id=post.id, now=NOW)
    assert [each.can_go for each in holdings.page(actor=host).rows] == [
        True, False, False, False, True,
    ]  # fmt: skip
    for each in holdings.page(actor=host).rows:  # What the page says is what happens.
        if each.can_go:
            works.discard(actor=host, work_id=each.work.id, now=NOW)
        else:
            with pytest.raises((works.InUse, shown.Judged)):
                works.discard(actor=host, work_id=each.work.id, now=NOW)
    assert holdings.space(actor=host).used == 3 * MADE.bytes
    with pytest.raises(NotAllowed):
        holdings.page(actor=a_person())
