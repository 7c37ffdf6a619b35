"""Likes, comments, blocks, profiles, search and comparisons as programs have them."""

from dataclasses import replace
from datetime import date

from tests.acceptance import figures
from tests.builders import a_creator, a_person, an_operator
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.surfaces.desk.test_desk import signed_in
from tests.usecases.content.printed import ONE, OTHER, bring
from tests.usecases.content.works_made import a_post
from tests.usecases.live import scenes

from laotie.content import handlers
from laotie.content.posting.posts import Words
from laotie.kernel import clock, event_log, ids

ARTICLE = figures.rows("article_figures")


def test_a_program_likes_says_finds_and_blocks(world: World) -> None:
    creator, buyer = a_creator("阿瓷"), a_person("甲")
    post = ids.public("pst", a_post(creator, words=Words(title="开窑取茶盏")))
    crt = ids.public("crt", creator.require_creator())
    per = ids.public("per", creator.require_person())
    while event_log.read_on(handlers.SEARCH):
        pass
    app, host, guest = app_of(buyer), app_of(creator), App()

    assert app.must(app.put(f"/posts/{post}/like")) == {"is_liked": True, "likes": 1}
    assert app.must(app.delete(f"/posts/{post}/like")) == {"is_liked": False, "likes": 0}
    assert guest.put(f"/posts/{post}/like").code == "SIGN_IN_FIRST"

    said = app.must(app.post(f"/posts/{post}/comments", {"text": "多少钱"}))
    answer = {"text": "三十九", "answers_id": said["id"]}
    below = host.must(host.post(f"/posts/{post}/comments", answer))
    (shown,) = guest.must(guest.get(f"/posts/{post}/comments"))
    assert (shown["text"], shown["by"]["name"], shown["may_remove"]) == ("多少钱", "甲", False)
    assert [(each["text"], each["is_creator"]) for each in shown["answers"]] == [("三十九", True)]
    assert guest.must(guest.get(f"/comments/{said['id']}/answers"))[0]["id"] == below["id"]
    assert app.delete(f"/comments/{below['id']}").code == "NOT_FOUND"
    host.must(host.put("/comment-rule", {"who": "NOBODY"}))
    assert app.post(f"/posts/{post}/comments", {"text": "嗯"}).code == "TALK_CLOSED"
    host.must(host.delete(f"/comments/{said['id']}"))
    assert guest.must(guest.get(f"/posts/{post}/comments")) == []

    assert [each["id"] for each in guest.must(guest.get("/search/posts?q=茶盏"))] == [post]
    profile = guest.must(guest.get(f"/creators/{crt}/profile"))
    assert (profile["works"], profile["fans"], profile["ads_percent"]) == (1, 0, "0.0")

    app.must(app.put(f"/blocks/{per}"))
    assert [each["person"]["id"] for each in app.must(app.get("/blocks"))] == [per]
    room = ids.public("rom", scenes.a_live_room(clock.now()).room_id)
    for viewer, unseen in ((app, [per]), (host, []), (guest, [])):
        assert viewer.must(viewer.post(f"/rooms/{room}/tickets"))["unseen"] == unseen
    assert app.get(f"/posts/{post}").code == "NOT_FOUND"
    assert app.must(app.get("/search/posts?q=茶盏")) == []
    assert app.must(app.get(f"/creators/{crt}/posts")) == []
    assert app.must(app.get(f"/creators/{crt}/profile"))["is_blocked"] is True
    app.must(app.delete(f"/blocks/{per}"))
    assert app.must(app.get(f"/posts/{post}"))["id"] == post


def test_a_program_compares_two_creators(world: World) -> None:
    operator, app = an_operator(), app_of(a_person())
    one, other = bring(ONE, operator), bring(OTHER, operator)
    earlier = replace(ONE, likes="5800万", works="90")
    bring(earlier, operator, as_of=date(2022, 2, 27))

    found = app.must(app.get(f"/comparisons?one={one.ref}&other={other.ref}"))

    ratios = found["found"]
    told = "/".join(ratios[side]["likes_per_work"]["value"] for side in ("one", "other"))
    assert told == ARTICLE["F30"]["stated"]
    ratio = f"{ratios['fans_ratio']['value']}/{ratios['likes_ratio']['value']}"
    assert ratio == ARTICLE["F31"]["stated"]
    assert sorted(ratios["one"]["flags"]) == ["ADS_AT_LEAST", "STILLS_SAID_LOOSELY"]
    assert found["one"]["counted"]["fans"] == {
        "value": 31_230_000, "step": 10_000, "raw": "3123万", "is_corrected": False,
    }  # fmt: skip
    assert [day["as_of"] for day in found["one_days"]] == ["2022-02-28", "2022-02-27"]
    assert found["one_days"][1] == {
        "as_of": "2022-02-27", "fans": 31_230_000, "likes": 58_000_000, "works": 90, "stills": 35,
        "stills_percent": {"value": "38.9", "least": "38.9", "most": "38.9"},
        "ads": None, "ads_percent": None,
    }  # fmt: skip
    assert [day["likes"] for day in found["other_days"]] == [310_000_000]
    page = signed_in(a_creator()).get(f"/studio/compare?one={one.ref}&other={other.ref}").text
    for day in [*found["one_days"], *found["other_days"]]:
        assert f'<time datetime="{day["as_of"]}">' in page
        assert f'<td class="num">{day["likes"]:,}</td>' in page
    assert page.count('<tr><th scope="row" class="num"><time') == 3
    assert App().get(f"/comparisons?one={one.ref}&other={other.ref}").code == "SIGN_IN_FIRST"
    assert app.get(f"/comparisons?one={one.ref}&other=oac_0").code == "NOT_FOUND"
