"""Locks and own data over the API: the same refusals and the same proofs as on the pages."""

import pytest
from tests import builders
from tests.surfaces.apps import App
from tests.usecases.accounts.keys import Key
from tests.usecases.accounts.test_second_step import digits

from laotie.accounts import consent

pytestmark = pytest.mark.usefixtures("db")

PASSWORD = "long enough indeed"


def signed_in(phone: str) -> App:
    app = App()
    answer = app.post("/sign-in/password", {"phone": phone, "password": PASSWORD})
    app.token = app.must(answer)["token"]
    return app


def test_an_operator_enrols_before_the_desk_opens_and_signs_in_by_key_after() -> None:
    phone = builders.a_phone()
    builders.an_operator(phone=phone, password=PASSWORD)
    app = signed_in(phone)
    refused = app.get("/desk/shops")
    assert (refused.status, refused.code, refused.body["facts"]["how"]) == (
        403,
        "SECOND_STEP_NEEDED",
        "enrol",
    )

    asked = app.must(app.post("/me/passkeys/new"))
    key = Key()
    added = app.must(
        app.post(
            "/me/passkeys",
            {"ticket": asked["ticket"], "answer": key.make(asked["options"]), "name": "phone"},
        )
    )
    assert len(added["recovery_codes"]) == 10
    assert app.get("/desk/shops").status == 200

    again = signed_in(phone)
    assert again.get("/desk/shops").body["facts"]["how"] == "confirm"
    asked = again.must(again.post("/me/passkeys/question"))
    answer = {"ticket": asked["ticket"], "answer": key.use(asked["options"])}
    again.must(again.post("/me/passkeys/confirm", answer))
    assert again.get("/desk/shops").status == 200
    assert again.post("/me/passkeys/confirm", answer).code == "WRONG_PASSKEY"

    stranger = App()
    asked = stranger.must(stranger.post("/sign-in/passkey/question", {"phone": phone}))
    session = stranger.must(
        stranger.post(
            "/sign-in/passkey",
            {"ticket": asked["ticket"], "answer": key.use(asked["options"])},
        )
    )
    stranger.token = session["token"]
    assert stranger.get("/desk/shops").status == 200
    sessions = stranger.must(stranger.get("/me/sessions"))
    assert [each["is_this"] for each in sessions].count(True) == 1
    stranger.must(stranger.delete("/me/sessions"))
    assert (app.get("/me").status, stranger.get("/me").status) == (401, 200)


def test_a_payout_asks_for_digits_no_older_than_minutes() -> None:
    phone = builders.a_phone()
    builders.a_person(phone=phone, password=PASSWORD)
    app = signed_in(phone)
    app.must(app.put("/me/creator", {"name": "新主播"}))
    wish = {"amount_fen": 100}
    assert app.post("/creator/payouts", wish, key="payout-key-1").code == "SECOND_STEP_NEEDED"

    enrolment = app.must(app.post("/me/second-step"))
    first = {"ticket": enrolment["ticket"], "digits": digits(enrolment["secret"])}
    assert len(app.must(app.put("/me/second-step", first))["recovery_codes"]) == 10
    assert app.post("/creator/payouts", wish, key="payout-key-2").code != "SECOND_STEP_NEEDED"


def test_texts_copies_leaving_and_minors_mode() -> None:
    app = App()
    app.sign_in(builders.a_phone())
    assert app.must(app.get("/me/consents"))["missing"] == ["terms", "privacy"]
    for document, version in consent.versions().items():
        text = app.must(app.get(f"/texts/{document}"))
        assert text["version"] == version
        app.must(app.post("/me/consents", {"document": document, "version": version}))
    assert app.must(app.get("/me/consents"))["missing"] == []
    assert app.get("/texts/novel").status == 404

    copy = app.must(app.post("/me/copies"))
    assert app.must(app.get("/me/copies"))["id"] == copy["id"]
    assert app.get(f"/me/copies/{copy['id']}/file").status == 404
    assert app.must(app.get("/me/leaving")) == {"wish": None, "matters": []}
    due = app.must(app.post("/me/leaving"))["due_at"]
    assert app.must(app.get("/me/leaving"))["wish"]["due_at"] == due
    app.must(app.delete("/me/leaving"))

    app.must(app.put("/me/minors-mode", {"pin": "2468"}))
    assert app.must(app.get("/me/minors-mode"))["is_on"]
    assert app.delete("/me/minors-mode", {"pin": "1111"}).code == "WRONG_PIN"
    app.must(app.delete("/me/minors-mode", {"pin": "2468"}))
