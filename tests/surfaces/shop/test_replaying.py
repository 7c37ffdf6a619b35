"""Replays for buyers: the list, the page with chapters, comments at their moment, clips."""

from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.live import shows

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, ingest, replays

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_replay_is_reached_and_seeks_to_what_was_explained(sale: Sale, signed_in: SignIn) -> None:
    assert sale.buyer.person_id
    line = chat.Line(sale.scene.room_id, sale.buyer.person_id, "釉色真润", "r1")
    chat.say(actor=Actor.system("gateway"), lines=[line], now=clock.now())
    show = shows.end(sale.scene, now=clock.now())
    guest = signed_in()
    assert "being put together" in guest.get(f"/replay/{sale.room}").text
    assert "No replay yet" in guest.get("/replays").text
    shows.record(show)
    shows.cut(show, is_shown=True, now=clock.now())

    page = guest.get(f"/replay/{sale.room}").text

    name = ingest.stream_name(show.room_id)
    assert f"/media/live/{name}/replay.m3u8" in page
    assert 'data-at="9.00" data-until="26.00"' in page
    assert "釉色真润" in page
    assert f"room={sale.room}&amp;sku={sale.sku}" in page
    assert "/media/clips/clp_" in page
    assert f"/replay/{sale.room}" in guest.get("/replays").text
    assert "/replays" in guest.get("/").text
    over = guest.get(f"/live/{sale.room}").text
    assert f'href="/replay/{sale.room}"' in over
    product = sale.scene.product.public_id
    assert "/media/clips/clp_" in guest.get(f"/product/{product}/clips", headers=PART).text


def test_comments_come_in_pages_and_a_made_up_place_is_not_found(
    sale: Sale, signed_in: SignIn
) -> None:
    assert sale.buyer.person_id
    for n in range(replays.SAYS_AT_ONCE + 1):
        line = chat.Line(sale.scene.room_id, sale.buyer.person_id, f"第{n}句", f"r{n}")
        chat.say(actor=Actor.system("gateway"), lines=[line], now=clock.now())
    shows.record(shows.end(sale.scene, now=clock.now()))
    guest, address = signed_in(), f"/replay/{sale.room}/says"

    first = guest.get(address, headers=PART).text
    after = first.partition("?after=")[2].partition('"')[0]
    rest = guest.get(f"{address}?after={after}", headers=PART).text

    assert (first.count("<time"), rest.count("<time")) == (replays.SAYS_AT_ONCE, 1)
    assert f"第{replays.SAYS_AT_ONCE}句" in rest
    for made_up in ("x", "0", str(ids.new()), "%00"):
        assert guest.get(f"{address}?after={made_up}").status_code == 404


def test_a_hidden_replay_plays_for_its_host_by_a_token(sale: Sale, signed_in: SignIn) -> None:
    show = shows.end(sale.scene, now=clock.now())
    shows.record(show)
    host = sale.scene.host
    replays.hide(actor=host, room_id=show.room_id, is_hidden=True, now=clock.now())

    page = signed_in(host).get(f"/replay/{sale.room}").text

    assert "Hidden: only you" in page
    assert "/media/p/" in page
    for path in (f"/replay/{sale.room}", f"/replay/{sale.room}/says"):
        assert signed_in().get(path).status_code == 404
