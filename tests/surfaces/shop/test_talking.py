"""Likes, comments and blocks as pages have them, the profile, and finding posts and people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import a_creator, a_person
from tests.surfaces.shop.conftest import SignIn
from tests.usecases.content.works_made import a_post

from laotie.catalog import handlers as catalog_handlers
from laotie.content import handlers, models
from laotie.content.kinds import PostKind
from laotie.content.posting import post_search
from laotie.content.posting.posts import Words
from laotie.kernel import event_log, ids

pytestmark = pytest.mark.usefixtures("world")
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_post_is_liked_and_talked_about(signed_in: SignIn) -> None:
    creator, buyer, other = a_creator("阿瓷"), a_person("甲"), a_person("乙")
    post = a_post(creator)
    ref = ids.public("pst", post)
    guest, client = signed_in(), signed_in(buyer)

    assert guest.post(f"/post/{ref}/like", {"like": "yes"}).status_code == 302
    part = client.post(f"/post/{ref}/like", {"like": "yes"}, headers=PART).text
    assert 'aria-pressed="true"' in part
    like = models.Like.objects.get()
    assert like.person_id == buyer.person_id
    assert len(like.device) == 16

    answer = client.post(f"/post/{ref}/talk", {"text": "多少钱<b>"})
    assert (answer.status_code, answer["Location"]) == (302, f"/post/{ref}#talk")
    said = models.Comment.objects.get()
    cmt = ids.public("cmt", said.pk)
    page = signed_in(creator).get(f"/post/{ref}").text
    assert "多少钱&lt;b&gt;" in page
    assert f"/comments/{cmt}/remove" in page
    assert "Who may comment under your posts" in page
    assert f"/comments/{cmt}/remove" not in signed_in(other).get(f"/post/{ref}").text
    assert guest.get(f"/comments/{cmt}")["Location"] == f"/post/{ref}#talk"
    assert signed_in(other).get(f"/report/{cmt}").status_code == 200
    done = signed_in(other).post(f"/report/{cmt}", {"cause": "abuse", "text": ""})
    assert done.status_code == 200

    signed_in(creator).post(f"/post/{ref}/talk", {"text": "三十九", "to": cmt})
    assert "三十九" in guest.get(f"/post/{ref}").text
    assert "三十九" in guest.get(f"/comments/{cmt}/answers").text
    wrong = signed_in(other).post(f"/post/{ref}/talk", {"text": " "})
    assert wrong.status_code == 422
    assert "textarea" in wrong.text

    signed_in(creator).post(f"/post/{ref}/talk/who", {"who": "NOBODY"})
    assert "The creator takes no comments." in signed_in(other).get(f"/post/{ref}").text
    signed_in(creator).post(f"/comments/{cmt}/remove")
    assert "Nobody has said anything yet." in guest.get(f"/post/{ref}").text


def test_who_has_blocked_a_creator_sees_nothing_but_the_way_back(signed_in: SignIn) -> None:
    creator, viewer = a_creator("阿瓷"), a_person()
    ref = ids.public("pst", a_post(creator))
    crt, per = (
        ids.public("crt", creator.require_creator()),
        ids.public("per", creator.require_person()),
    )
    client = signed_in(viewer)
    assert "Block" in client.get(f"/creator/{crt}").text

    assert client.post(f"/people/{per}/block", {"block": "yes"})["Location"] == "/me/blocked"
    assert "You have blocked this creator" in client.get(f"/creator/{crt}").text
    assert client.get(f"/post/{ref}").status_code == 404
    assert "Unblock" in client.get("/me/blocked").text
    host = signed_in(creator)
    assert host.post(f"/people/{per}/block", {"block": "yes"}).status_code == 409
    client.post(f"/people/{per}/block", {"block": "no"})
    assert client.get(f"/post/{ref}").status_code == 200
    assert "Nobody is blocked" in client.get("/me/blocked").text


def test_a_profile_costs_the_same_however_many_works(signed_in: SignIn) -> None:
    few, many = a_creator("少"), a_creator("多")
    a_post(few, kind=PostKind.STILLS, stills=1)
    for n in range(26):
        a_post(many, kind=PostKind.STILLS, stills=1, words=Words(title=f"作品{n}"))
    guest = signed_in()
    guest.get("/")

    def cost(creator_id: object) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as queries:
            page = guest.get(f"/creator/{ids.public('crt', creator_id)}").text  # type: ignore[arg-type]
        return len(queries), page

    (small, _page), (large, page) = cost(few.creator_id), cost(many.creator_id)
    assert (small, large) == (15, 15)
    assert "26 works" in page
    assert "Pictures 100.0 %" in page
    assert "Advertising 0.0 %" in page
    assert page.count('class="cover"') == 24
    address = page.split('hx-get="')[1].split('"')[0]
    assert guest.get(address, headers=PART).text.count('class="cover"') == 2
    assert "作品0" in guest.get(address).text


def test_posts_and_people_are_found_beside_goods(signed_in: SignIn) -> None:
    creator = a_creator("阿瓷")
    a_post(creator, words=Words(title="开窑取茶盏"))
    for consumer in (handlers.SEARCH, catalog_handlers.SEARCH):
        while event_log.read_on(consumer):
            pass
    guest = signed_in()

    assert "开窑取茶盏" in guest.get("/search?what=posts&q=茶盏").text
    assert "阿瓷" in guest.get("/search?what=people&q=aci").text
    assert "Nothing fits" in guest.get("/search?what=posts&q=没有").text
    assert "What are you looking for?" in guest.get("/search?what=people").text
    assert guest.get("/search?what=posts&q=茶盏&after=x").status_code == 422
    assert "what=posts" in guest.get("/search?q=茶盏").text
    assert post_search.rebuild() == 1
