import re
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW

from laotie.alliance import attribution, models, plans
from laotie.alliance.attribution import Terms
from laotie.alliance.plans import NoPlan, PlanCard, SplitCapExceeded
from laotie.catalog import products
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState
from laotie.ledger import policy

pytestmark = pytest.mark.usefixtures("db")


def accept(creator: Actor, product_id: UUID) -> PlanCard:
    assert creator.creator_id
    with transaction.atomic():
        return plans.accept(creator.creator_id, product_id, now=NOW)


def freeze(
    creator: Actor, *products_sold: products.ProductFile, buyer: Actor | None = None
) -> tuple[Terms | None, ...]:
    return attribution.freeze(
        [(product.id, product.shop_id) for product in products_sold],
        creator_id=creator.creator_id,
        buyer_id=buyer.person_id if buyer else None,
        at=NOW,
    )


def test_a_plan_has_one_open_version_at_a_time() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)

    first = builders.a_plan(shop, product, 1500)
    same = builders.a_plan(shop, product, 1500)
    second = builders.a_plan(shop, product, 2000)

    assert same == first
    assert (first.version, first.creator_bps) == (1, 1500)
    assert (second.id, second.version, second.creator_bps) == (first.id, 2, 2000)
    assert models.Plan.objects.count() == 1
    assert models.PlanVersion.objects.count() == 2


def test_a_plan_whose_shares_break_the_cap_is_not_published() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    in_force = policy.fee_policy(NOW)
    most_bps = in_force.split_cap_bps - in_force.tech_bps

    with pytest.raises(SplitCapExceeded) as refused:
        builders.a_plan(shop, product, most_bps + 1)
    assert refused.value.facts["cap_bps"] == in_force.split_cap_bps
    assert models.Plan.objects.count() == 0

    assert builders.a_plan(shop, product, most_bps).creator_bps == most_bps


def test_first_versions_published_at_once_make_one_plan() -> None:
    shop = builders.a_shop()
    product, actor = builders.a_product(shop), shop.owner
    start = threading.Barrier(6)

    def publish(rate_bps: int) -> None:
        try:
            start.wait(120)
            plans.publish(actor=actor, product_id=product.id, creator_bps=rate_bps, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[1000 + n]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert models.Plan.objects.get().version == 6
    assert sorted(models.PlanVersion.objects.values_list("version", flat=True)) == list(range(1, 7))


def test_only_those_who_manage_the_shop_publish() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    plan = builders.a_plan(shop, product)
    tries = [
        (builders.a_clerk(shop, "ship", "money"), NotAllowed),
        (builders.a_shop("别家").owner, NotFound),
        (builders.a_creator(), NotFound),
        (Actor.anonymous(), SignInFirst),
    ]
    for actor, refusal in tries:
        with pytest.raises(refusal):
            plans.publish(actor=actor, product_id=product.id, creator_bps=100, now=NOW)
        for change in (plans.pause, plans.close):
            with pytest.raises(refusal):
                change(actor=actor, plan_id=plan.id, now=NOW)
        with pytest.raises(refusal):
            plans.of_shop(actor=actor, shop_id=shop.id)
    assert models.Plan.objects.get().state == "ACTIVE"
    with pytest.raises(NotFound):
        plans.publish(actor=shop.owner, product_id=ids.new(), creator_bps=100, now=NOW)


@pytest.mark.parametrize("rate_bps", [0, -1, 10_000, True, "1500", 15.0])
def test_bad_rates_are_refused(rate_bps: int) -> None:
    shop = builders.a_shop()
    with pytest.raises(Invalid):
        builders.a_plan(shop, builders.a_product(shop), rate_bps)
    assert models.Plan.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alliance_planversion SET creator_bps = 1", "DELETE FROM alliance_planversion"],
)
def test_a_version_that_was_is_never_changed(statement: str) -> None:
    shop = builders.a_shop()
    builders.a_plan(shop, builders.a_product(shop))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_creator_accepts_once() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    plan = builders.a_plan(shop, product)

    assert accept(creator, product.id) == accept(creator, product.id) == plan

    assert models.Acceptance.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_log WHERE name = 'alliance.plan_accepted'")
        assert cursor.fetchone() == (1,)


def test_a_plan_accepted_twice_at_once_is_accepted_once() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    builders.a_plan(shop, product)
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def put_in_bag() -> None:
        try:
            start.wait(120)
            accept(creator, product.id)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=put_in_bag) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert models.Acceptance.objects.count() == 1


def test_without_a_plan_nothing_is_accepted() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    with pytest.raises(NoPlan):
        accept(creator, product.id)
    plan = builders.a_plan(shop, product)
    plans.pause(actor=shop.owner, plan_id=plan.id, now=NOW)
    with pytest.raises(NoPlan):
        accept(creator, product.id)
    assert models.Acceptance.objects.count() == 0


def test_terms_are_frozen_with_plan_version_and_rule() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product, bare = builders.a_product(shop), builders.a_product(shop)
    plan = builders.a_plan(shop, product, 1500)
    accept(creator, product.id)

    with CaptureQueriesContext(connection) as queried:
        found = freeze(creator, product, bare, product)

    assert len(queried) == 1
    assert creator.creator_id
    terms = Terms(
        creator_id=creator.creator_id,
        rate_bps=1500,
        plan_id=plan.id,
        plan_version=1,
        rule=f"plan {plan.public_id} v1, creator 15.00%",
    )
    assert found == (terms, None, terms)

    builders.a_plan(shop, product, 2000)
    (later,) = freeze(creator, product)
    assert later
    assert (later.rate_bps, later.plan_version) == (2000, 2)
    assert terms.rate_bps == 1500


def test_who_did_not_accept_earns_nothing() -> None:
    shop, creator, other = builders.a_shop(), builders.a_creator(), builders.a_creator()
    product = builders.a_product(shop)
    builders.a_plan(shop, product)
    accept(other, product.id)

    assert freeze(creator, product) == (None,)
    assert freeze(builders.a_person(), product) == (None,)
    assert attribution.freeze([], creator_id=other.creator_id, at=NOW) == ()
    early = attribution.freeze(
        [(product.id, shop.id)], creator_id=other.creator_id, at=NOW - timedelta(seconds=1)
    )
    assert early == (None,)
    wrong_shop = attribution.freeze([(product.id, ids.new())], creator_id=other.creator_id, at=NOW)
    assert wrong_shop == (None,)


def test_a_creator_earns_nothing_on_their_own_purchase() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    builders.a_plan(shop, product)
    accept(creator, product.id)

    assert freeze(creator, product, buyer=creator) == (None,)
    assert freeze(creator, product, buyer=builders.a_person()) != (None,)


def test_a_paused_or_closed_plan_earns_nothing() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    plan = builders.a_plan(shop, product)
    accept(creator, product.id)

    plans.pause(actor=shop.owner, plan_id=plan.id, now=NOW)
    assert freeze(creator, product) == (None,)
    assert plans.offers_for([product.id]) == {}
    plans.resume(actor=shop.owner, plan_id=plan.id, now=NOW)
    assert freeze(creator, product) != (None,)

    plans.close(actor=shop.owner, plan_id=plan.id, now=NOW)
    assert freeze(creator, product) == (None,)
    for change in (plans.pause, plans.resume, plans.close):
        with pytest.raises(WrongState):
            change(actor=shop.owner, plan_id=plan.id, now=NOW)

    fresh = builders.a_plan(shop, product)
    assert fresh.id != plan.id
    assert freeze(creator, product) == (None,)  # The new plan was not accepted.
    newest, oldest = plans.of_shop(actor=shop.owner, shop_id=shop.id)
    assert {newest.state, oldest.state} == {"ACTIVE", "CLOSED"}


def test_creators_see_the_best_rates_of_what_is_sold_first() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    low, high = builders.a_product(shop), builders.a_product(shop)
    draft = builders.a_product(shop, is_on_sale=False)
    for product, rate_bps in ((low, 500), (high, 2500), (draft, 2600)):
        builders.a_plan(shop, product, rate_bps)

    assert [card.product_id for card in plans.open_to(actor=creator)] == [high.id, low.id]
    with pytest.raises(NotAllowed):
        plans.open_to(actor=builders.a_person())


def test_freezing_reads_by_index() -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    builders.a_plan(shop, product)
    accept(creator, product.id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + sql.text("alliance", "freeze_terms"),
            {
                "creator_id": creator.creator_id,
                "products": [product.id],
                "at": NOW,
                "buyer_id": None,
            },
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    # Which of its indexes is cheapest follows from statistics of a nearly empty table.
    by_name = "acceptance_once" in plan or "acceptance_of_creator" in plan
    assert by_name or re.search(r"Index (Only )?Scan using \w+ on alliance_acceptance", plan), plan
    assert plan.count("Index Cond") >= 3, plan
