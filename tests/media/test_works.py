"""From what was sent to files of ours: the whole way, by a real media process and a real database."""

import asyncio
import io
import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from django.db import transaction
from PIL import Image
from tests import builders
from tests.builders import NOW
from tests.media import footage
from tests.media.harness import FFMPEG, Media, eventually
from tests.media.sending import TUS, Sender, ended, path_of
from tests.usecases.content.works_made import a_draft

from laotie.content import models
from laotie.content.files import works
from laotie.content.files.footage import Kind, WorkState
from laotie.content.files.judged_files import for_judges as closed
from laotie.content.files.works import WorkCard
from laotie.content.posting import post_pages, publishing
from laotie.content.review import questions
from laotie.kernel import ids
from laotie.kernel.errors import NotFound
from laotie.surfaces.media import probing
from laotie.surfaces.media.probing import Found

CAPTIONS = """WEBVTT - by somebody

STYLE
::cue { background: url(http://example.org/x) }

NOTE nobody reads this

1
00:00.000 --> 00:00.500 position:10%
<v Potter>Hello <i>there</i>
&lt;script&gt;

00:00.500 --> 00:00.900
再见
"""


@pytest.fixture
def media(tmp_path: Path, app_url: str) -> Iterator[Media]:
    running = Media(tmp_path / "media", database_url=app_url, clip_pause_s=0.05, work_stall_s=6.0)
    try:
        yield running.start()
    finally:
        running.close()


@pytest.fixture
def sender(media: Media) -> Sender:
    return Sender(media, builders.a_creator())


def test_hostile_files_fail_with_their_cause_and_leave_nothing(sender: Sender) -> None:
    sent = [(Kind.VIDEO, *file) for file in footage.hostile_videos().items()]
    sent += [(Kind.STILL, *file) for file in footage.hostile_stills().items()]
    sent += [
        (Kind.CAPTIONS, name, (body, "CAPTIONS"))
        for name, body in {
            "a page": b"<html>",
            "no text": b"WEBVTT\n\n\xff\xfe\x00",
            "backwards": b"WEBVTT\n\n00:02.000 --> 00:01.000\nno\n",
            "no cue": b"WEBVTT\n\nNOTE nothing\n",
        }.items()
    ]
    video = sender.made(footage.video())
    about = {"for_work": video.id, "language": "en"}

    found = [
        (name, cause, sender.send(body, kind, **(about if kind is Kind.CAPTIONS else {})))
        for kind, name, (body, cause) in sent
    ]
    ends = [(name, cause, ended(work_id)) for name, cause, work_id in found]

    assert [(name, card.cause) for name, _, card in ends] == [
        (name, cause) for name, cause, _ in ends
    ]
    assert all(card.state is WorkState.FAILED and not card.url for _, _, card in ends)
    assert all(card.explanation for _, _, card in ends)
    assert kept(sender.media, "uploads") == []
    assert len(list((sender.media.folder / "data/media/works").glob("??/*"))) == 1


def test_honest_files_become_works_of_ours(sender: Sender) -> None:
    polyglot = footage.video(more="-metadata location=+31.2-121.4/") + b"<script>alert(1)</script>"

    wrapped = sender.made(polyglot, name="../../CON")
    held_upright, unsteady = (sender.made(body) for body in (footage.turned(), footage.unsteady()))
    stubborn = [
        sender.made(body)
        for body in (footage.wrapped_in_itself(), footage.with_its_facts_elsewhere())
    ]
    encoded = sender.made(footage.video(size="1440x800", pixels="yuv444p"))
    recorded = sender.made(footage.video(container="webm", codec="libvpx", sound="libopus"))
    silent = sender.made(footage.video(size="64x48", sound=""))
    still = sender.made(footage.picture_with_gps(), Kind.STILL, name="CON" * 100)
    pages = [
        sender.made(footage.picture_and_page(form), Kind.STILL, name="a.html")
        for form in ("JPEG", "PNG")
    ]
    about = {"for_work": wrapped.id, "language": "zh-hans"}
    captions = sender.made(CAPTIONS.encode(), Kind.CAPTIONS, **about)

    assert (wrapped.width, wrapped.height, wrapped.duration_ms) == (64, 64, 1000)
    assert (encoded.width, encoded.height, encoded.has_sound) == (1296, 720, True)
    assert (recorded.width, recorded.has_sound) == (64, True)
    assert (silent.has_sound, still.width, still.height) == (False, 48, 64)
    assert (held_upright.width, held_upright.height) == (64, 96)
    assert {(card.state, card.width) for card in stubborn} == {(WorkState.READY, 64)}
    for card in (wrapped, encoded, recorded, silent, held_upright, unsteady, *stubborn):
        body = fetched(sender, closed(card).url, "video/mp4")
        assert probed(sender.media.folder, body).is_fit
        assert b"alert(1)" not in body
        assert b"+31.2" not in body
        assert body.index(b"moov") < body.index(b"mdat")
        fetched(sender, closed(card).sprite_url, "image/jpeg")
    what_fits_is_not_encoded_again(sender, wrapped, polyglot)
    what_fits_is_not_encoded_again(sender, unsteady, footage.unsteady())
    first = closed(held_upright).cover_urls[1080]
    assert Image.open(io.BytesIO(fetched(sender, first, "image/webp"))).size == (64, 96)
    for card in pages:
        for url in closed(card).cover_urls.values():
            drawn = fetched(sender, url, "image/webp")
            assert (drawn[:4], drawn[8:12], b"script" in drawn) == (b"RIFF", b"WEBP", False)
    for width, url in closed(still).cover_urls.items():
        drawn = Image.open(io.BytesIO(fetched(sender, url, "image/webp")))
        assert (drawn.size, dict(drawn.getexif()), width in (320, 640, 1080)) == (
            (48, 64),
            {},
            True,
        )
    assert fetched(sender, closed(captions).url, "text/vtt; charset=utf-8").decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\nHello there\n&lt;script&gt;\n\n"
        "00:00:00.500 --> 00:00:00.900\n再见\n"
    )
    assert works.card(wrapped.id).captions == (("zh-hans", captions.url),)
    (said,) = models.CaptionWords.objects.filter(work=captions.id).values_list("cues", flat=True)
    assert said == [[0, "Hello there <script>"], [500, "再见"]]
    assert kept(sender.media, "uploads") == []  # Originals are gone; nothing but ours is served.

    a_clip_becomes_one_too_and_stays(sender)
    only_once(sender, wrapped.id)
    covers_change(sender, wrapped.id, still.id)
    post_id = files_are_their_creators_until_the_post_is_public(sender, wrapped.id)
    what_is_removed_goes(sender, wrapped.id)
    publishing.withdraw(actor=sender.actor, post_id=post_id, now=NOW)


def a_clip_becomes_one_too_and_stays(sender: Sender) -> None:
    clip_id = ids.new()
    file = sender.media.folder / f"data/media/clips/{ids.public('clp', clip_id)}.mp4"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(footage.video())
    assert sender.actor.creator_id
    with transaction.atomic():
        made, gone = (
            works.from_clip(creator_id=sender.actor.creator_id, clip_id=each, now=NOW)
            for each in (clip_id, ids.new())
        )
    card = ended(made)
    assert (card.state, card.duration_ms, file.exists()) == (WorkState.READY, 1000, True)
    assert ended(gone).cause == "GONE"


def only_once(sender: Sender, work_id: object) -> None:
    """Captions of one language stand for the older ones."""
    newer = b"WEBVTT\n\n00:00.000 --> 00:00.500\nnewer\n"
    card = sender.made(newer, Kind.CAPTIONS, for_work=work_id, language="zh-hans")
    assert works.card(work_id).captions == (("zh-hans", card.url),)  # type: ignore[arg-type]


def covers_change(sender: Sender, work_id: object, still_id: object) -> None:
    before = works.card(work_id)  # type: ignore[arg-type]
    works.choose_cover(actor=sender.actor, work_id=before.id, at_ms=99_999, now=NOW)
    eventually(lambda: not works.card(before.id).is_cover_coming)
    after = works.card(before.id)
    assert (before.cover_ms, after.cover_ms) == (333, 1000)
    was, now = (
        fetched(sender, closed(one).cover_urls[320], "image/webp") for one in (before, after)
    )
    assert was != now
    works.choose_still(actor=sender.actor, work_id=before.id, still_id=still_id, now=NOW)  # type: ignore[arg-type]
    assert works.card(before.id).cover_urls == works.card(still_id).cover_urls  # type: ignore[arg-type]


def files_are_their_creators_until_the_post_is_public(sender: Sender, work_id: UUID) -> UUID:
    card, post_id = works.card(work_id), a_draft(sender.actor, work_id)

    def everybody_gets(status: int) -> None:
        for url in (card.url, card.sprite_url, card.captions[0][1], card.cover_urls[320]):
            eventually(lambda url=url: sender.get(url).status_code == status)

    def own() -> WorkCard:
        (work,) = post_pages.own(post_id, actor=sender.actor).works
        return work

    def creator_and_judges_get_it() -> None:
        (shown,) = questions.exhibit_of(models.Post.objects.get(pk=post_id)).files
        mine = own()
        for url in (mine.url, mine.sprite_url, mine.captions[0][1], mine.cover_urls[1080],
                    shown.url, shown.cover_url):  # fmt: skip
            answer = sender.get(url)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (
                200, "private, no-store",
            )  # fmt: skip

    everybody_gets(404)
    creator_and_judges_get_it()
    publishing.publish(actor=sender.actor, post_id=post_id, at=NOW + timedelta(days=1), now=NOW)
    everybody_gets(404)
    creator_and_judges_get_it()
    with transaction.atomic():
        publishing.send_back(post_id, cause="OTHER", now=NOW)
    everybody_gets(404)
    publishing.publish(actor=sender.actor, post_id=post_id, now=NOW)
    everybody_gets(200)
    assert own() == card
    publishing.withdraw(actor=sender.actor, post_id=post_id, now=NOW)
    everybody_gets(404)
    creator_and_judges_get_it()
    address, other = closed(card).url, card.url.split("/")[-2]
    assert sender.get(address.replace(other, other[::-1])).status_code == 404
    assert sender.get(address.replace("judged/", "judged/x")).status_code == 404
    publishing.publish(actor=sender.actor, post_id=post_id, now=NOW)
    everybody_gets(200)
    return post_id


def what_fits_is_not_encoded_again(sender: Sender, card: WorkCard, sent: bytes) -> None:
    """Each packet is as it came; the first picture alone lost what its encoder wrote about itself."""
    before, after = (
        set(footage.packets(body))
        for body in (sent, fetched(sender, closed(card).url, "video/mp4"))
    )
    (picture,), (without_note,) = before - after, after - before
    assert (picture[:3], without_note[:3]) == (("0", "0", "512"), ("0", "0", "512"))
    assert 0 < int(without_note[3]) < int(picture[3])


def what_is_removed_goes(sender: Sender, work_id: object) -> None:
    card = works.card(work_id)  # type: ignore[arg-type]
    with transaction.atomic():
        works.remove([card.id], now=NOW)
    eventually(lambda: sender.get(card.url).status_code == 404)
    with pytest.raises(NotFound):
        works.card(card.id)


def test_a_killed_or_hung_encoder_is_tried_again_and_no_more_than_thrice(sender: Sender) -> None:
    body = footage.video(seconds=4, size="1300x800", rate=30, sound="")
    lucky, hopeless, unwanted = (sender.send(body) for _ in range(3))

    os.kill(encoder(sender.media), signal.SIGKILL)
    os.kill(encoder(sender.media), signal.SIGSTOP)
    card = ended(lucky)
    assert (card.state, card.cause, card.height) == (WorkState.READY, "", 720)

    for _ in range(3):
        os.kill(encoder(sender.media), signal.SIGKILL)
    card = ended(hopeless)
    assert (card.state, card.cause) == (WorkState.FAILED, "STUCK")

    child = encoder(sender.media)
    os.kill(child, signal.SIGSTOP)  # A fast machine would be done before anything was told.
    eventually(lambda: works.card(unwanted).state is WorkState.TRANSCODING)
    what_was_sent_is_served_to_nobody(sender)
    works.cancel(actor=sender.actor, work_id=unwanted, now=NOW)
    eventually(lambda: not Path(f"/proc/{child}").exists())
    # The one that was given up is the janitor's to take.
    eventually(lambda: sum(name.endswith(".whole") for name in kept(sender.media, "uploads")) <= 1)
    assert works.card(unwanted).state is WorkState.CANCELLED
    assert "Traceback" not in sender.media.log


def what_was_sent_is_served_to_nobody(sender: Sender) -> None:
    """Neither what is being worked on, nor what has come in part."""
    media, ticket = sender.media, sender.begin(b"half")
    assert sender.create(ticket).status_code == 201
    assert sender.patch(ticket, 0, b"ha").status_code == 204
    lie_there = kept(media, "uploads")
    assert {Path(name).suffix for name in lie_there} == {".whole", ".part", ".note", ".length"}
    work = next((media.folder / "data/media/works").glob("??/*")).name
    speaks_tus = "".join(f"{name}: {value}\r\n" for name, value in TUS.items())

    places = [
        place
        for name in lie_there
        for place in (
            f"/media/uploads/{name}",
            f"/media/uploads/{Path(name).stem}",
            f"{path_of(ticket)}/../{name}",
            f"{path_of(ticket)}%2f..%2f{name}",
            f"/media/works/{work}/../../../uploads/{name}",
            f"/media/works/{work}/..%2f..%2f..%2fuploads%2f{name}",
            f"/media/clips/..%2fuploads%2f{name}",
        )
    ]
    answers = {
        (verb, place): media.status_of(place, verb=verb, headers=speaks_tus)
        for verb in ("GET", "HEAD")
        for place in places
    }
    assert {asked: status for asked, status in answers.items() if status not in (404, 405)} == {}
    assert media.status_of(path_of(ticket), headers=speaks_tus) == 405  # Its holder neither.


_seen: set[int] = set()


def encoder(media: Media) -> int:
    """The process id of an encoder that was not seen before."""

    def find() -> int | None:
        for pid, command in processes():
            is_ours = str(media.folder) in command and "-progress" in command
            if is_ours and pid not in _seen and "limiter.py" not in command:
                _seen.add(pid)
                return pid
        return None

    found = eventually(find)
    assert found is not None
    return found


def processes() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (
                    int(entry.name),
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(),
                )
            except (OSError, UnicodeDecodeError):
                continue


def kept(media: Media, kind: str) -> list[str]:
    return sorted(path.name for path in (media.folder / "data" / "media" / kind).glob("*"))


def fetched(sender: Sender, url: str, kind: str) -> bytes:
    answer = sender.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind), httpx.URL(url).path
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.content


def probed(folder: Path, body: bytes) -> Found:
    async def wanted() -> bool:
        return True

    path = folder / "probed.mp4"
    path.write_bytes(body)
    return asyncio.run(probing.look_at(FFMPEG, path, beat=wanted))
