"""Taking money out: held at once, gone on arrival, free again on failure; answered once per key."""

import pytest
from django.db import transaction
from tests import builders
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.events.payments import PayoutFailed, PayoutSettled, RefundSettled
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, KeyReused, NotAllowed, NotFound, SignInFirst, WrongState
from laotie.kernel.event_log import NotYet
from laotie.ledger import handlers, payouts, queries
from laotie.ledger.terms import PLATFORM, Party
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")


def a_rich_shop(amount_fen: int = 1000) -> Party:
    shop = Party("shop", ids.new())
    books.give(shop, amount_fen)
    return shop


def staff_of(shop: Party, *rights: str) -> Actor:
    assert shop.id is not None
    return Actor(ids.new(), "web", shop_rights={shop.id: frozenset(rights)})


def settle(payout: payouts.Payout) -> None:
    event = PayoutSettled(payout_id=payout.payout_id, settled_at=books.NOW)
    with transaction.atomic():
        handlers.payout_settled(event, books.NOW)


def fail(payout: payouts.Payout, reason: str = "no such card") -> None:
    event = PayoutFailed(payout_id=payout.payout_id, reason=reason)
    with transaction.atomic():
        handlers.payout_failed(event, books.NOW)


def test_a_payout_is_held_then_gone() -> None:
    shop = a_rich_shop()

    payout = books.take_out(shop, 400)
    seen = queries.balances(shop, actor=books.HOUSE)
    assert (seen.available_fen, seen.held_fen, seen.withdrawable_fen) == (1000, 400, 600)
    assert ("ledger.payout_requested", str(payout.payout_id)) in sql.rows(
        "SELECT name, subject FROM event_log"
    )

    settle(payout)
    settle(payout)
    seen = queries.balances(shop, actor=books.HOUSE)
    assert (seen.available_fen, seen.held_fen, seen.withdrawable_fen) == (600, 0, 600)
    assert queries.clearing_balance() == 600
    assert queries.payout(payout.payout_id).state == "SETTLED"
    assert verify() == []


def test_a_failed_payout_is_free_again() -> None:
    shop = a_rich_shop()
    payout = books.take_out(shop, 400)

    fail(payout)
    fail(payout)

    seen = queries.balances(shop, actor=books.HOUSE)
    assert (seen.available_fen, seen.held_fen) == (1000, 0)
    assert queries.payout(payout.payout_id).reason == "no such card"
    with pytest.raises(WrongState):
        settle(payout)
    assert queries.clearing_balance() == 1000


def test_a_bounced_payout_comes_back() -> None:
    shop = a_rich_shop()
    payout = books.take_out(shop, 400)
    settle(payout)

    fail(payout, "account closed")
    fail(payout, "account closed")

    assert books.balances(shop) == (0, 1000, 0)
    assert queries.clearing_balance() == 1000
    assert [card.state for card in queries.payouts_of(shop, actor=books.HOUSE)] == ["BOUNCED"]
    assert verify() == []


def test_the_same_key_answers_the_same() -> None:
    shop = a_rich_shop()
    first = books.take_out(shop, 400)

    assert books.take_out(shop, 400) == first
    with pytest.raises(KeyReused):
        books.take_out(shop, 401)
    other = a_rich_shop()
    assert books.take_out(other, 401).payout_id != first.payout_id  # A key is a party's own.

    assert queries.balances(shop, actor=books.HOUSE).held_fen == 400


def test_more_than_is_free_is_refused() -> None:
    shop = a_rich_shop()
    books.take_out(shop, 700)

    with pytest.raises(payouts.InsufficientFunds) as refused:
        books.take_out(shop, 301, key="second-key")

    assert refused.value.facts == {"available_fen": 300}
    assert queries.balances(shop, actor=books.HOUSE).held_fen == 700


def test_whoever_owes_takes_nothing_out() -> None:
    worked = example("worked_order")
    order = order_of(worked)
    creator = order.lines[0].roles[0].party
    books.capture(order)
    books.receive(order)
    books.complete(order)
    books.take_out(creator, 2400)
    books.refund(order, {2: 1})
    assert books.balances(creator) == (0, 2400, -480)

    with pytest.raises(payouts.InDebt):
        books.take_out(creator, 1, key="second-key")
    assert queries.balances(creator, actor=books.HOUSE).withdrawable_fen == 0


@pytest.mark.parametrize("amount_fen", [0, -1, 10**13 + 1, 2**63, True])
def test_amounts_that_are_none_are_refused(amount_fen: int) -> None:
    with pytest.raises(Invalid):
        books.take_out(a_rich_shop(), amount_fen)


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space", "钥匙钥匙钥匙钥匙"])
def test_keys_that_are_none_are_refused(key: str) -> None:
    with pytest.raises(Invalid):
        books.take_out(a_rich_shop(), 1, key=key)


def test_only_those_whose_money_it_is() -> None:
    shop = a_rich_shop()
    creator = Party("creator", ids.new())
    books.give(creator, 100)
    owner = staff_of(shop, "manage", "money")
    herself = Actor(ids.new(), "web", frozenset({"creator"}), creator_id=creator.id)
    for party in (shop, creator):
        builders.a_payout_account(books.HOUSE, party)

    def ask(actor: Actor, party: Party) -> payouts.Payout:
        return payouts.request(
            actor=actor, party=party, amount_fen=1, key="some-key", now=books.NOW
        )

    refusals = [
        (Actor.anonymous(), shop, SignInFirst),
        (Actor(ids.new(), "web"), shop, NotFound),
        (staff_of(shop, "ship"), shop, NotAllowed),
        (staff_of(a_rich_shop(), "money"), shop, NotFound),
        (herself, shop, NotFound),
        (owner, creator, NotFound),
        (owner, PLATFORM, NotFound),
        (owner, Party("agency", ids.new()), NotFound),
    ]
    for actor, party, refusal in refusals:
        with pytest.raises(refusal):
            ask(actor, party)
        for look in (queries.balances, queries.statement, queries.payouts_of):
            with pytest.raises(refusal):
                look(party, actor=actor)  # type: ignore[operator]

    assert ask(owner, shop).amount_fen == 1
    assert ask(herself, creator).amount_fen == 1
    assert queries.balances(creator, actor=herself).available_fen == 100


def test_events_of_things_not_known_yet_wait() -> None:
    events = [
        (handlers.payout_settled, PayoutSettled(payout_id=ids.new(), settled_at=books.NOW)),
        (handlers.payout_failed, PayoutFailed(payout_id=ids.new(), reason="")),
        (
            handlers.refund_settled,
            RefundSettled(refund_id=ids.new(), amount_fen=1, settled_at=books.NOW),
        ),
    ]
    for handler, event in events:
        with pytest.raises(NotYet), transaction.atomic():
            handler(event, books.NOW)  # type: ignore[operator]
