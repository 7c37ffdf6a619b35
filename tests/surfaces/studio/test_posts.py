"""A creator's posts in the studio: begun, filled, published, taken down, and made from a clip."""

import re
from datetime import timedelta

from django.db import transaction
from django.test import Client
from tests import builders
from tests.outside import World
from tests.statements import counted
from tests.surfaces.studio.conftest import SignIn, queries_of
from tests.surfaces.studio.test_rooms import PART
from tests.usecases.content.works_made import a_post, a_sent_file, a_work, finish, give_up
from tests.usecases.live import shows

from laotie.content import models
from laotie.content.files import uploads
from laotie.content.files.footage import Cause, Kind
from laotie.content.kinds import PostKind, PostState
from laotie.content.posting import post_pages, publishing
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import rooms

WORDS = {
    "title": "三种泡法",
    "body": "水温八十五度。",
    "language": "zh-hans",
    "field": "FOOD",
    "region": "330000",
    "label": "ORGANIC",
    "is_ai": "on",
}


def begun(client: Client, kind: str = "VIDEO") -> str:
    """The address of a new draft."""
    return str(client.post("/studio/posts/begin", {"kind": kind})["Location"])


def sent(creator: Actor, kind: Kind = Kind.VIDEO) -> str:
    """The public id of an upload that has arrived."""
    a_sent_file(creator, kind, now=clock.now())
    return ids.public("upl", models.Upload.objects.order_by("-id")[0].id)


def the_post(creator: Actor) -> post_pages.PostView:
    return post_pages.mine(actor=creator).rows[0]


def test_a_video_is_begun_filled_published_and_taken_down(signed_in: SignIn, world: World) -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop, title="茶盏")
    builders.a_plan(shop, product)
    client = signed_in(creator)
    address = begun(client)
    assert "No post yet" not in client.get("/studio/posts").text

    client.post(address, WORDS)
    refused = client.post(f"{address}publish", {"when": "now"}, headers=PART)
    assert (refused.status_code, "Add a video or pictures first" in refused.text) == (409, True)
    part = client.post(f"{address}files", {"upload": sent(creator)}, headers=PART).text
    assert "Waits for its turn" in part
    assert 'hx-trigger="every 2s"' in part
    assert 'name="title"' not in part  # Words being typed beside it stay.
    found = client.get(f"{address}products?q=茶", headers=PART).text
    assert f"products/{product.public_id}/add" in found
    client.post(f"{address}products/{product.public_id}/add")
    client.post(address, WORDS)  # Drawn before the goods were put in.
    view = the_post(creator)
    assert (view.label, view.product_ids, view.is_ai) == ("AD", (product.id,), True)

    client.post(f"{address}publish", {"when": "now"})
    assert the_post(creator).state is PostState.TRANSCODING
    finish(view.works[0].id)
    publishing.advance_due(now=clock.now())
    page = client.get(address).text
    assert "Take it down" in page
    assert f"/post/{view.public_id}" in page
    assert client.post(f"{address}files", {"upload": sent(creator)}).status_code == 409
    client.post(f"{address}steps/take-down")
    assert the_post(creator).state is PostState.WITHDRAWN
    assert "/media/judged/" in client.get(address).text
    with transaction.atomic():
        publishing.take_down(view.id, cause="OTHER", now=clock.now())
    page = client.get(address).text
    assert "closed while the post is down" in page
    assert "/media/judged/" not in page


def test_causes_stand_in_the_list_and_a_broken_file_is_replaced(
    signed_in: SignIn, world: World
) -> None:
    creator = builders.a_creator()
    client = signed_in(creator)
    address = begun(client)
    client.post(address, WORDS)
    client.post(f"{address}files", {"upload": sent(creator)})
    client.post(f"{address}publish", {"when": "now"})
    broken = the_post(creator).works[0]
    give_up(broken.id, Cause.TRUNCATED)
    publishing.advance_due(now=clock.now())

    listed, page = client.get("/studio/posts").text, client.get(address).text
    assert "could not be used" in listed
    assert "The end of the file is missing" in page
    client.post(f"{address}files", {"work": broken.public_id, "verb": "remove"})
    assert the_post(creator).works == ()
    assert "could not be used" not in client.get("/studio/posts").text


def test_stills_are_put_in_order_and_a_stopped_one_is_not_made(
    signed_in: SignIn, world: World
) -> None:
    creator = builders.a_creator()
    client = signed_in(creator)
    address = begun(client, "STILLS")
    for _ in range(3):
        client.post(f"{address}files", {"upload": sent(creator, Kind.STILL)})
    first, second, third = the_post(creator).works

    client.post(f"{address}files", {"work": third.public_id, "verb": "earlier"})
    client.post(f"{address}files", {"work": second.public_id, "verb": "stop"})

    held = the_post(creator).works
    assert [work.id for work in held] == [first.id, third.id, second.id]
    assert held[2].state == "CANCELLED"
    wrong = client.post(f"{address}files", {"work": first.public_id, "verb": "explode"})
    assert wrong.status_code == 404


def test_a_moment_to_come_is_taken_and_kept_back(signed_in: SignIn, world: World) -> None:
    creator = builders.a_creator()
    post_id = a_post(creator, is_public=False, now=clock.now())
    client, address = signed_in(creator), f"/studio/posts/{ids.public('pst', post_id)}/"
    moment = (clock.now() + timedelta(days=1)).astimezone().strftime("%Y-%m-%dT%H:%M")

    for wrong in ("", "never", "2020-01-01T10:00"):
        answer = client.post(f"{address}publish", {"when": "later", "at": wrong})
        assert answer.status_code == 422
    client.post(f"{address}publish", {"when": "later", "at": moment})
    assert the_post(creator).state is PostState.SCHEDULED
    client.post(f"{address}steps/keep-back")
    assert the_post(creator).state is PostState.DRAFT
    client.post(f"{address}steps/delete")
    assert post_pages.mine(actor=creator).rows == ()


def test_a_cover_is_chosen_from_the_sprite(signed_in: SignIn, world: World) -> None:
    creator = builders.a_creator()
    post_id = a_post(creator, is_public=False, now=clock.now())
    client, address = signed_in(creator), f"/studio/posts/{ids.public('pst', post_id)}/"

    page = client.get(address).text
    moments = re.findall(r'name="at_ms" value="(\d+)"', page)
    assert (len(moments), moments[0], moments[-1]) == (25, "240", "11760")
    part = client.post(f"{address}cover", {"at_ms": moments[3]}, headers=PART).text

    assert "being drawn" in part
    assert models.Work.objects.get().cover_wanted_ms == 1680


def test_the_list_and_the_editor_cost_the_same_however_much_there_is(
    signed_in: SignIn, world: World
) -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    products = [builders.a_product(shop) for _ in range(6)]
    for product in products:
        builders.a_plan(shop, product)
    client, now = signed_in(creator), clock.now()
    small = a_post(creator, product_ids=[products[0].id], now=now)
    one = queries_of(client, "/studio/posts")
    large = a_post(
        creator,
        kind=PostKind.STILLS,
        stills=6,
        product_ids=[each.id for each in products],
        now=now,
    )
    a_post(creator, now=now)

    assert queries_of(client, "/studio/posts") == one
    editors = [
        queries_of(client, f"/studio/posts/{ids.public('pst', post_id)}/")
        for post_id in (large, small)
    ]
    assert editors[1] - editors[0] == 1  # A video's captions.
    draft = begun(client)
    with counted() as asked:
        assert 'name="event"' in client.get(draft).text
    assert sum('FROM "content_occasion"' in each for each in asked) == 1


def test_a_draft_is_nobody_elses(signed_in: SignIn, world: World) -> None:
    creator, stranger = builders.a_creator(), builders.a_creator()
    post_id = a_post(creator, is_public=False, now=clock.now())
    public = a_post(creator, now=clock.now())

    for one in (post_id, public):
        address = f"/studio/posts/{ids.public('pst', one)}/"
        for client in (signed_in(stranger), signed_in(builders.a_person())):
            assert client.get(address).status_code == 404
            assert client.post(f"{address}steps/take-down").status_code == 404
        assert signed_in().get(address).status_code == 302
    derived = {"kind": "VIDEO", "source": ids.public("pst", public)}
    refused = signed_in(stranger).post("/studio/posts/begin", derived)
    assert (refused.status_code, "does not let others" in refused.text) == (409, True)
    foreign = uploads.begin(
        actor=stranger, kind=Kind.VIDEO, bytes=1, name="x", now=clock.now()
    ).public_id
    mine = f"/studio/posts/{ids.public('pst', post_id)}/files"
    assert signed_in(creator).post(mine, {"upload": foreign}).status_code == 404


def test_a_clip_of_a_show_becomes_a_post_in_one_tap(signed_in: SignIn, world: World) -> None:
    show = shows.a_show(clock.now())
    shows.record(show)
    clip_id = shows.cut(show, now=clock.now())
    room, clip = ids.public("rom", show.room_id), ids.public("clp", clip_id)
    host = show.scene.host
    client, tap = signed_in(host), f"/studio/rooms/{room}/clips/{clip}/publish"

    offered = client.get(f"/studio/rooms/{room}/lookback", headers=PART).text
    assert ("Publish as a post" in offered, "Edit first" in offered) == (True, True)
    tapped, again = (client.post(tap, headers=PART).text for _ in range(2))
    assert ("Waits for its files" in tapped, "Publish as a post" in tapped) == (True, False)
    assert "Waits for its files" in again
    assert models.Post.objects.count() == 1
    view = the_post(host)
    assert (view.label, view.source_id, len(view.product_ids)) == ("AD", clip_id, 1)
    assert view.title == "茶盏 tea"
    finish(view.works[0].id)
    publishing.advance_due(now=clock.now())
    assert the_post(host).is_public
    page = signed_in().get(f"/post/{view.public_id}").text
    assert f'href="/replay/{room}"' in page

    editor = f"/studio/posts/{view.public_id}/"
    publishing.withdraw(actor=host, post_id=view.id, now=clock.now())
    late = client.post(tap, follow=True)
    assert late.redirect_chain == [(editor, 302)]
    assert "You took the post of this clip down." in late.text
    assert the_post(host).state is PostState.WITHDRAWN
    publishing.publish(actor=host, post_id=view.id, now=clock.now())

    operator = builders.an_operator()
    rooms.ban(actor=operator, room_id=show.room_id, reason="forged goods", now=clock.now())
    assert the_post(host).state is PostState.TAKEN_DOWN
    assert signed_in().get(f"/post/{view.public_id}").status_code == 404
    assert signed_in(builders.a_creator()).post(tap).status_code == 404
    for state, words in (
        (PostState.TAKEN_DOWN, "The post of this clip was taken down."),
        (PostState.APPEALED, "Somebody looks at your appeal."),
        (PostState.UPHELD, "The post of this clip is down for good."),
    ):
        models.Post.objects.update(state=state.value)
        late = client.post(tap, follow=True)
        assert late.redirect_chain == [(editor, 302)]
        assert words in late.text
        assert the_post(host).state is state


def test_a_clip_that_a_gate_stops_stays_a_draft_and_its_host_reads_why(
    signed_in: SignIn, world: World
) -> None:
    show = shows.a_show(clock.now())
    shows.record(show)
    clip = ids.public("clp", shows.cut(show, now=clock.now()))
    room, host = ids.public("rom", show.room_id), show.scene.host
    client, taps = signed_in(host), f"/studio/rooms/{room}/clips/{clip}/"

    first, again = client.post(f"{taps}post")["Location"], client.post(f"{taps}post")["Location"]
    assert first == again
    client.post(first, {**WORDS, "title": ""})
    stopped = client.post(f"{taps}publish", follow=True)
    assert stopped.redirect_chain == [(first, 302)]
    assert "It stayed a draft. Give the post a title first." in stopped.text
    view = the_post(host)
    assert (view.state, view.cause) == (PostState.DRAFT, "TITLE_NEEDED")

    back = client.get(f"/studio/rooms/{room}/lookback", headers=PART).text
    assert ("Give the post a title first." in back, "Publish as a post" in back) == (True, True)

    client.post(first, WORDS)
    assert client.post(f"{taps}publish")["Location"] == f"/studio/rooms/{room}/"
    view = the_post(host)
    assert (view.state, view.cause, view.title) == (PostState.TRANSCODING, "", "三种泡法")


def test_a_creator_sees_what_takes_room_and_deletes_what_no_post_needs(
    signed_in: SignIn, world: World
) -> None:
    creator, stranger = builders.a_creator(), builders.a_creator()
    client, now = signed_in(creator), clock.now()
    assert "No file yet" in client.get("/studio/works").text
    post_id = a_post(creator, now=now)
    spare, failed = a_work(creator, now=now), a_sent_file(creator, now=now)
    give_up(failed)
    few = queries_of(client, "/studio/works")
    for _more in range(3):
        a_post(creator, kind=PostKind.STILLS, now=now)

    assert queries_of(client, "/studio/works") == few
    page = client.get("/studio/works").text
    ref, spare_ref = ids.public("pst", post_id), ids.public("wrk", spare)
    assert f'href="/studio/posts/{ref}/"' in page
    assert "The file is damaged and cannot be read." in page
    assert ("50.0\xa0GB" in page, page.count("Delete it")) == (True, 2)
    assert 'href="/studio/works"' in client.get("/studio/posts").text

    video = models.PostWork.objects.get(post=post_id).work_id
    kept = client.post(f"/studio/works/{ids.public('wrk', video)}/delete")
    assert (kept.status_code, "A post shows this. Take it out there first." in kept.text) == (
        409,
        True,
    )
    address = f"/studio/works/{spare_ref}/delete"
    assert signed_in(stranger).post(address).status_code == 404
    assert client.post(address)["Location"] == "/studio/works"
    assert models.Work.objects.exclude(removed_at=None).get().id == spare
    assert client.get("/studio/works").text.count("Delete it") == 1


def test_captions_are_taken_off_where_the_post_is_written(signed_in: SignIn, world: World) -> None:
    creator = builders.a_creator()
    post_id = a_post(creator, is_public=False, now=clock.now())
    video = post_pages.own(post_id, actor=creator).works[0]
    upload = uploads.begin(
        actor=creator,
        kind=Kind.CAPTIONS,
        bytes=9,
        name="a.vtt",
        for_work=video.id,
        language="en",
        now=clock.now(),
    )
    assert uploads.complete(upload_id=upload.upload_id, now=clock.now())
    captions = uploads.card(upload.upload_id, actor=creator).work_id
    assert captions
    finish(captions)
    client, address = signed_in(creator), f"/studio/posts/{ids.public('pst', post_id)}/files"
    asked = {"work": video.public_id, "verb": "uncaption", "language": "en"}

    assert "Take the English captions off" in client.get(address, headers=PART).text
    publishing.publish(actor=creator, post_id=post_id, now=clock.now())
    assert client.post(address, asked, headers=PART).status_code == 409
    publishing.withdraw(actor=creator, post_id=post_id, now=clock.now())
    assert "Take the English" not in client.post(address, asked, headers=PART).text
    assert post_pages.own(post_id, actor=creator).works[0].captions == ()
    assert client.post(address, {**asked, "work": ids.public("wrk", captions)}).status_code == 404
