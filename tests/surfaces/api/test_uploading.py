"""Files by the API: tickets, where they stand, covers, and what another creator may not."""

from tests.builders import a_creator, a_person
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.content.works_made import a_work

from laotie.content.files import uploads
from laotie.content.files.footage import Kind
from laotie.kernel import clock, crypto, ids


def test_a_file_is_begun_gone_on_with_and_becomes_a_work(world: World) -> None:
    creator, other = a_creator(), a_creator()
    app, stranger, now = app_of(creator), app_of(other), clock.now()

    ticket = app.must(app.post("/uploads", {"kind": "VIDEO", "bytes": 1000, "name": "a.mp4"}))
    path = f"/uploads/{ticket['upload_id']}"
    again = app.must(app.post(f"{path}/ticket"))
    (listed,) = app.must(app.get("/uploads"))

    # The moment of signing is in the address, and a second may have gone by.
    same = [
        crypto.verify(uploads.TICKET_PURPOSE, each["url"].rpartition("/")[2])
        for each in (again, ticket)
    ]
    assert same[0] == same[1]
    assert (ticket["bytes"], again["upload_id"]) == (1000, ticket["upload_id"])
    assert (listed["id"], listed["state"], listed["work_id"]) == (ticket["upload_id"], "OPEN", None)
    for wrong, code in (
        ({"kind": "ZIP", "bytes": 1}, "INVALID_INPUT"),
        ({"kind": "VIDEO", "bytes": 0}, "INVALID_INPUT"),
        ({"kind": "VIDEO", "bytes": 1 << 40}, "UPLOAD_TOO_LARGE"),
        ({"kind": "CAPTIONS", "bytes": 9, "language": "en"}, "INVALID_INPUT"),
    ):
        assert app.post("/uploads", wrong).code == code
    assert App().post("/uploads", {"kind": "VIDEO", "bytes": 1}).code == "SIGN_IN_FIRST"
    person = app_of(a_person())
    assert person.post("/uploads", {"kind": "VIDEO", "bytes": 1}).code == "NOT_ALLOWED"
    assert stranger.get(path).code == "NOT_FOUND"
    assert stranger.post(f"{path}/ticket").code == "NOT_FOUND"

    assert uploads.complete(upload_id=ids.parse("upl", ticket["upload_id"]), now=now)
    work = f"/works/{app.must(app.get(path))['work_id']}"
    assert app.must(app.get(work))["state"] == "QUEUED"
    assert stranger.get(work).code == "NOT_FOUND"
    assert stranger.post(f"{work}/cancel").code == "NOT_FOUND"
    app.must(app.post(f"{work}/cancel"))
    assert app.must(app.get(work))["state"] == "CANCELLED"
    second = app.must(app.post("/uploads", {"kind": "STILL", "bytes": 9}))["upload_id"]
    app.must(app.delete(f"/uploads/{second}"))
    assert app.must(app.get(f"/uploads/{second}"))["state"] == "CANCELLED"


def test_covers_are_chosen_and_works_deleted(world: World) -> None:
    creator = a_creator()
    app, stranger = app_of(creator), app_of(a_creator())
    video, still = (
        ids.public("wrk", a_work(creator, kind, now=clock.now()))
        for kind in (Kind.VIDEO, Kind.STILL)
    )

    app.must(app.put(f"/works/{video}/cover", {"at_ms": 4000}))
    chosen = app.must(app.put(f"/works/{video}/cover", {"still_id": still}))

    drawn = app.must(app.get(f"/works/{still}"))["cover_urls"]
    assert [url.split("/")[-2:] for url in chosen["cover_urls"].values()] == [
        url.split("/")[-2:] for url in drawn.values()
    ]
    assert all("/media/judged/" in url for url in drawn.values())
    assert stranger.put(f"/works/{video}/cover", {"at_ms": 1}).code == "NOT_FOUND"
    assert stranger.delete(f"/works/{video}").code == "NOT_FOUND"
    assert app.delete(f"/works/{still}").code == "WORK_IN_USE"
    listed = app.must(app.get("/works?limit=1"))
    assert [(each["id"], each["is_cover"], each["can_go"]) for each in listed] == [
        (still, True, False)
    ]
    assert (listed[0]["name"], listed[0]["bytes"], listed[0]["post_id"]) == ("a.mp4", 1000, None)
    assert [each["id"] for each in app.must(app.get("/works"))] == [still, video]
    assert app.must(app.get("/me/space")) == {"used": 2000, "most": 50 << 30}
    assert app.delete(f"/works/{video}/captions?language=en").code == "NOT_FOUND"
    assert App().get("/me/space").code == "SIGN_IN_FIRST"
    app.must(app.delete(f"/works/{video}"))
    app.must(app.delete(f"/works/{still}"))
    assert app.must(app.get("/works")) == []
