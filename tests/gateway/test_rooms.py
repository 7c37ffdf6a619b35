"""What pages in a room see, over real sockets."""

from datetime import timedelta
from functools import partial

import pytest
from tests import builders
from tests.gateway import pages
from tests.gateway.pages import Gateway
from tests.usecases.live import scenes

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, drops, flashes, ingest, rooms, stage, words
from laotie.trade import coupons


def test_a_page_is_welcomed_gets_the_room_and_then_what_happens(gateway: Gateway) -> None:
    now = clock.now()
    scene, viewer = scenes.a_live_room(now), builders.a_person("小林")
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
    flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990, quantity=10,
        seconds=600, now=now,
    )  # fmt: skip

    before = clock.millis(clock.now())
    page = pages.enter(gateway, scene.room_id, viewer)
    welcome, snapshot = page.frames[0], page.frames[-1]
    after = clock.millis(clock.now())
    stage.unpin(actor=scene.host, room_id=scene.room_id, now=clock.now())
    unpinned = page.until_event("unpinned")

    assert viewer.person_id is not None
    assert (welcome["t"], welcome["name"], welcome["may_say"]) == ("welcome", "小林", True)
    assert welcome["person"] == ids.public("per", viewer.person_id)
    assert before - 1 <= welcome["now"] <= after + 1
    assert snapshot["state"] == "LIVE"
    assert snapshot["title"] == "开窑第一场"
    assert snapshot["pinned"]["item"]["title"] == {"zh": "茶盏", "en": "茶盏 tea"}
    assert (snapshot["flash"]["left"], snapshot["flash"]["item"]["price_fen"]) == (10, 1990)
    assert unpinned["seq"] == snapshot["seq"] + 1
    assert gateway.get("/healthz") == gateway.get("/readyz") == "ok\n"


def test_a_comment_of_one_page_appears_in_the_others(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    speaker = pages.enter(gateway, scene.room_id, builders.a_person("阿南"))
    others = [pages.enter(gateway, scene.room_id, builders.a_person()) for _ in range(3)]
    guest = pages.enter(gateway, scene.room_id, Actor.anonymous())

    speaker.send(t="say", id="c1", text="这个釉色真的像玉一样")
    said = speaker.until_type("said")

    for page in [*others, guest]:
        comment = page.until_said("这个釉色真的像玉一样")
        assert (comment["name"], comment["id"]) == ("阿南", said["id"])


def test_refusals_name_their_reason_in_the_viewers_language(gateway: Gateway) -> None:
    scene, viewer = scenes.a_live_room(clock.now()), builders.a_person()
    words.forbid(actor=scene.host, word="加微信")
    page = pages.enter(gateway, scene.room_id, viewer, lang="en")
    guest = pages.enter(gateway, scene.room_id, Actor.anonymous(), lang="en")

    page.send(t="say", id="1", text="加 微-信")
    blocked = page.until_type("refused")
    guest.send(t="say", id="2", text="好")
    signed_out = guest.until_type("refused")

    assert (blocked["re"], blocked["code"]) == ("1", "BLOCKED_WORD")
    assert blocked["text"] == "Not sent: a word in it is blocked in this room."
    assert (signed_out["re"], signed_out["code"]) == ("2", "SIGN_IN_FIRST")
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=clock.now())
    page.until_event("pinned")
    assert not any(frame.get("says") for frame in page.frames if frame["t"] == "tick")


def test_a_muted_viewer_watches_and_a_kicked_one_is_out_for_good(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    viewer, other = builders.a_person(), builders.a_person()
    assert viewer.person_id is not None
    page = pages.enter(gateway, scene.room_id, viewer)
    second_window = pages.enter(gateway, scene.room_id, viewer)
    watching = pages.enter(gateway, scene.room_id, other)

    chat.mute(
        actor=scene.host, room_id=scene.room_id, person_id=viewer.person_id, minutes=5,
        now=clock.now(),
    )  # fmt: skip
    muted = page.until_event("muted")
    page.send(t="say", id="1", text="好")
    refused = page.until_type("refused")
    chat.kick(actor=scene.host, room_id=scene.room_id, person_id=viewer.person_id, now=clock.now())

    assert muted["person"] == page.frames[0]["person"]
    assert refused["code"] == "MUTED"
    assert 240_000 < refused["retry_after_ms"] <= 300_000
    assert (page.until_closed(), second_window.until_closed()) == (4003, 4003)
    again = pages.Page(
        pages.dial(gateway, pages.path(scene.room_id, resume=page.resume, seq=page.last_seq))
    )
    assert again.until_closed() == 4003
    assert watching.until_event("kicked")["person"] == muted["person"]


def test_many_comments_and_hearts_come_in_few_frames(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    watching = pages.enter(gateway, scene.room_id, Actor.anonymous())
    speakers = [pages.enter(gateway, scene.room_id, builders.a_person()) for _ in range(8)]
    watching.until_counts(viewers=9)
    before = len(watching.frames)

    with gateway.held():  # Whatever is sent meanwhile comes at once, however slow who sends it.
        for n in range(5):
            for number, speaker in enumerate(speakers):
                speaker.send(t="say", id=f"{n}", text=f"{number}说{n}")
                speaker.send(t="like", n=10)
    for speaker in speakers:
        for _ in range(5):
            speaker.until_type("said")
    watching.until_counts(likes=400)

    frames = watching.frames[before:]
    said = {text["text"] for frame in frames for text in frame.get("says", [])}
    assert all(frame["t"] == "tick" for frame in frames)
    # 80 messages went in.
    assert len(frames) < 40
    assert said <= {f"{number}说{n}" for number in range(8) for n in range(5)}


def test_viewers_and_likes_are_counted_and_leavers_leave(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    watching = pages.enter(gateway, scene.room_id, Actor.anonymous())
    others = [pages.enter(gateway, scene.room_id, Actor.anonymous()) for _ in range(4)]

    watching.until_counts(viewers=5)
    for page in others:
        page.socket.close()
    watching.until_counts(viewers=1)
    watching.send(t="like", n=50)

    assert watching.until_counts(viewers=1, likes=50) == {"viewers": 1, "likes": 50}


def test_a_flash_offer_runs_through_its_life_on_the_page(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    page = pages.enter(gateway, scene.room_id, Actor.anonymous())
    now = clock.now()

    card = flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990, quantity=10,
        seconds=60, limit_per_buyer=2, now=now,
    )  # fmt: skip
    flash = page.until_event("flash")
    flashes.close_due(now=now + timedelta(seconds=60))
    over = page.until_event("flash_over")

    offer = ids.public("ofr", card.offer_id)
    assert (flash["offer"], flash["quantity"], flash["limit"]) == (offer, 10, 2)
    assert flash["ends_at"] - flash["starts_at"] == 60_000
    assert (over["offer"], over["reason"]) == (offer, "time")


def test_a_coupon_drop_says_what_it_takes_off_and_how_many_are_left(gateway: Gateway) -> None:
    now = clock.now()
    scene, window = scenes.a_live_room(now), (now, now + timedelta(days=1))
    coupon = coupons.issue(
        actor=scene.shop.owner, shop_id=scene.shop.id, name_zh="八折", name_en="20% off",
        off_fen=1500, rate_bps=2000, min_goods_fen=1000, budget_fen=10**6, limit_per_buyer=1,
        claim_window=window, use_window=window, now=now,
    )  # fmt: skip
    throw = partial(
        drops.open_drop, actor=scene.host, room_id=scene.room_id, coupon_id=coupon.coupon_id,
        seconds=60, now=now,
    )  # fmt: skip

    throw(pieces=2)
    page = pages.enter(gateway, scene.room_id, Actor.anonymous())
    drops.close(actor=scene.host, room_id=scene.room_id, now=now)
    throw(pieces=3)
    drawn, told = page.frames[-1]["drop"], page.until_event("drop")

    assert (drawn["left"], told["left"]) == (2, 3)
    for drop in (drawn, told):
        assert (drop["rate_bps"], drop["off_fen"]) == (2000, 1500)
        assert drop["name"] == {"zh": "八折", "en": "20% off"}


def test_an_interruption_is_shown_and_the_socket_stays(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    page = pages.enter(gateway, scene.room_id, Actor.anonymous())

    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=clock.now())
    gone = page.until_event("state")
    ingest.started(
        room_id=scene.room_id, session=ids.new(), picture=scenes.PICTURE, now=clock.now()
    )
    back = page.until_event("state")

    assert (gone["state"], back["state"]) == ("INTERRUPTED", "LIVE")


def test_a_room_that_ends_says_so_and_closes(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    page = pages.enter(gateway, scene.room_id, Actor.anonymous())
    late = pages.ticket(Actor.anonymous(), scene.room_id)

    rooms.end(actor=scene.host, room_id=scene.room_id, now=clock.now())

    assert page.until_event("state")["state"] == "ENDED"
    assert page.until_closed() == 4004
    again = pages.Page(pages.dial(gateway, pages.path(scene.room_id, ticket=late)))
    assert again.until_closed() == 4004


def test_the_host_in_preview_sees_the_room_go_live(gateway: Gateway) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host, clock.now())
    ingest.started(room_id=room_id, session=ids.new(), picture=scenes.PICTURE, now=clock.now())
    page = pages.enter(gateway, room_id, host)
    assert page.frames[-1]["state"] == "PREVIEW"

    rooms.go_live(actor=host, room_id=room_id, now=clock.now())

    # A new epoch begins: the page is drawn anew.
    snapshot = page.until_type("snapshot")
    assert (snapshot["state"], snapshot["epoch"]) == ("LIVE", 2)
    page.send(t="say", id="1", text="开播啦")
    assert page.until_said("开播啦")["host"]


def test_a_page_that_comes_back_gets_what_it_missed_each_once(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    staying = pages.enter(gateway, scene.room_id, Actor.anonymous())
    leaving = pages.enter(gateway, scene.room_id, builders.a_person())
    start = leaving.last_seq
    leaving.socket.close()

    for _ in range(5):
        stage.pin(
            actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=clock.now()
        )
        stage.unpin(actor=scene.host, room_id=scene.room_id, now=clock.now())
    staying.until(lambda frame: frame.get("seq") == start + 10)
    back = pages.come_back(gateway, scene.room_id, leaving)
    back.until(lambda frame: frame.get("seq") == start + 10)

    assert back.seqs() == list(range(start + 1, start + 11))
    assert all(frame["t"] != "snapshot" for frame in back.frames)


@pytest.mark.parametrize("seq", [10**9, 10**30, "-1", "x", "%00", "%EF%BC%91", ""])
def test_a_number_that_cannot_be_is_passed_over(gateway: Gateway, seq: object) -> None:
    scene = scenes.a_live_room(clock.now())
    page = pages.enter(gateway, scene.room_id, Actor.anonymous())

    back = pages.Page(pages.dial(gateway, pages.path(scene.room_id, resume=page.resume, seq=seq)))
    back.until(lambda frame: frame["t"] in {"snapshot", "tick"})

    assert back.last_seq == page.last_seq
