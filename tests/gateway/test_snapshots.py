"""What late pages are given: a snapshot that is at most so old, whoever else has asked."""

from django.db import transaction
from tests import builders
from tests.gateway import pages
from tests.gateway.pages import Gateway
from tests.usecases.live import scenes

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.live import chat, frames
from laotie.live.chat import Line
from laotie.live.frames import NewFrame


def test_a_late_page_is_not_sent_the_whole_past(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    early = pages.enter(gateway, scene.room_id, Actor.anonymous())
    first = early.last_seq
    with transaction.atomic():
        batch = [NewFrame(scene.room_id, "bag", {"count": n}) for n in range(300)]
        frames.append_many(batch, now=clock.now())
    early.until(lambda frame: frame.get("seq") == first + 300)

    late = pages.enter(gateway, scene.room_id, Actor.anonymous())

    assert late.frames[-1]["seq"] == first + 300
    assert early.seqs() == list(range(first + 1, first + 301))


def test_a_snapshot_and_what_follows_have_no_gap_and_no_twin(gateway: Gateway) -> None:
    scene, viewer = scenes.a_live_room(clock.now()), builders.a_person()
    assert viewer.person_id is not None
    staying = pages.enter(gateway, scene.room_id, Actor.anonymous())
    for n in range(30):
        line = Line(scene.room_id, viewer.person_id, f"第{n}句", str(n))
        chat.say(actor=Actor.system("test"), lines=[line], now=clock.now())
    staying.until_said("第29句")

    late = pages.enter(gateway, scene.room_id, Actor.anonymous())
    line = Line(scene.room_id, viewer.person_id, "最后", "last")
    chat.say(actor=Actor.system("test"), lines=[line], now=clock.now())
    late.until_said("最后")

    shown = [said["text"] for frame in late.frames for said in frame.get("says", [])]
    assert len(shown) == len(set(shown))
    assert shown[-11:] == [f"第{n}句" for n in range(20, 30)] + ["最后"]
