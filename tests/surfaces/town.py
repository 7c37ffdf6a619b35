"""A small town in which everybody has something of their own, for the matrix of roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client, RequestFactory
from tests import builders
from tests.outside import World
from tests.usecases.content import supported, works_made
from tests.usecases.content.events_held import an_event, given, of, terms
from tests.usecases.live import scenes

from laotie.accounts import inbox, invitations, roles, sessions
from laotie.catalog import categories, external_links, offers
from laotie.content import case_pages, comments, uploads
from laotie.content.footage import Kind
from laotie.content.posts import Words
from laotie.integrations import deliveries, endpoints, tokens
from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger import policy
from laotie.links import clicks
from laotie.live import clips, drops, giveaways, stage
from laotie.oversight import complaints
from laotie.trade import goods_sheets, orders, platform_coupons, refunds, reviews, stock

ROLES = (
    "anonymous", "buyer", "other_buyer", "creator", "staff", "other_staff", "unproven_operator",
    "finance", "operator",
)  # fmt: skip
# Everybody else has given a second step, so that the table tells of rights alone.
_UNPROVEN = "unproven_operator"


@dataclass(frozen=True, slots=True)
class Town:
    """A session per role, and the ids that stand in addresses.

    `buyer`, `creator` and `staff` own what is named; everybody else is a stranger to it.
    """

    http: Client
    sessions: dict[str, str]
    things: dict[str, str]

    def client(self, role: str) -> Client:
        """The browser with that session and nothing else, so that it remembers nothing undone."""
        self.http.cookies.clear()
        if role in self.sessions:
            self.http.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return self.http


def build(world: World) -> Town:
    """An order that is shipped with a refund open, a room on air, a shop with goods and staff."""
    now = clock.now()
    scene = scenes.a_live_room(now)
    buyer, operator = builders.a_person(), builders.an_operator()
    sku_id = scene.sku_id
    stock.set_stock(actor=scene.shop.owner, sku_id=sku_id, on_hand=50, now=now)
    order_id = builders.a_shipped_order(world, scene.shop, buyer, {sku_id: 2}, now=now)
    refund = refunds.request(
        actor=buyer,
        order_id=order_id,
        units={1: 1},
        reason="不合适",
        key=builders.a_key(),
        now=now,
    )
    checkout = builders.a_placed_order(buyer, {sku_id: 1}, now=now)
    orders.pay(actor=buyer, group_id=checkout.group_id, now=now)
    quote = builders.a_quote(buyer, {sku_id: 1}, now=now)
    coupon = builders.a_coupon(shop=scene.shop)
    offer = offers.start(
        actor=scene.shop.owner,
        sku_id=scene.product.skus[1].id,
        price_fen=4000,
        starts_at=now,
        ends_at=now + timedelta(days=1),
        now=now,
    )
    giveaway = giveaways.open_giveaway(
        actor=scene.host, room_id=scene.room_id, prize="茶盏", coupon_id=None, winners=1,
        rule="follow", word="", seconds=3600, now=now,
    )  # fmt: skip
    thrown = builders.a_coupon(shop=scene.shop, now=now)
    drop = drops.open_drop(
        actor=scene.host, room_id=scene.room_id, coupon_id=thrown.coupon_id, pieces=5,
        seconds=3600, now=now,
    )  # fmt: skip
    review = reviews.write(
        actor=buyer,
        order_id=builders.a_received_order(world, scene.shop, buyer, {sku_id: 1}, now=now),
        line_no=1,
        stars=4,
        text="好",
        forbidden=(),
        now=now,
    )
    complaint_id = complaints.make(
        actor=buyer, ref=ids.public("rom", scene.room_id), cause="fake", text="", now=now
    )
    proposal_id = policy.propose(
        actor=builders.an_operator(), tech_bps=300, channel_bps=60, split_cap_bps=3000,
        effective_at=now + timedelta(days=7), reason="costs", now=now,
    )  # fmt: skip
    coupon_proposal_id = platform_coupons.propose(
        actor=builders.an_operator(), name_zh="新人", name_en="Newcomers", off_fen=500,
        min_goods_fen=1000, budget_fen=10_000, limit_per_buyer=1,
        claim_window=(now, now + timedelta(days=1)), use_window=(now, now + timedelta(days=1)),
        reason="growth", now=now,
    )  # fmt: skip
    clerk = builders.a_clerk(scene.shop, "ship")
    invitation = invitations.invite(
        actor=scene.shop.owner, shop_id=scene.shop.id, phone=builders.a_phone(),
        rights=["ship"], now=now,
    )  # fmt: skip
    run = goods_sheets.start_export(
        actor=scene.shop.owner, shop_id=scene.shop.id, form="csv", now=now
    )
    actors = {
        "buyer": buyer,
        "other_buyer": builders.a_person(),
        "creator": _again(scene.host),
        "staff": scene.shop.owner,
        "other_staff": builders.a_shop("别家").owner,
        _UNPROVEN: builders.an_operator(),
        "finance": builders.a_financier(),
        "operator": operator,
    }
    assert buyer.person_id
    assert clerk.person_id
    assert scene.host.creator_id
    (address, *_rest) = builders.addresses.mine(actor=buyer)
    (notice, *_rest) = inbox.lines(actor=buyer)
    (plan,) = builders.plans.of_shop(actor=scene.shop.owner, shop_id=scene.shop.id)
    programs = _programs(scene.shop)
    rule_id = builders.a_link_rule("allow", "jd", now=now - timedelta(seconds=5))
    link = external_links.attach(
        actor=scene.shop.owner, product_id=scene.product.id, url="https://item.jd.com/1", now=now
    )
    post_id = works_made.a_post(scene.host, now=now)
    said = comments.say(actor=buyer, post_id=post_id, words="好看", now=now)
    hop = clicks.ask(actor=buyer, listing_id=link.id, visitor=b"t" * 32, now=now)
    event = an_event(begins=now - timedelta(days=1), ends=now + timedelta(days=9), now=now)
    things = {
        **programs,
        "link": link.public_id,
        "hop": hop.token,
        "network": link.network,
        "surface": link.place.surface.value,
        "address": ids.public("adr", address.id),
        "shop": ids.public("shp", scene.shop.id),
        "product": ids.public("prd", scene.product.id),
        "ref": ids.public("prd", scene.product.id),  # Of what is shared or reported.
        "category": categories.tree()[0].public_id,
        "sku": ids.public("sku", sku_id),
        "offer": ids.public("ofr", offer.id),
        "plan": plan.public_id,
        "quote": ids.public("qte", quote.quote_id),
        "order": ids.public("ord", order_id),
        "group": ids.public("grp", checkout.group_id),
        "refund": ids.public("rfd", refund.refund_id),
        "review": ids.public("rvw", review.review_id),
        "line": "1",
        "line_no": "1",
        "coupon": ids.public("cpn", coupon.coupon_id),
        "rule": ids.public("lrl", rule_id),
        "room": ids.public("rom", scene.room_id),
        "giveaway": ids.public("gaw", giveaway.id),
        "drop": ids.public("drp", drop.id),
        "card": str(ids.new()),
        "clip": ids.public("clp", _a_clip(scene, now)),
        "post": ids.public("pst", post_id),
        "comment": ids.public("cmt", said.id),
        "work": ids.public("wrk", works_made.a_work(scene.host, now=now)),
        "upload": _an_upload(scene.host, now),
        "creator": ids.public("crt", scene.host.creator_id),
        "person": ids.public("per", clerk.person_id),
        "notice": ids.public("ntc", notice.id),
        "<uuid:notice>": str(ids.new()),  # A provider's, not one of the inbox.
        "channel": "lab",
        "carrier": "lab",
        "consumer": "trade",
        "event": "1",
        "job": "1",
        "file": "0" * 32,
        "width": "320",
        "form": "csv",
        "period": "2026-11",
        "invoice": ids.public("inv", ids.new()),
        "invitation": ids.public("ivt", invitation.id),
        "view": ids.public("viw", ids.new()),
        "run": run.public_id,
        "say": str(ids.new()),
        "passkey": "1",
        "session": str(ids.new()),
        "export": str(ids.new()),
        "case": str(ids.new()),
        "complaint": str(complaint_id),
        "judgement": _a_case(scene.host, operator, now),
        "proposal": str(proposal_id),
        "<slug:kind>": "fees",
        "{proposal_id}": str(coupon_proposal_id),
        "document": "terms",
        "programme": supported.a_programme(now=now).public_id,
        "talent": _an_agreement(scene.host, now),
        "alert": str(ids.new()),
        "occasion": event.public_id,
        "grant": given(event, of(scene.host), scope=terms(ends=now + timedelta(days=9))).public_id,
        "wish": "on",
    }
    return Town(Client(), {name: _session(name, actor) for name, actor in actors.items()}, things)


def _programs(shop: builders.ShopOfOne) -> dict[str, str]:
    """The owner's app and token, and an endpoint with something to send."""
    now = clock.now()
    app = tokens.make_app(actor=shop.owner, name="ERP", scopes=["shop:read"], now=now)
    token = tokens.issue(
        actor=shop.owner, name="ERP", scopes=["shop:read"], shop_id=shop.id, now=now
    )
    url, kinds = "https://hooks.example/in", ["order.paid"]
    made = endpoints.add(actor=shop.owner, shop_id=shop.id, url=url, kinds=kinds, now=now)
    delivery_id = deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=now)
    return {
        "app": ids.public("app", app.id),
        "token": ids.public("tok", token.card.id),
        "endpoint": ids.public("whe", made.endpoint.id),
        "delivery": ids.public("whd", delivery_id),
    }


def _a_case(host: Actor, operator: Actor, now: datetime) -> str:
    """A post of the host's that waits for a reviewer."""
    works_made.a_post(host, words=Words(title="开窑", body="都在 shop.com"), now=now)
    (case,) = case_pages.queue(actor=operator)
    return str(case.id)


def _an_agreement(host: Actor, now: datetime) -> str:
    """With whom was promised what, for ten weeks from now."""
    today = now.date()
    return ids.public("tal", supported.signed(host, today, today + timedelta(days=70), now=now))


def _an_upload(host: Actor, now: datetime) -> str:
    """A still of which nothing has arrived."""
    ticket = uploads.begin(actor=host, kind=Kind.STILL, bytes=9, name="a.png", now=now)
    return ticket.public_id


def _a_clip(scene: scenes.Scene, now: datetime) -> UUID:
    """Waiting to be cut, of a room that is still on air."""
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
    stage.unpin(actor=scene.host, room_id=scene.room_id, now=now)
    later = "UPDATE live_mark SET stopped_wall_at = stopped_wall_at + interval '9 s'"
    sql.change(f"{later} WHERE room_id = %s", [scene.room_id])
    with transaction.atomic():
        clips.wish_for_all(scene.room_id, now=now)
    (card,) = clips.of_room(scene.room_id, actor=scene.host)
    return card.id


def _session(role: str, actor: Actor) -> str:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    is_proven = role != _UNPROVEN
    return sessions.open_session(request, actor.require_person(), is_proven=is_proven)


def _again(actor: Actor) -> Actor:
    person_id: UUID = actor.require_person()
    return roles.actor_of(person_id, "test")
