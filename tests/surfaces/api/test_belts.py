"""Belts over the API: chosen in the feed, named by their members, asked for."""

from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.content.belts_made import a_belt, join
from tests.usecases.content.seen_posts import many

from laotie.content.industry import belts
from laotie.kernel import clock, ids


def test_programs_find_belts_scroll_them_and_ask_to_belong(world: World) -> None:
    belt, potter = a_belt(), builders.a_creator()
    posts = [ids.public("pst", one) for one in many([potter], 3, until=clock.now())]
    guest, app = App(), app_of(potter)
    place = f"/creators/{ids.public('crt', potter.require_creator())}"

    (listed,) = guest.must(guest.get("/belts"))
    assert (listed["id"], listed["name"]["zh"], listed["region"], listed["fields"]) == (
        belt.public_id, "龙泉青瓷", "330000", ["HOME"],
    )  # fmt: skip
    assert guest.put("/me/belt", {"belt_id": belt.public_id}).code == "SIGN_IN_FIRST"
    buyer = app_of(builders.a_person())
    assert buyer.put("/me/belt", {"belt_id": belt.public_id}).code == "NOT_ALLOWED"
    for wrong, code in (
        ({"belt_id": "blt_x"}, "NOT_FOUND"),
        ({"belt_id": belt.public_id, "words": "w" * 201}, "INVALID_INPUT"),
        ({"belt_id": belt.public_id, "by": 1}, "INVALID_INPUT"),
    ):
        assert app.put("/me/belt", wrong).code == code, wrong
    sent = {"belt_id": belt.public_id, "words": "三代烧窑"}
    assert [app.must(app.put("/me/belt", sent))["state"] for _ in range(2)] == ["ASKED", "ASKED"]
    assert guest.must(guest.get(place))["belt"] is None
    join(belt, potter)

    (mine,) = app.must(app.get("/me/belt"))
    assert (mine["state"], mine["words"], mine["reason"]) == ("MEMBER", "三代烧窑", "works there")
    assert guest.must(guest.get(place))["belt"]["id"] == belt.public_id
    path = f"/feed/posts?tab=BELT&belt={belt.public_id}"
    first = guest.must(guest.get(f"{path}&limit=2"))
    rest = guest.must(guest.get(f"{path}&limit=2&after={first['after']}"))
    rows = [*first["rows"], *rest["rows"]]
    assert [row["post"]["id"] for row in rows] == posts
    assert {(row["why"], row["points"]) for row in rows} == {("BELT", None)}
    assert (first["belt"]["id"], rest["after"]) == (belt.public_id, None)
    assert guest.must(guest.get("/feed/posts"))["belt"] is None
    assert guest.get("/feed/posts?tab=BELT&belt=blt_x").code == "INVALID_INPUT"

    app.must(app.delete("/me/belt"))
    assert app.delete("/me/belt").code == "NOT_FOUND"
    assert guest.must(guest.get(path))["rows"] == []
    belts.close(actor=builders.an_operator(), belt_id=belt.id, reason="over", now=clock.now())
    assert guest.get(path).code == "BELT_CLOSED"
    assert guest.must(guest.get("/belts")) == []
