"""Nobody works for a shop before they say yes, and only while whoever asked may hire."""

from datetime import timedelta

import pytest
from tests import builders
from tests.builders import NOW

from laotie.accounts import inbox, invitations, models, roles, shops
from laotie.accounts.invitations import Invitation, InvitationOver
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.usefixtures("db")


def ask(owner: Actor, shop: builders.ShopOfOne, phone: str, *rights: str) -> Invitation:
    return invitations.invite(
        actor=owner, shop_id=shop.id, phone=phone, rights=rights or ["ship"], now=NOW
    )


def invited(shop: builders.ShopOfOne) -> tuple[Actor, Invitation]:
    phone = builders.a_phone()
    person = builders.a_person(phone=phone)
    return person, ask(shop.owner, shop, phone)


def test_rights_begin_with_the_yes() -> None:
    shop = builders.a_shop()
    person, asked = invited(shop)

    assert roles.actor_of(person.person_id, "test").shop_rights == {}
    assert [line.kind for line in inbox.lines(actor=person)] == ["staff_invited"]
    assert invitations.mine(actor=person, now=NOW) == (asked,)
    assert invitations.of_shop(actor=shop.owner, shop_id=shop.id, now=NOW) == (asked,)
    with pytest.raises(NotFound):
        invitations.accept(actor=builders.a_person(), invitation_id=asked.id, now=NOW)

    done = invitations.accept(actor=person, invitation_id=asked.id, now=NOW)

    assert done.state == "ACCEPTED"
    assert roles.actor_of(person.person_id, "test").shop_rights == {shop.id: frozenset({"ship"})}
    (change, *_rest) = roles.history(
        actor=builders.an_operator(), person_id=person.require_person()
    )
    assert (change.granted_by, change.reason) == (shop.owner_id, "hired")
    with pytest.raises(WrongState):
        invitations.accept(actor=person, invitation_id=asked.id, now=NOW)


def test_a_no_and_what_is_over_give_nothing() -> None:
    shop = builders.a_shop()
    declined, taken_back, late, replaced = (invited(shop) for _ in range(4))
    invitations.decline(actor=declined[0], invitation_id=declined[1].id, now=NOW)
    invitations.withdraw(actor=shop.owner, shop_id=shop.id, invitation_id=taken_back[1].id, now=NOW)
    manager = builders.a_clerk(shop, "manage", "ship")
    phone = builders.a_phone()
    orphan = builders.a_person(phone=phone), ask(manager, shop, phone)
    shops.dismiss(
        actor=shop.owner, shop_id=shop.id, person_id=manager.require_person(), reason="x", now=NOW
    )
    with pytest.raises(NotAllowed):
        invitations.withdraw(
            actor=builders.a_clerk(shop, "ship"), shop_id=shop.id,
            invitation_id=replaced[1].id, now=NOW,
        )  # fmt: skip

    tries = [
        (declined, NOW, WrongState),
        (taken_back, NOW, WrongState),
        (late, NOW + timedelta(days=7), InvitationOver),
        (orphan, NOW, InvitationOver),
    ]
    for (person, asked), now, refusal in tries:
        with pytest.raises(refusal):
            invitations.accept(actor=person, invitation_id=asked.id, now=now)
        assert roles.actor_of(person.person_id, "test").shop_rights == {}


def test_staff_have_other_rights_at_once_and_one_invitation_is_open() -> None:
    shop, phone = builders.a_shop(), builders.a_phone()
    first, second = ask(shop.owner, shop, phone), ask(shop.owner, shop, phone, "refund")
    person = builders.a_person(phone=phone)
    with pytest.raises(WrongState):
        invitations.accept(actor=person, invitation_id=first.id, now=NOW)
    invitations.accept(actor=person, invitation_id=second.id, now=NOW)

    changed = ask(shop.owner, shop, phone, "ship", "refund")

    assert changed.state == "ACCEPTED"
    assert models.Staff.objects.get(shop=shop.id, person=person.person_id).rights == [
        "refund", "ship",
    ]  # fmt: skip
    assert sum(line.kind == "staff_invited" for line in inbox.lines(actor=person)) == 2
