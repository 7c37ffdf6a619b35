import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.utils import translation
from tests import builders
from tests.builders import NOW
from tests.usecases.content.works_made import a_post
from tests.usecases.live import scenes

from laotie.content.posting import post_pages
from laotie.content.relations import blocks
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.live import chat, queries, reminders, rooms, showcase, tickets, words
from laotie.live.chat import Line
from laotie.live.rules import Refused, Silence

pytestmark = pytest.mark.usefixtures("db")
GATEWAY = Actor.system("gateway")


def person_of(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def say(room_id: UUID, actor: Actor, text: str, ref: str = "1", after_s: int = 0) -> chat.Verdict:
    line = Line(room_id, person_of(actor), text, ref)
    (verdict,) = chat.say(actor=GATEWAY, lines=[line], now=NOW + timedelta(seconds=after_s))
    return verdict


def texts(room_id: UUID) -> list[str]:
    return [
        said["text"]
        for kind, body in scenes.told(room_id)
        if kind == "says"
        for said in body["says"]
    ]


def test_a_batch_of_comments_is_one_frame_per_room_in_the_order_given() -> None:
    scene, other = scenes.a_live_room(), scenes.a_live_room()
    speakers = [builders.a_person(f"观众{n}") for n in range(20)]
    lines = [
        Line((scene.room_id, other.room_id)[n % 2], person_of(speaker), f"第{n}句", str(n))
        for n, speaker in enumerate(speakers)
    ]

    verdicts = chat.say(actor=GATEWAY, lines=lines, now=NOW)

    assert all(verdict.comment_id for verdict in verdicts)
    assert texts(scene.room_id) == [f"第{n}句" for n in range(0, 20, 2)]
    assert texts(other.room_id) == [f"第{n}句" for n in range(1, 20, 2)]
    assert scenes.kinds(scene.room_id).count("says") == 1


def test_a_comment_said_twice_is_said_once() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    twice = [Line(scene.room_id, person_of(viewer), "好看", "a")] * 2

    first, second = chat.say(actor=GATEWAY, lines=twice, now=NOW)
    third = say(scene.room_id, viewer, "好看", "a", after_s=9)

    assert first == second == third
    assert texts(scene.room_id) == ["好看"]


def test_two_batches_with_the_same_comment_at_once_say_it_once() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    lines = [Line(scene.room_id, person_of(viewer), f"第{n}句", str(n)) for n in range(20)]
    start = threading.Barrier(4)
    heard: list[list[chat.Verdict]] = []

    def talk() -> None:
        start.wait()
        try:
            heard.append(chat.say(actor=GATEWAY, lines=lines, now=NOW))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(heard) == 4
    assert all(verdicts == heard[0] for verdicts in heard)
    assert texts(scene.room_id) == [f"第{n}句" for n in range(20)]


def test_one_bad_line_does_not_touch_its_neighbours() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    person = person_of(viewer)
    lines = [
        Line(scene.room_id, person, "好", "1"),
        Line(UUID(int=5), person, "好", "2"),
        Line(scene.room_id, person, "a\x00b", "3"),
        Line(scene.room_id, person, "长" * 121, "4"),
        Line(scene.room_id, person, "\ud800", "5"),
        Line(scene.room_id, person, "好", ""),
        Line(scene.room_id, person, "z" + "\u0301" * 50, "6"),
        Line(scene.room_id, person, "也好", "7"),
    ]

    verdicts = chat.say(actor=GATEWAY, lines=lines, now=NOW)

    bad = Refused.INVALID_INPUT
    refusals = [verdict.refused for verdict in verdicts]
    assert refusals == [None, Refused.NOT_FOUND, bad, bad, bad, bad, bad, None]
    assert texts(scene.room_id) == ["好", "也好"]


def test_hidden_characters_do_not_reach_the_screen() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()

    say(scene.room_id, viewer, "\u202eabc\u200b \u2066d<script>")

    assert texts(scene.room_id) == ["abc d<script>"]


def test_people_speak_for_themselves_only() -> None:
    scene, viewer, other = scenes.a_live_room(), builders.a_person(), builders.a_person()
    line = Line(scene.room_id, person_of(other), "好", "1")

    with pytest.raises(NotAllowed):
        chat.say(actor=viewer, lines=[line], now=NOW)

    assert texts(scene.room_id) == []


def test_a_muted_viewer_is_heard_again_when_the_time_is_over() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    chat.mute(
        actor=scene.host, room_id=scene.room_id, person_id=person_of(viewer), minutes=5, now=NOW
    )

    muted = say(scene.room_id, viewer, "好", "1", after_s=299)
    heard = say(scene.room_id, viewer, "好", "2", after_s=300)

    assert (muted.refused, heard.refused) == (Refused.MUTED, None)
    assert (muted.retry_after_ms, heard.retry_after_ms) == (1_000, 0)
    kind, body = scenes.told(scene.room_id)[1]
    assert (kind, body["person"]) == ("muted", ids.public("per", person_of(viewer)))


def test_a_kicked_viewer_is_out_with_what_they_said() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    said = say(scene.room_id, viewer, "广告")

    chat.kick(actor=scene.host, room_id=scene.room_id, person_id=person_of(viewer), now=NOW)
    chat.mute(
        actor=scene.host, room_id=scene.room_id, person_id=person_of(viewer), minutes=1, now=NOW
    )

    assert say(scene.room_id, viewer, "好", "2", after_s=999).refused is Refused.KICKED
    assert queries.comments(scene.room_id, actor=scene.host) == ()
    assert scenes.kinds(scene.room_id)[-2:] == ["unsaid", "kicked"]
    assert scenes.told(scene.room_id)[-2][1]["says"] == [str(said.comment_id)]
    (silenced,) = queries.silenced(scene.room_id, actor=scene.host, now=NOW)
    assert silenced.kind is Silence.KICKED

    chat.forgive(actor=scene.host, room_id=scene.room_id, person_id=person_of(viewer), now=NOW)
    assert say(scene.room_id, viewer, "好", "3").refused is None


def test_moderation_is_the_hosts_and_not_against_the_host() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    room_id, person = scene.room_id, person_of(viewer)
    said = say(room_id, viewer, "好")
    assert said.comment_id is not None

    for actor in (viewer, builders.a_creator(), scene.shop.owner):
        with pytest.raises(NotAllowed):
            chat.mute(actor=actor, room_id=room_id, person_id=person, minutes=1, now=NOW)
        with pytest.raises(NotAllowed):
            chat.kick(actor=actor, room_id=room_id, person_id=person, now=NOW)
        with pytest.raises(NotAllowed):
            chat.take_down(actor=actor, room_id=room_id, comment_id=said.comment_id, now=NOW)
    with pytest.raises(Invalid):
        chat.kick(actor=scene.host, room_id=room_id, person_id=person_of(scene.host), now=NOW)
    with pytest.raises(NotFound):
        chat.mute(actor=scene.host, room_id=room_id, person_id=UUID(int=3), minutes=1, now=NOW)

    assert texts(room_id) == ["好"]
    assert scenes.kinds(room_id) == ["state", "says"]


def test_a_comment_can_be_taken_down_once() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    said = say(scene.room_id, viewer, "好")
    assert said.comment_id is not None

    for _ in range(2):
        chat.take_down(actor=scene.host, room_id=scene.room_id, comment_id=said.comment_id, now=NOW)

    assert scenes.kinds(scene.room_id).count("unsaid") == 1
    with pytest.raises(NotFound):
        chat.take_down(actor=scene.host, room_id=scene.room_id, comment_id=UUID(int=1), now=NOW)


def test_blocked_words_are_found_in_every_dress_and_the_host_may_use_them() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    assert words.forbid(actor=scene.host, word="加V信") == ("加v信",)

    for n, text in enumerate(["加v信 123", "加 Ｖ.信", "加\u200bⓋ信", "加ѵ信"[:1] + "v-信"]):
        verdict = say(scene.room_id, viewer, text, str(n))
        assert verdict.refused is Refused.BLOCKED_WORD, text
    assert say(scene.room_id, viewer, "加信", "ok").refused is None
    assert say(scene.room_id, scene.host, "别加V信", "host").refused is None
    assert texts(scene.room_id) == ["加信", "别加V信"]

    assert words.allow(actor=scene.host, word="加V信") == ()
    assert say(scene.room_id, viewer, "加v信", "later").refused is Refused.AGAINST_RULES


def test_what_leads_outside_is_not_said_though_no_host_forbade_it() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()

    for n, text in enumerate(["＋V abc123", "１３８ ００１３ ８０００", "shop。com", "扫码加我"]):
        assert say(scene.room_id, viewer, text, str(n)).refused is Refused.AGAINST_RULES, text
    assert say(scene.room_id, viewer, "V领的还有吗", "ok").refused is None
    assert say(scene.room_id, scene.host, "别加V", "host").refused is None

    assert texts(scene.room_id) == ["V领的还有吗", "别加V"]


def test_an_operators_word_holds_in_every_room_and_a_hosts_only_in_their_own() -> None:
    scene, other, viewer = scenes.a_live_room(), scenes.a_live_room(), builders.a_person()
    words.forbid(actor=builders.an_operator(), word="赌博")
    words.forbid(actor=scene.host, word="山寨")

    verdicts = [
        say(room.room_id, viewer, text, text).refused
        for room in (scene, other)
        for text in ("赌博", "山寨")
    ]

    blocked = Refused.BLOCKED_WORD
    assert verdicts == [blocked, blocked, blocked, None]


def test_slow_mode_spaces_a_viewers_comments() -> None:
    scene, viewer, other = scenes.a_live_room(), builders.a_person(), builders.a_person()
    rooms.set_slow_mode(actor=scene.host, room_id=scene.room_id, seconds=10, now=NOW)
    with pytest.raises(Invalid):
        rooms.set_slow_mode(actor=scene.host, room_id=scene.room_id, seconds=301, now=NOW)

    first = say(scene.room_id, viewer, "一", "1")
    early = say(scene.room_id, viewer, "二", "2", after_s=9)
    others = say(scene.room_id, other, "三", "3", after_s=9)
    late = say(scene.room_id, viewer, "四", "4", after_s=10)

    refusals = [first.refused, early.refused, others.refused, late.refused]
    assert refusals == [None, Refused.SLOW_MODE, None, None]
    assert early.retry_after_ms == 1_000


def test_nobody_speaks_in_a_room_that_is_not_open() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW)

    assert say(scene.room_id, viewer, "好").refused is Refused.ROOM_CLOSED
    assert say(scene.room_id, scene.host, "好").refused is Refused.ROOM_CLOSED


@pytest.mark.parametrize("by_host", [True, False])
def test_a_block_closes_a_hosts_rooms_and_posts_whoever_asked_for_it(by_host: bool) -> None:
    scene, viewer, third = scenes.a_live_room(), builders.a_person(), builders.a_person()
    to_come = scenes.a_scheduled_room(scene.host)
    shop_id, product_id = scene.shop.id, scene.product.id
    post_id = a_post(scene.host, product_ids=[product_id])
    first = say(scene.room_id, viewer, "早")
    for one in (viewer, third):
        reminders.ask(actor=one, room_id=to_come, now=NOW)
    blocker, blocked = (scene.host, viewer) if by_host else (viewer, scene.host)

    def found(actor: Actor) -> list[list[UUID]]:
        return [
            [slide.room.id for slide in queries.feed(actor=actor, now=NOW)],
            [room.id for room, _host in queries.announced(actor=actor)],
            [room.id for room, _host in queries.on_air_with(shop_id, actor=actor)],
            [view.id for view in post_pages.of_product(product_id, actor=actor)],
        ]

    before = found(viewer)
    blocks.block(actor=blocker, person_id=person_of(blocked), now=NOW)

    assert first.comment_id
    assert say(scene.room_id, viewer, "嘿", ref="2") == chat.Verdict(None, Refused.ROOM_CLOSED)
    assert say(scene.room_id, third, "早").comment_id
    for look in (
        lambda: queries.room_page(scene.room_id, actor=viewer),
        lambda: tickets.issue(actor=viewer, room_id=scene.room_id, now=NOW),
        lambda: showcase.page(scene.host.require_creator(), actor=viewer, now=NOW),
        lambda: post_pages.seen_by(viewer, post_id),
        lambda: reminders.ask(actor=viewer, room_id=to_come, now=NOW),
    ):
        with pytest.raises(NotFound):
            look()
    assert before == [[scene.room_id], [to_come], [scene.room_id], [post_id]]
    assert found(viewer) == [[], [], [], []]
    assert reminders.people(to_come) == (third.person_id,)
    assert found(third) == found(Actor.anonymous()) == found(scene.host) == before

    blocks.unblock(actor=blocker, person_id=person_of(blocked))
    assert queries.room_page(scene.room_id, actor=viewer).may_enter
    assert say(scene.room_id, viewer, "嘿", ref="3").comment_id


def test_every_reason_is_a_sentence() -> None:
    with translation.override("en"):
        assert all(chat.sentence(reason).endswith(".") for reason in Refused)


def test_the_list_of_words_is_bounded() -> None:
    host = builders.a_creator()
    words.forbid(actor=host, word="x")
    sql.change(
        "UPDATE live_blocklist SET words = ARRAY(SELECT 'w' || n FROM generate_series(1, 500) n)"
    )

    with pytest.raises(words.TooManyWords):
        words.forbid(actor=host, word="y")
    with pytest.raises(Invalid):
        words.forbid(actor=host, word="!!!")
    with pytest.raises(NotAllowed):
        words.forbid(actor=builders.a_person(), word="y")
