"""Texts pass one gate: rules come in versions, names and titles too are read, refusals are kept."""

from datetime import timedelta
from functools import partial

import pytest
from tests.builders import NOW, a_creator, a_person, a_product, a_shop, an_operator
from tests.statements import counted
from tests.usecases.content.works_made import a_post

from laotie.accounts import closing, creators, people, shops
from laotie.catalog import products
from laotie.content import models
from laotie.content.judgement import moderation, refused_texts, rule_sets
from laotie.content.judgement.findings import FIRST_SEVERITIES, Rule, Severity
from laotie.kernel.errors import NotAllowed, WrongState
from laotie.kernel.screening import TextNotAllowed, Where
from laotie.live import planning, rooms
from laotie.trade import coupons

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(hours=1)


def test_rules_come_in_versions_that_are_told_with_every_finding() -> None:
    creator, operator = a_creator(), an_operator()
    severities = {rule: FIRST_SEVERITIES[rule] for rule in rule_sets.WEIGHED}

    def publish(after: int, words: dict[str, Severity], at: timedelta) -> int:
        return rule_sets.publish(
            actor=operator, after_version=after, words=words,
            severities={**severities, Rule.CONTACT_LINK: Severity.NOTE}, reason="new", now=NOW + at,
        ).version  # fmt: skip

    assert publish(0, {"高.仿": Severity.REVIEW}, timedelta()) == 1
    assert publish(1, {"祖传": Severity.LIMIT}, timedelta(minutes=5)) == 2
    with pytest.raises(WrongState):
        publish(1, {}, timedelta(minutes=6))
    with pytest.raises(NotAllowed):
        rule_sets.publish(
            actor=creator, after_version=2, words={}, severities=severities, reason="x", now=NOW
        )

    before = moderation.screen_text("祖传高仿", Where.COMMENT, NOW)
    after = moderation.screen_text("祖传高仿", Where.COMMENT, LATER)
    assert [(f.quote, f.rule_version, before.is_fit) for f in before.found] == [("高仿", 1, False)]
    assert [(f.quote, f.rule_version, after.is_fit) for f in after.found] == [("祖传", 2, True)]
    assert moderation.screen_text("shop.com", Where.COMMENT, LATER).is_fit
    assert [each.rules.version for each in rule_sets.newest(actor=operator)] == [2, 1]
    a_post(creator, now=LATER)
    assert set(models.Post.objects.values_list("rule_version", flat=True)) == {2}
    with counted() as sent:
        moderation.screen_texts(["加V"] * 50, Where.CHAT, LATER)
    assert len(sent) == 1


def test_names_and_titles_pass_the_same_gate() -> None:
    creator, shop = a_creator(), a_shop()
    room = rooms.schedule(actor=creator, title="开窑", starts_at=LATER, now=NOW)
    product = a_product(shop)
    for field, rename in (
        ("name", partial(people.change, actor=creator, name="加V laowang88", now=NOW)),
        ("name", partial(creators.become, actor=creator, name="扫码加我", now=NOW)),
        ("name.zh", partial(
            shops.change, actor=shop.owner, shop_id=shop.id,
            name={"zh": "老窑１３８００１３８０００", "en": "Kiln"}, now=NOW,
        )),
        ("name.en", partial(
            shops.apply, actor=a_person(), name={"zh": "老窑", "en": "kiln dot com"}, now=NOW
        )),
        ("title", partial(
            rooms.schedule, actor=creator, title="加V laowang88", starts_at=LATER, now=NOW
        )),
        ("title", partial(
            planning.change, actor=creator, room_id=room.id, title="ＶＸ：laowang88", now=NOW
        )),
        ("title.zh", partial(a_product, shop, title="加V laowang88")),
        ("notice.zh", partial(
            closing.announce, actor=shop.owner, shop_id=shop.id, takes_orders=True, starts_at=NOW,
            until=LATER, notice={"zh": "放假，加V laowang88", "en": ""}, now=NOW,
        )),
        ("name_en", partial(
            coupons.issue, actor=shop.owner, shop_id=shop.id, name_zh="满减", name_en="kiln.com",
            off_fen=1, min_goods_fen=2, budget_fen=9, limit_per_buyer=1,
            claim_window=(NOW, LATER), use_window=(NOW, LATER), now=NOW,
        )),
        ("title.en", partial(
            products.change, actor=shop.owner, product_id=product.id,
            title={"zh": "茶盏", "en": "Cup, kiln dot com"}, now=NOW,
        )),
    ):  # fmt: skip
        with pytest.raises(TextNotAllowed) as refused:
            rename()
        assert refused.value.facts["rule"].startswith("CONTACT_")
        assert refused.value.facts["field"] == field
    kept = models.RefusedText.objects.order_by("id")
    assert [row.place for row in kept] == [
        "NAME", "NAME", "NAME", "NAME", "TITLE", "TITLE", "PRODUCT", "BIO", "TITLE", "PRODUCT",
    ]  # fmt: skip
    first = kept[0]
    assert (first.person_id, first.rule, first.rule_version, first.refused_at) == (
        creator.person_id, "CONTACT_NAME", rule_sets.current(NOW).version, NOW,
    )  # fmt: skip
    assert len({bytes(row.digest) for row in kept}) == 8  # One came three times.
    assert refused_texts.lately(actor=an_operator(), now=NOW) == 10
    assert refused_texts.lately(actor=an_operator(), now=NOW + timedelta(days=8)) == 0
    with pytest.raises(NotAllowed):
        refused_texts.lately(actor=creator, now=NOW)
    assert products.file_of(actor=shop.owner, product_id=product.id).title == product.title
    assert people.change(actor=creator, name="龙泉老窑", now=NOW).card.name == "龙泉老窑"
