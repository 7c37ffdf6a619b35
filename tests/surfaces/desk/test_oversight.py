"""The desk over people, orders, money and complaints: what each page does, and who may not."""

import re
from pathlib import Path

import pytest
from tests import builders
from tests.outside import stand_in
from tests.surfaces.desk.test_desk import signed_in, text_of
from tests.usecases.content import works_made
from tests.usecases.live import scenes

from laotie.accounts import onboarding, roles
from laotie.accounts.models import Reveal
from laotie.content.conversation import comments
from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger import policy
from laotie.look import figures
from laotie.oversight import complaints

SOURCE = Path(figures.__file__).parents[1]
pytestmark = pytest.mark.usefixtures("db")


def public(who: Actor) -> str:
    assert who.person_id
    return ids.public("per", who.person_id)


def test_a_number_is_shown_once_for_a_reason_that_is_kept() -> None:
    desk = signed_in(builders.an_operator())
    buyer = builders.a_person(phone="13912345678")
    path = f"/desk/people/{public(buyer)}"

    assert "13912345678" not in text_of(desk, path)
    assert desk.post(f"{path}/phone", {"reason": " "}).status_code == 422
    assert not Reveal.objects.exists()

    shown = desk.post(f"{path}/phone", {"reason": "parcel came back"})
    assert "+8613912345678" in shown.content.decode()
    assert list(Reveal.objects.values_list("ref", "reason")) == [
        (public(buyer), "parcel came back")
    ]
    assert "13912345678" not in text_of(desk, path)


def test_people_are_found_by_number_id_and_name_only() -> None:
    desk = signed_in(builders.an_operator())
    buyer = builders.a_person("王小二", phone="13912345678")

    for words in ("13912345678", public(buyer), "王小"):
        assert public(buyer) in text_of(desk, f"/desk/people?words={words}")
    assert public(buyer) not in text_of(desk, "/desk/people?words=13900000000")
    assert desk.get("/desk/people?words=x").status_code == 422


def test_a_right_is_given_and_taken_back_with_reasons() -> None:
    desk = signed_in(builders.an_operator())
    person = builders.a_person()
    path = f"/desk/people/{public(person)}/roles"

    assert desk.post(f"{path}/grant", {"role": "finance", "reason": ""}).status_code == 422
    assert desk.post(f"{path}/grant", {"role": "king", "reason": "x"}).status_code == 422
    assert roles.actor_of(person.person_id, "test").roles == frozenset()

    assert desk.post(f"{path}/grant", {"role": "finance", "reason": "hired"}).status_code == 302
    assert roles.actor_of(person.person_id, "test").roles == {"finance"}
    assert desk.post(f"{path}/revoke", {"role": "finance", "reason": "left"}).status_code == 302
    assert roles.actor_of(person.person_id, "test").roles == frozenset()


def test_an_order_is_found_and_every_fen_of_it_explained() -> None:
    desk = signed_in(builders.an_operator())
    buyer = builders.a_person(phone="13912345678")
    with stand_in() as world:
        shop = builders.a_shop()
        sku_id = builders.a_stocked_sku(shop, 3990)
        order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
        world.pump(now=builders.NOW)
    number = builders.see(buyer, order_id).number
    path = f"/desk/orders/{ids.public('ord', order_id)}"

    for words in (number, "13912345678", ids.public("shp", shop.id), path.rpartition("/")[2]):
        assert number in text_of(desk, f"/desk/orders?words={words}")
    answer = desk.get(f"/desk/ledger?words={number}")
    assert (answer.status_code, answer["Location"]) == (302, path)
    explained = text_of(desk, path)
    assert "3990" in explained or "39.90" in explained
    assert "0.80" in explained  # The platform's 2 % of 39.90.
    assert number not in text_of(desk, "/desk/orders?words=13900000000")
    assert desk.get("/desk/ledger?words=nothing").status_code == 422


def test_all_accounts_together_are_zero_on_the_page() -> None:
    desk = signed_in(builders.an_operator())
    with stand_in() as world:
        sku_id = builders.a_stocked_sku(builders.a_shop())
        builders.a_paid_order(world, builders.a_person(), {sku_id: 1})

    page = text_of(desk, "/desk/ledger")

    assert "bar ok" in page
    assert "psp_clearing" in page


def test_fees_take_effect_only_after_a_second_person() -> None:
    maker, other = signed_in(builders.an_operator()), signed_in(builders.an_operator())
    typed = {"tech_bps": 300, "channel_bps": 60, "split_cap_bps": 3000, "days_ahead": 7}
    before = policy.fee_policy(clock.now())

    assert maker.post("/desk/fees/rehearse", typed).status_code == 200
    assert maker.post("/desk/fees/propose", {**typed, "tech_bps": 10_001}).status_code == 422
    assert maker.post("/desk/fees/propose", typed).status_code == 422  # A reason is needed.
    assert sql.rows("SELECT 1 FROM oversight_proposal") == []
    assert maker.post("/desk/fees/propose", {**typed, "reason": "costs"}).status_code == 302
    ((proposal,),) = sql.rows("SELECT id FROM oversight_proposal")
    path = f"/desk/proposals/fees/{proposal}/confirm"

    assert maker.post(path).status_code == 403
    assert len(policy.versions(actor=builders.an_operator())) == 1
    assert other.post(f"/desk/proposals/none/{proposal}/confirm").status_code == 404
    assert other.post(path).status_code == 302
    assert other.post(path).status_code == 409

    newest, first = policy.versions(actor=builders.an_operator())
    assert (newest.policy.tech_bps, first.policy) == (300, before)
    assert policy.fee_policy(clock.now()) == before


def test_a_refused_proposal_changes_nothing() -> None:
    maker, other = signed_in(builders.an_operator()), signed_in(builders.an_operator())
    typed = {"tech_bps": 300, "channel_bps": 60, "split_cap_bps": 3000, "days_ahead": 7}
    maker.post("/desk/fees/propose", {**typed, "reason": "costs"})
    ((proposal,),) = sql.rows("SELECT id FROM oversight_proposal")

    refused = other.post(f"/desk/proposals/{proposal}/refuse", {"reason": "too much"})

    assert refused.status_code == 302
    assert other.post(f"/desk/proposals/fees/{proposal}/confirm").status_code == 409
    assert "too much" in text_of(maker, "/desk/proposals?state=REFUSED")


def test_finance_sees_money_and_no_people() -> None:
    person = builders.a_person()
    roles.grant(
        actor=builders.an_operator(),
        person_id=person.person_id,  # type: ignore[arg-type]
        role="finance",
        reason="hired",
        now=builders.NOW,
    )
    finance = signed_in(person)

    for path in ("/desk/ledger", "/desk/fees", "/desk/proposals", "/desk/audit", "/desk/figures"):
        assert finance.get(path).status_code == 200, path
    for path in ("/desk/", "/desk/people", "/desk/orders", "/desk/complaints", "/desk/shops"):
        assert finance.get(path).status_code == 403, path


def test_a_complaint_is_answered_with_a_reason() -> None:
    desk = signed_in(builders.an_operator())
    shop = builders.a_shop()
    complaint = complaints.make(
        actor=builders.a_person(),
        ref=ids.public("shp", shop.id),
        cause="fake",
        text="not porcelain",
        now=clock.now(),
    )
    assert "not porcelain" in text_of(desk, "/desk/complaints")
    path = f"/desk/complaints/{complaint}"

    assert desk.post(f"{path}/uphold", {"reason": ""}).status_code == 422
    assert desk.post(f"{path}/burn", {"reason": "x"}).status_code == 404
    assert desk.post(f"{path}/uphold", {"reason": "taken off"}).status_code == 302
    assert desk.post(f"{path}/uphold", {"reason": "again"}).status_code == 409

    assert "taken off" in text_of(desk, "/desk/complaints?state=UPHELD")
    assert "taken off" in text_of(desk, "/desk/audit?act=oversight.")


def test_a_comment_is_taken_down_appealed_and_read_again_by_pages_alone() -> None:
    writer, one, other = builders.a_person(), builders.an_operator(), builders.an_operator()
    post = works_made.a_post(builders.a_creator())
    said = comments.say(actor=writer, post_id=post, words="滚", now=clock.now())
    complaints.make(
        actor=builders.a_person(), ref=said.public_id, cause="abuse", text="", now=clock.now()
    )
    desk, second, own = signed_in(one), signed_in(other), signed_in(writer)
    path = f"/desk/moderation/comments/{said.public_id}"
    under = f"/post/{ids.public('pst', post)}/talk"

    assert path in text_of(desk, "/desk/complaints")
    assert "滚" in text_of(desk, path)
    assert "滚" in text_of(own, under)
    assert desk.post(path, {"rule": "ABUSE", "reason": ""}).status_code == 422
    assert own.post(path, {"rule": "ABUSE", "reason": "x"}).status_code == 403
    assert desk.post(path, {"rule": "ABUSE", "reason": "骂人"}).status_code == 302
    assert desk.post(path, {"rule": "ABUSE", "reason": "骂人"}).status_code == 409
    assert "滚" not in text_of(own, under)

    assert 'href="/me/comments/decisions"' in text_of(own, "/me")
    mine = text_of(own, "/me/comments/decisions")
    assert "骂人" in mine
    assert "/me/comments/decisions#case-" in text_of(own, "/inbox")
    (appeal,) = set(re.findall(r'action="(/me/comments/decisions/[^"]+)"', mine))
    assert own.post(appeal, {"text": ""}).status_code == 422
    assert own.post(appeal, {"text": "是玩笑"}).status_code == 302
    assert own.post(appeal, {"text": "真的"}).status_code == 409
    assert "是玩笑" in text_of(desk, "/desk/moderation?shelf=appeals")
    answer = f"/desk/moderation/comment-appeals/{appeal.rpartition('/')[2]}"
    assert answer not in text_of(desk, path)
    assert f"{answer}/restore" in text_of(second, path)
    assert desk.post(f"{answer}/restore", {"reason": "对"}).status_code == 409
    assert second.post(f"{answer}/burn", {"reason": "对"}).status_code == 404
    assert second.post(f"{answer}/restore", {"reason": "对"}).status_code == 302
    assert "滚" in text_of(own, under)


def test_every_figure_on_a_page_is_in_the_catalogue_and_the_other_way_round() -> None:
    marked = {
        name
        for path in SOURCE.rglob("templates/**/*.html")
        for name in re.findall(r'data-figure="([^"{]+)"', path.read_text("utf-8"))
    }

    assert marked == {figure.name for figure in figures.FIGURES}


def test_a_shop_is_asked_for_more_and_its_number_shown_for_a_reason() -> None:
    desk = signed_in(builders.an_operator())
    shop = builders.a_shop(is_open=False)
    path = f"/desk/shops/{ids.public('shp', shop.id)}"
    assert desk.post(f"{path}/ask", {"reason": "a licence"}).status_code == 404  # No papers yet.
    onboarding.hand_in(
        actor=shop.owner,
        shop_id=shop.id,
        legal_name="景德镇老窑陶瓷有限公司",
        licence_no="91350100M000100Y43",
        licence_file="a" * 32,
        responsible_name="陶师傅",
        contact_phone="13912345678",
        categories=["ceramics"],
        now=builders.NOW,
    )

    page = text_of(desk, path)
    assert "景德镇老窑陶瓷有限公司" in page
    assert "13912345678" not in page
    assert desk.post(f"{path}/contact", {"reason": ""}).status_code == 422
    assert "13912345678" in desk.post(f"{path}/contact", {"reason": "to ask"}).content.decode()

    assert desk.post(f"{path}/ask", {"reason": "the back side"}).status_code == 302
    assert "the back side" in text_of(desk, path)
    assert ids.public("shp", shop.id) in text_of(desk, "/desk/shops?state=ASKED")


def test_the_wall_counts_who_watches() -> None:
    scene = scenes.a_live_room(clock.now())
    desk = signed_in(builders.an_operator())
    room = ids.public("rom", scene.room_id)

    assert room in text_of(desk, "/desk/rooms")
    assert text_of(desk, f"/desk/rooms/{room}/viewers") == "0"
