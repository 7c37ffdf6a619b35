from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW
from tests.telling import told

from laotie.accounts import invitations, models, operators, roles, shops
from laotie.accounts.roles import ALL_RIGHTS
from laotie.accounts.shops import ApplicationWaits, LastManager, TooManyShops
from laotie.events.accounts import ShopApproved
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState

pytestmark = pytest.mark.usefixtures("db")

NAME = {"zh": "茶铺", "en": "Tea shop"}


def test_a_shop_opens_when_an_operator_says_so() -> None:
    person = builders.a_person()

    card = shops.apply(actor=person, name=NAME, now=NOW)
    assert not card.is_open
    assert card.name == NAME

    approved = shops.approve(actor=builders.an_operator(), shop_id=card.id, now=NOW)
    assert approved.is_open
    assert shops.card(card.id) == approved
    assert told(ShopApproved.name) == 1


def test_nobody_approves_their_own_shop() -> None:
    person = builders.a_person()
    card = shops.apply(actor=person, name=NAME, now=NOW)
    owner = roles.actor_of(person.person_id, "test")

    for actor, refusal in [(owner, NotAllowed), (Actor.anonymous(), SignInFirst)]:
        with pytest.raises(refusal):
            shops.approve(actor=actor, shop_id=card.id, now=NOW)
    assert not shops.card(card.id).is_open


def test_a_shop_is_approved_once() -> None:
    shop = builders.a_shop()
    with pytest.raises(WrongState):
        shops.approve(actor=builders.an_operator(), shop_id=shop.id, now=NOW)


def test_a_suspended_shop_is_closed_until_it_is_reopened() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()

    suspended = shops.suspend(actor=operator, shop_id=shop.id, reason="假货", now=NOW)
    assert not suspended.is_open
    assert shops.file_of(actor=shop.owner, shop_id=shop.id).reason == "假货"

    assert shops.reopen(actor=operator, shop_id=shop.id, now=NOW).is_open


def test_strangers_do_not_see_a_shops_file() -> None:
    shop = builders.a_shop()
    for actor in (builders.a_person(), builders.a_shop("别家").owner):
        with pytest.raises(NotFound):
            shops.file_of(actor=actor, shop_id=shop.id)
    with pytest.raises(SignInFirst):
        shops.file_of(actor=Actor.anonymous(), shop_id=shop.id)


@pytest.mark.parametrize(
    "name",
    [
        {"zh": "茶"}, {"zh": "茶", "en": ""}, {"zh": "茶", "en": "  \u200b "}, {"zh": "茶" * 41, "en": "x"},
        {"zh": "茶\x00", "en": "x"}, {"zh": "\ud800", "en": "x"}, {"zh": 1, "en": "x"},
        {"zh": ["茶"], "en": "x"}, "茶", None, {"zh": "茶", "en": "x", "fr": "x"},
        {"zh": "a" + "\u0301" * 50, "en": "x"}, {"zh": "x" * 1_000_000, "en": "x"},
    ],
)  # fmt: skip
def test_bad_names_are_refused_and_no_shop_is_made(name: object) -> None:
    with pytest.raises(Invalid):
        shops.apply(actor=builders.a_person(), name=name, now=NOW)  # type: ignore[arg-type]
    assert models.Shop.objects.count() == 0


def test_tricks_in_names_are_taken_out() -> None:
    name = {"zh": "茶\u202e铺\u200b", "en": "<script>{{7*7}}</script> %s"}
    card = shops.apply(actor=builders.a_person(), name=name, now=NOW)
    assert card.name == {"zh": "茶铺", "en": "<script>{{7*7}}</script> %s"}


def test_one_person_asks_for_five_shops_at_most() -> None:
    person = builders.a_person()
    for _ in range(5):
        card = shops.apply(actor=person, name=NAME, now=NOW)
        shops.approve(actor=builders.an_operator(), shop_id=card.id, now=NOW)
    with pytest.raises(TooManyShops):
        shops.apply(actor=person, name=NAME, now=NOW)


def test_one_application_of_a_person_waits_at_a_time(owner_url: str) -> None:
    person = builders.a_person()
    first = shops.apply(actor=person, name=NAME, now=NOW)

    with pytest.raises(ApplicationWaits):
        shops.apply(actor=person, name=NAME, now=NOW)

    assert models.Shop.objects.filter(applied_by=person.person_id).count() == 1
    with psycopg.connect(owner_url) as owner, pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(
            "INSERT INTO accounts_shop (id, name_zh, name_en, logo_url, state, applied_by_id,"
            " applied_at, reason) SELECT gen_random_uuid(), name_zh, name_en, logo_url, 'ASKED',"
            " applied_by_id, applied_at, reason FROM accounts_shop"
        )
    shops.refuse(actor=builders.an_operator(), shop_id=first.id, reason="no licence", now=NOW)
    assert shops.apply(actor=person, name=NAME, now=NOW).id != first.id


def test_staff_have_the_rights_they_were_given_and_no_more() -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship", "refund")

    assert clerk.shop_rights == {shop.id: frozenset({"ship", "refund"})}
    clerk.require_shop(shop.id, "ship")
    with pytest.raises(NotAllowed):
        clerk.require_shop(shop.id, "money")
    with pytest.raises(NotFound):
        clerk.require_shop(builders.a_shop().id, "ship")


def test_who_lacks_a_right_cannot_give_it() -> None:
    shop = builders.a_shop()
    manager = builders.a_clerk(shop, "manage", "ship")
    phone = builders.a_phone()

    with pytest.raises(NotAllowed) as refused:
        invitations.invite(actor=manager, shop_id=shop.id, phone=phone, rights=["money"], now=NOW)
    assert refused.value.facts == {"right": "money"}

    asked = invitations.invite(
        actor=manager, shop_id=shop.id, phone=phone, rights=["ship"], now=NOW
    )
    assert asked.rights == {"ship"}
    with pytest.raises(NotAllowed):
        shops.dismiss(actor=manager, shop_id=shop.id, person_id=shop.owner_id, reason="x", now=NOW)


def test_clerks_do_not_hire() -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    for actor, refusal in [(clerk, NotAllowed), (builders.a_person(), NotFound)]:
        with pytest.raises(refusal):
            invitations.invite(
                actor=actor, shop_id=shop.id, phone=builders.a_phone(), rights=["ship"], now=NOW
            )
        with pytest.raises(refusal):
            shops.staff(actor=actor, shop_id=shop.id)


@pytest.mark.parametrize("rights", [[], ["operator"], ["manage", "root"], ["MANAGE"]])
def test_unknown_rights_are_refused(rights: list[str]) -> None:
    shop = builders.a_shop()
    with pytest.raises(Invalid):
        invitations.invite(
            actor=shop.owner, shop_id=shop.id, phone=builders.a_phone(), rights=rights, now=NOW
        )


def test_hiring_tells_nobody_which_numbers_have_accounts() -> None:
    shop = builders.a_shop()
    known, unknown = builders.a_phone(), builders.a_phone()
    builders.a_person("李雷", phone=known)

    for phone in (known, unknown):
        asked = invitations.invite(
            actor=shop.owner, shop_id=shop.id, phone=phone, rights=["ship"], now=NOW
        )
        assert asked.phone_masked == f"139****{phone[-4:]}"


def test_a_dismissed_clerk_has_no_rights_at_once() -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    assert clerk.person_id

    shops.dismiss(
        actor=shop.owner, shop_id=shop.id, person_id=clerk.person_id, reason="走了", now=NOW
    )

    assert roles.actor_of(clerk.person_id, "test").shop_rights == {}
    with pytest.raises(NotFound):
        shops.dismiss(
            actor=shop.owner, shop_id=shop.id, person_id=clerk.person_id, reason="x", now=NOW
        )


def test_a_shop_keeps_a_manager() -> None:
    shop = builders.a_shop()
    with pytest.raises(LastManager):
        shops.dismiss(
            actor=shop.owner, shop_id=shop.id, person_id=shop.owner_id, reason="x", now=NOW
        )
    assert shop.owner.shop_rights[shop.id] == ALL_RIGHTS


def test_every_change_of_rights_is_kept_with_who_and_why() -> None:
    shop, operator = builders.a_shop(), builders.an_operator()
    clerk = builders.a_clerk(shop, "ship")
    assert clerk.person_id
    shops.dismiss(
        actor=shop.owner,
        shop_id=shop.id,
        person_id=clerk.person_id,
        reason="搬家",
        now=NOW + timedelta(days=1),
    )

    last, first = roles.history(actor=operator, person_id=clerk.person_id)

    assert (first.before, first.after, first.reason) == (set(), {"ship"}, "hired")
    assert (last.before, last.after, last.reason) == ({"ship"}, set(), "搬家")
    assert last.granted_by == shop.owner_id
    assert last.shop_id == shop.id
    with pytest.raises(NotAllowed):
        roles.history(actor=shop.owner, person_id=clerk.person_id)


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_grant SET reason = 'other'", "DELETE FROM accounts_grant"]
)
def test_the_history_of_rights_refuses_to_change(statement: str) -> None:
    builders.a_shop()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_rights_given_behind_our_back_break_an_invariant() -> None:
    from laotie.accounts.invariants import INVARIANTS

    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    statement = INVARIANTS["accounts.rights_match_their_history"]

    def broken() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return len(cursor.fetchall())

    assert broken() == 0
    rows = models.Staff.objects.filter(person=clerk.person_id)
    rows.update(rights=["ship", "money"])
    assert broken() == 1
    rows.update(rights=["ship"])
    models.PersonRole.objects.create(person_id=clerk.person_id, role="operator", granted_at=NOW)
    assert broken() == 1
    models.PersonRole.objects.filter(person=clerk.person_id).delete()


def test_operators_name_operators_and_nobody_else_does() -> None:
    person, operator = builders.a_person(), builders.an_operator()
    assert person.person_id
    for actor, refusal in [(person, NotAllowed), (Actor.anonymous(), SignInFirst)]:
        with pytest.raises(refusal):
            roles.grant(
                actor=actor, person_id=person.person_id, role="operator", reason="x", now=NOW
            )
    with pytest.raises(NotAllowed):
        operators.create(actor=person, phone=builders.a_phone(), password=None, name="x", now=NOW)

    roles.grant(actor=operator, person_id=person.person_id, role="operator", reason="值班", now=NOW)
    assert roles.actor_of(person.person_id, "test").is_operator

    roles.revoke(
        actor=operator, person_id=person.person_id, role="operator", reason="下班", now=NOW
    )
    assert not roles.actor_of(person.person_id, "test").is_operator
    with pytest.raises(Invalid):
        roles.grant(actor=operator, person_id=person.person_id, role="root", reason="x", now=NOW)
    # Also where there is nothing to take back.
    for reason in ("", "x" * 201):
        with pytest.raises(Invalid):
            roles.revoke(
                actor=operator, person_id=person.person_id, role="operator", reason=reason, now=NOW
            )
    with pytest.raises(NotFound):
        roles.grant(actor=operator, person_id=ids.new(), role="operator", reason="x", now=NOW)


def test_an_actor_is_worked_out_in_one_query() -> None:
    shop = builders.a_shop()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actor = roles.actor_of(shop.owner_id, "web")
    assert len(queries) == 1
    assert actor.via == "web"
    assert actor.roles == frozenset()
    assert roles.actor_of(None, "web") == Actor.anonymous("web")
    assert roles.actor_of(ids.new(), "web") == Actor.anonymous("web")
