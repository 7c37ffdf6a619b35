"""Posts: drafts are their creator's, and what they are made of is asked of each change."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders import NOW, a_clerk, a_creator, a_person, a_plan, a_product, a_shop
from tests.usecases.content.works_made import WORDS, a_draft, a_work, post_of

from laotie.accounts import creators, roles
from laotie.alliance.plans import NoPlan
from laotie.content import models
from laotie.content.files import works
from laotie.content.files.footage import Kind
from laotie.content.kinds import Label, PostKind, PostState
from laotie.content.posting import gates, posts, publishing
from laotie.content.posting.posts import Words
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst

pytestmark = pytest.mark.usefixtures("db")
SOON = NOW + timedelta(hours=1)


def test_a_draft_keeps_what_its_creator_wrote_and_is_nobody_elses() -> None:
    creator, stranger, operator_less = a_creator(), a_creator(), a_person()

    post = posts.begin(actor=creator, kind=PostKind.VIDEO, words=WORDS, now=NOW)

    row = post_of(post.id)
    assert (row.title, row.body, row.field, row.region) == (
        "三种泡法",
        "水温八十五度。",
        "FOOD",
        "330000",
    )
    assert (post.state, post.label) == (PostState.DRAFT, Label.ORGANIC)
    with pytest.raises(NotFound):
        posts.change(actor=stranger, post_id=post.id, words=Words(title="mine"), now=NOW)
    with pytest.raises(NotAllowed):
        posts.begin(actor=operator_less, kind=PostKind.VIDEO, now=NOW)
    with pytest.raises(SignInFirst):
        posts.begin(actor=Actor.anonymous(), kind=PostKind.VIDEO, now=NOW)
    assert models.Post.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(title="长" * 61), "title"),
        (Words(body="长" * 2001), "body"),
        (Words(language="fr"), "language"),
        (Words(label="NEWS"), "label"),
        (Words(field="NOTHING"), "field"),
        (Words(region="000000"), "region"),
        (Words(title="\x00"), "title"),
    ],
)
def test_words_that_cannot_be_are_refused_by_their_field(words: Words, field: str) -> None:
    creator = a_creator()

    with pytest.raises(Invalid) as refused:
        posts.begin(actor=creator, kind=PostKind.VIDEO, words=words, now=NOW)

    assert refused.value.facts["field"] == field
    assert not models.Post.objects.exists()


def test_a_post_with_goods_is_an_ad_and_stays_one() -> None:
    shop, creator = a_shop(), a_creator()
    planned, unplanned, hidden = (
        a_product(shop),
        a_product(shop),
        a_product(shop, is_on_sale=False),
    )
    a_plan(shop, planned)
    post_id = a_draft(creator, a_work(creator))

    with pytest.raises(NoPlan):
        posts.set_products(actor=creator, post_id=post_id, product_ids=[unplanned.id], now=NOW)
    with pytest.raises(posts.NotOnSale):
        posts.set_products(actor=creator, post_id=post_id, product_ids=[hidden.id], now=NOW)
    with pytest.raises(NotFound):
        posts.set_products(actor=creator, post_id=post_id, product_ids=[ids.new()], now=NOW)
    with pytest.raises(Invalid):
        posts.set_products(
            actor=creator, post_id=post_id, product_ids=[ids.new() for _ in range(10)], now=NOW
        )
    card = posts.set_products(actor=creator, post_id=post_id, product_ids=[planned.id], now=NOW)
    assert card.label is Label.AD
    with pytest.raises(gates.LabelNeeded):
        posts.change(actor=creator, post_id=post_id, words=WORDS, now=NOW)

    # A row that somehow lost its label does not get past the gate.
    models.Post.objects.filter(pk=post_id).update(label=Label.PROMO.value)
    with pytest.raises(gates.LabelNeeded):
        publishing.publish(actor=creator, post_id=post_id, now=NOW)
    models.Post.objects.filter(pk=post_id).update(label=Label.AD.value)

    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert post_of(post_id).state == PostState.PUBLISHED


def test_products_stand_in_the_order_given_also_when_it_changes() -> None:
    shop = a_shop()
    creator = a_creator()
    first, second, third = (a_product(shop) for _ in range(3))
    for product in (first, second, third):
        a_plan(shop, product)
    post_id = a_draft(creator)

    def set_to(*wanted: UUID) -> list[UUID]:
        posts.set_products(actor=creator, post_id=post_id, product_ids=wanted, now=NOW)
        rows = models.PostProduct.objects.filter(post=post_id).order_by("position")
        return list(rows.values_list("product_id", flat=True))

    assert set_to(first.id, second.id) == [first.id, second.id]
    assert set_to(third.id, first.id, third.id) == [third.id, first.id]
    assert set_to() == []


def test_files_are_the_creators_own_of_the_posts_kind_and_of_one_post() -> None:
    creator, stranger = a_creator(), a_creator()
    video, still, foreign = a_work(creator), a_work(creator, Kind.STILL), a_work(stranger)
    post_id, other = a_draft(creator, video), a_draft(creator)

    for work_id in (still, foreign, ids.new()):
        with pytest.raises(NotFound):
            posts.set_works(actor=creator, post_id=other, work_ids=[work_id], now=NOW)
    with pytest.raises(posts.FileTaken):
        posts.set_works(actor=creator, post_id=other, work_ids=[video], now=NOW)
    with pytest.raises(Invalid):
        posts.set_works(actor=creator, post_id=other, work_ids=[a_work(creator), video], now=NOW)

    held = models.PostWork.objects.values_list("post_id", "work_id")
    assert list(held) == [(post_id, video)]


def test_staff_of_the_posts_shop_may_work_on_it_others_may_not() -> None:
    shop = a_shop()
    host = a_clerk(shop, "stage")
    packer = a_clerk(shop, "ship")
    creators.become(actor=host, name="店里的人", now=NOW)
    creator = roles.actor_of(host.person_id, "test")
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, words=WORDS, shop_id=shop.id, now=NOW)

    posts.change(actor=shop.owner, post_id=post.id, words=Words(title="店里写的"), now=NOW)
    with pytest.raises(NotFound):
        posts.change(actor=packer, post_id=post.id, words=Words(title="x"), now=NOW)
    own = a_product(shop)  # No plan: it is the shop's own.
    posts.set_products(actor=shop.owner, post_id=post.id, product_ids=[own.id], now=NOW)

    assert post_of(post.id).title == "店里写的"


def test_a_draft_that_is_deleted_takes_its_files_along() -> None:
    creator = a_creator()
    work_id = a_work(creator)
    post_id = a_draft(creator, work_id)

    posts.delete(actor=creator, post_id=post_id, now=SOON)

    assert not models.Post.objects.exists()
    assert models.Work.objects.get(pk=work_id).removed_at == SOON
    assert works.cards([work_id]) == {}
    with pytest.raises(NotFound):
        posts.delete(actor=creator, post_id=post_id, now=SOON)
