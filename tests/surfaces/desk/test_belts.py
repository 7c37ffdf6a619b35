"""Belts from the desk over the studio to the feed: what each page does."""

from functools import partial

import pytest
from django.test import Client
from tests import builders
from tests.statements import counted
from tests.surfaces.desk import test_desk as desk_pages
from tests.surfaces.desk.test_desk import signed_in
from tests.usecases.content.belts_made import a_belt, join, terms
from tests.usecases.content.seen_posts import many

from laotie.content import models
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("db")
ENGLISH = {"accept-language": "en"}
text_of = partial(desk_pages.text_of, headers=ENGLISH)


def posts_in(text: str, posts: list[str]) -> list[str]:
    return [post for post in posts if post in text]


def test_a_belt_is_listed_asked_for_answered_chosen_and_closed_by_pages() -> None:
    desk, potter = signed_in(builders.an_operator()), builders.a_creator("阿瓷")
    studio, guest = signed_in(potter), Client()
    made = many([potter, builders.a_creator()], 4, until=clock.now())
    posts = [ids.public("pst", one) for one in made]
    assert "No belt is here" in text_of(desk, "/desk/belts")
    assert "No belt is open" in text_of(studio, "/studio/belt")
    assert "belt=" not in text_of(guest, "/?tab=belts")

    for wrong in ({"region": "1"}, {"fields": ["NO"]}, {"name_zh": "名" * 41}, {"fields": []}):
        assert desk.post("/desk/belts", terms(**wrong)).status_code == 422, wrong
    assert desk.post("/desk/belts", terms()).status_code == 302
    assert "has this name" in desk.post("/desk/belts", terms(), headers=ENGLISH).text
    ref = ids.public("blt", models.Belt.objects.get().id)
    page, feed = f"/desk/belts/{ref}", f"/?tab=belts&belt={ref}"
    assert desk.post(page, terms(about_en="Kilns", name_en="")).status_code == 422
    assert desk.post(page, terms(about_en="Kilns")).status_code == 302
    assert "Kilns" in text_of(desk, page)

    assert studio.post("/studio/belt", {"belt": "x"}).status_code == 404
    assert studio.post("/studio/belt", {"belt": ref, "words": "w" * 201}).status_code == 422
    assert studio.post("/studio/belt", {"belt": ref, "words": "三代烧窑"}).status_code == 302
    assert "Waits for an answer" in text_of(studio, "/studio/belt")
    chooser = text_of(guest, "/?tab=belts")
    assert chooser.index(ref) < chooser.index("region=330000") < chooser.index("field=FOOD")
    assert "No posts here yet" in text_of(guest, feed)
    asked = models.BeltMembership.objects.get().id
    assert "三代烧窑" in text_of(desk, "/desk/belts")
    answer = f"/desk/belts/requests/{asked}"
    assert desk.post(f"{answer}/accept", {"reason": ""}).status_code == 422
    assert desk.post(f"{answer}/burn", {"reason": "x"}).status_code == 404
    assert studio.post(f"{answer}/accept", {"reason": "x"}).status_code == 403
    assert desk.post(f"{answer}/accept", {"reason": "seen"}).status_code == 302

    chosen = text_of(guest, feed)
    assert posts_in(chosen, posts) == posts[0::2]
    assert 'data-place="BELT"' in chosen
    assert "阿瓷 belongs to the belt that you chose: Longquan celadon." in chosen
    assert "seen" in text_of(studio, "/studio/belt")
    assert "阿瓷" in text_of(desk, page)
    profile = text_of(guest, f"/creator/{ids.public('crt', potter.require_creator())}")
    assert f"/?tab=belts&amp;belt={ref}" in profile

    assert studio.post("/studio/belt/leave").status_code == 302
    assert posts_in(text_of(guest, feed), posts) == []
    assert "Ask to belong" in text_of(studio, "/studio/belt")
    assert desk.post(f"{page}/close", {"reason": ""}).status_code == 422
    assert desk.post(f"{page}/close", {"reason": "merged"}).status_code == 302
    assert guest.get(feed).status_code == 409
    assert guest.get("/?tab=belts&belt=x").status_code == 422
    assert "merged" in text_of(desk, "/desk/belts?state=CLOSED")
    assert "merged" in text_of(desk, page)
    assert "closed" in desk.post(page, terms(), headers=ENGLISH).text
    assert desk.get("/desk/belts?state=NONE").status_code == 404


def test_pages_cost_as_much_for_many_as_for_one() -> None:
    desk, guest, now = signed_in(builders.an_operator()), Client(), clock.now()
    belt, creators = a_belt(), [builders.a_creator() for _ in range(4)]
    join(belt, creators[0])
    many(creators, 14, until=now)
    studio = signed_in(creators[3])
    pages: dict[str, Client] = {
        "/desk/belts": desk,
        f"/desk/belts/{belt.public_id}": desk,
        "/studio/belt": studio,
        "/?tab=belts": guest,
        f"/?tab=belts&belt={belt.public_id}": signed_in(builders.a_person()),
    }

    def ask(creator: Actor, n: int) -> None:
        models.BeltMembership.objects.create(
            belt=models.Belt.objects.order_by("?")[0],
            creator_id=creator.require_creator(),
            words=f"{n}",
            asked_at=now,
        )

    def costs() -> list[int]:
        found = []
        for path, client in pages.items():
            with counted() as sent:
                text_of(client, path)
            found.append(len(sent))
        return found

    ask(builders.a_creator(), 0)
    costs()  # What is learnt once for a process is learnt here.
    few = costs()
    join(belt, *creators[1:3])
    for n in range(4):
        a_belt(name_zh=f"带{n}", name_en=f"Belt {n}")
        ask(builders.a_creator(), n)
    many(creators, 60, until=now)

    assert costs() == few
    assert max(few) <= 32
