"""Figures from elsewhere, accounts in other hands, and two creators side by side on a page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.acceptance import figures
from tests.surfaces.desk.test_desk import signed_in
from tests.usecases.content.printed import ONE, OTHER, bring

from laotie.accounts import hands
from laotie.content import models
from laotie.content.models.snapshots import CreatorSnapshot
from laotie.kernel import ids

pytestmark = pytest.mark.usefixtures("db")
ENGLISH = {"accept-language": "en"}
PRINTED = {
    "network": "快手", "name": "创作者甲", "fans": "586000W", "likes": "1529000", "works": "",
    "as_of": "2022-02-28", "source_kind": "ANONYMOUS", "source": "page tail", "joined_on": "",
}  # fmt: skip


def test_figures_are_typed_as_they_are_printed_and_refused_with_a_cause() -> None:
    desk = signed_in(builders.an_operator())

    wrong = desk.post("/desk/creators/figures", {**PRINTED, "fans": "10万+"})
    assert wrong.status_code == 422
    assert "10万+" in wrong.content.decode()
    assert desk.post("/desk/creators/figures", {**PRINTED, "as_of": "soon"}).status_code == 422
    assert not CreatorSnapshot.objects.exists()

    assert desk.post("/desk/creators/figures", PRINTED).status_code == 302
    row = CreatorSnapshot.objects.get()
    assert (row.fans, row.corrected, row.texts["fans"]) == (586_000, ["fans"], "586000W")
    assert "创作者甲" in desk.get("/desk/creators", headers=ENGLISH).content.decode()
    assert signed_in(builders.a_person()).get("/desk/creators").status_code == 403


def test_an_account_in_other_hands_waits_on_the_desk_until_it_is_proven() -> None:
    operator = builders.an_operator()
    desk, creator = signed_in(operator), builders.a_creator("阿瓷")
    ref = ids.public("crt", creator.require_creator())

    assert desk.post("/desk/creators/hands", {"creator": "谁", "reason": "x"}).status_code == 404
    answer = desk.post("/desk/creators/hands", {"creator": "阿瓷", "reason": "Sold in a group."})
    assert answer.status_code == 302
    assert "Sold in a group." in desk.get("/desk/creators", headers=ENGLISH).content.decode()
    with pytest.raises(hands.ProofNeeded):
        hands.require_proof(creator.require_creator())

    assert desk.post(f"/desk/creators/{ref}/prove", {"reason": " "}).status_code == 422
    assert desk.post(f"/desk/creators/{ref}/prove", {"reason": "Paper seen."}).status_code == 302
    hands.require_proof(creator.require_creator())
    assert (
        "No account waits for its proof."
        in desk.get("/desk/creators", headers=ENGLISH).content.decode()
    )


def test_the_page_of_two_creators_says_what_the_article_says() -> None:
    operator = builders.an_operator()
    one, other = bring(ONE, operator), bring(OTHER, operator)
    reader = signed_in(builders.a_creator("阿瓷"))
    article = figures.rows("article_figures")

    with CaptureQueriesContext(connection) as queries:
        page = reader.get(
            f"/studio/compare?one={one.ref}&other={other.ref}", headers=ENGLISH
        ).content.decode()
    by_name = reader.get(
        "/studio/compare?one=创作者甲&other=创作者乙", headers=ENGLISH
    ).content.decode()

    assert len(queries) <= 14
    for told in (
        *article["F29"]["stated"].split("/"),
        *article["F31"]["stated"].split("/"),
        "624,894",
        "6,078,431",
        "37.2",
        "9.7",
        "at least 29 works advertise",
        "From the press",
        "joined 2020-05",
        "3123万",
        "The share of pictures was said more loosely than the counts are.",
    ):
        assert told in page, told
        assert told in by_name, told
    assert page.count("Only this day is known so far.") == 2
    bring(ONE, operator, as_of=date(2022, 2, 27))
    days = reader.get(f"/studio/compare?one={one.ref}&other={other.ref}", headers=ENGLISH)
    told = days.content.decode()
    assert told.count("Only this day is known so far.") == 1
    assert f"{ONE.name}: day by day" in told
    assert "2022-02-27" in told
    empty = reader.get("/studio/compare", headers=ENGLISH)
    assert (empty.status_code, "Nobody is compared yet" in empty.content.decode()) == (200, True)
    assert reader.get("/studio/compare?one=阿瓷&other=谁").status_code == 404
    assert reader.get(f"/studio/compare?one=阿瓷&other={one.ref}").status_code == 409
    assert models.OutsideAccount.objects.count() == 2
