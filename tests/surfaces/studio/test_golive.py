"""The go-live page, rehearsals, the brake, and what is left of a show in the studio."""

import io

import pytest
from PIL import Image
from tests import builders
from tests.surfaces.studio.conftest import OnAir, SignIn
from tests.usecases.live import scenes, shows

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import clips, ingest, queries, rehearsals, replays, seats, stops
from laotie.live.rules import RoomState

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def address_of(room_id: object) -> str:
    return f"/studio/rooms/{ids.public('rom', room_id)}/"  # type: ignore[arg-type]


def test_a_rehearsal_and_then_on_air_by_the_page(signed_in: SignIn) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host, clock.now())
    address, client = address_of(room_id), signed_in(host)
    page = client.get(f"{address}go").text
    assert "camera-studio" in page
    assert "Rehearse" in page

    begun = client.post(f"{address}rehearsal/begin", headers=PART)
    assert "Nobody else sees it" in begun.text
    assert begun.headers["HX-Trigger"] == "desk-changed"
    picture = {**scenes.PICTURE, "door": "browser"}
    ingest.started(room_id=room_id, session=ids.new(), picture=picture, now=clock.now())
    assert signed_in().get(f"/live/{ids.public('rom', room_id)}").status_code == 200
    assert queries.room_for_host(room_id, actor=host).state is RoomState.SCHEDULED
    assert client.post(f"{address}rehearsal/end", headers=PART).status_code == 200
    assert client.post(f"{address}rehearsal/end", headers=PART).status_code == 409
    assert client.post(f"{address}rehearsal/twice").status_code == 404

    refused = client.post(f"{address}go/live", headers=PART)
    assert "No picture arrives yet" in refused.text
    ingest.started(room_id=room_id, session=ids.new(), picture=picture, now=clock.now())
    assert client.post(f"{address}go/live", headers=PART).status_code == 200
    assert queries.room_for_host(room_id, actor=host).state is RoomState.LIVE
    assert rehearsals.since(room_id, actor=host) is None


def test_title_and_cover_can_be_set_until_the_show_begins(signed_in: SignIn) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host, clock.now())
    client, address = signed_in(host), address_of(room_id)
    body = io.BytesIO()
    Image.new("RGB", (900, 1200), (200, 50, 30)).save(body, "PNG")
    body.seek(0)
    body.name = "cover.png"

    told = client.post(f"{address}go/dress", {"title": "新窑新货", "cover": body}, headers=PART)

    card = queries.room_for_host(room_id, actor=host)
    assert (told.status_code, card.title) == (200, "新窑新货")
    assert card.cover_url.endswith("/640.webp")
    bad = io.BytesIO(b"GIF89a not a picture")
    bad.name = "x.png"
    no = client.post(f"{address}go/dress", {"title": "", "cover": bad}, headers=PART)
    assert no.status_code == 422
    assert queries.room_for_host(room_id, actor=host).title == "新窑新货"


def test_the_brake_asks_why_and_the_host_goes_on(signed_in: SignIn, on_air: OnAir) -> None:
    client = signed_in(on_air.host)
    assert "Emergency stop" in client.get(f"{on_air.address}stop").text
    assert client.post(f"{on_air.address}stop", {"after": "pause"}).status_code == 422
    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.LIVE

    client.post(f"{on_air.address}stop", {"reason": "孩子进来了", "after": "pause"})

    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.SUSPENDED
    assert "You stopped this room" in client.get(on_air.address).text
    assert "This live is paused" in signed_in().get(f"/live/{on_air.ref}").text
    assert signed_in(builders.a_creator()).post(f"{on_air.address}stop/resume").status_code == 404
    client.post(f"{on_air.address}stop/resume")
    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.INTERRUPTED


def test_a_seat_pulls_the_brake_and_strangers_do_not_find_it(
    signed_in: SignIn, on_air: OnAir
) -> None:
    seated = builders.a_person()
    assert seated.person_id
    seats.give(
        actor=on_air.host,
        room_id=on_air.id,
        person_id=seated.person_id,
        duties=["stop"],
        now=clock.now(),
    )
    said = {"reason": "画面不对", "after": "end"}
    stranger = signed_in(builders.a_person())
    assert stranger.get(f"{on_air.address}stop").status_code in {403, 404}
    assert stranger.post(f"{on_air.address}stop", said).status_code == 404
    assert signed_in().post(f"{on_air.address}stop", said).status_code == 302
    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.LIVE

    done = signed_in(seated).post(f"{on_air.address}stop", said)

    assert done.headers["Location"] == f"/live/{on_air.ref}"
    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.ENDED


def test_a_key_that_is_taken_back_cuts_its_sender_off(signed_in: SignIn, on_air: OnAir) -> None:
    client = signed_in(on_air.host)
    client.post(f"{on_air.address}key")

    client.post(f"{on_air.address}key/revoke", headers=PART)

    assert ingest.key_made_at(on_air.id) is None
    session, now = on_air.scene.session, clock.now()
    assert not ingest.health(room_id=on_air.id, session=session, figures={}, now=now)
    assert (
        "Its stream key was taken back."
        in client.get(f"{on_air.address}parts/signal", headers=PART).text
    )


def test_replay_and_clips_are_the_hosts_to_show(signed_in: SignIn, on_air: OnAir) -> None:
    show = shows.end(on_air.scene, now=clock.now())
    client = signed_in(on_air.host)
    waiting = client.get(f"{on_air.address}lookback", headers=PART).text
    assert "being put together" in waiting
    assert 'hx-trigger="every 3s"' in waiting
    shows.record(show)
    clip = ids.public("clp", shows.cut(show, now=clock.now()))

    ready = client.get(f"{on_air.address}lookback", headers=PART).text
    assert "0:56 recorded, 1 chapters" in ready
    assert "hx-trigger" not in ready.partition("<form")[0]
    address = clips.card(ids.parse("clp", clip)).url
    assert f'href="{address}?pass=' in ready  # Its hosts' alone until it is shown.

    client.post(f"{on_air.address}clips/{clip}/show", headers=PART)
    assert len(clips.shown_in(on_air.id)) == 1
    ready = client.get(f"{on_air.address}lookback", headers=PART).text
    assert f'href="{address}" download' in ready
    client.post(f"{on_air.address}clips/{clip}/hide", headers=PART)
    assert clips.shown_in(on_air.id) == ()
    assert client.post(f"{on_air.address}clips/{clip}/again", headers=PART).status_code == 409
    assert client.post(f"{on_air.address}clips/{clip}/sell").status_code == 404
    stranger = signed_in(builders.a_creator())
    for path in (f"clips/{clip}/show", "replay/hide", "lookback"):
        answer = stranger.post if path != "lookback" else stranger.get
        assert answer(f"{on_air.address}{path}").status_code == 404
    client.post(f"{on_air.address}replay/hide", headers=PART)
    assert not replays.is_there(on_air.id, actor=Actor.anonymous())
    client.post(f"{on_air.address}replay/show", headers=PART)
    assert replays.is_there(on_air.id, actor=Actor.anonymous())
    assert stops.of_room(on_air.id, actor=on_air.host) == ()


@pytest.mark.parametrize("code", ["LOST", "what an old release wrote"])
def test_why_a_stream_ended_is_said_in_words(signed_in: SignIn, on_air: OnAir, code: str) -> None:
    ingest.ended(room_id=on_air.id, session=on_air.scene.session, reason=code, now=clock.now())

    said = signed_in(on_air.host).get(f"{on_air.address}parts/signal", headers=PART).text

    assert code not in said
    assert ("The connection was lost." if code == "LOST" else "It was cut off.") in said
