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
from tests.usecases.content import belts_made, supported, works_made
from tests.usecases.content.events_held import an_event, given, of, terms
from tests.usecases.live import scenes

from laotie.accounts import inbox, invitations, roles, sessions
from laotie.catalog import categories, external_links, offers
from laotie.content.conversation import comments
from laotie.content.files import uploads
from laotie.content.files.footage import Kind
from laotie.content.industry import memberships
from laotie.content.posting.posts import Words
from laotie.content.review import case_pages, talk_cases
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
# What stands in addresses and needs nothing made for it.
_AS_WRITTEN = {
    "line": "1",
    "line_no": "1",
    "channel": "lab",
    "carrier": "lab",
    "consumer": "trade",
    "event": "1",
    "job": "1",
    "file": "0" * 32,
    "width": "320",
    "form": "csv",
    "period": "2026-11",
    "passkey": "1",
    "<slug:kind>": "fees",
    "<slug:part>": "owners",
    "document": "terms",
    "wish": "on",
}
# Ids of nothing; a provider's notice (`<uuid:notice>`) is not one of the inbox.
_NOBODYS = ("<uuid:notice>", "card", "say", "session", "export", "case", "alert")


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
    stock.set_stock(actor=scene.shop.owner, sku_id=scene.sku_id, on_hand=50, now=now)
    things = {
        **_bought(world, scene, buyer, now),
        **_on_air(scene, now),
        **_of_the_shop(scene, now),
        **_of_the_desk(scene, buyer, now),
        **_programs(scene.shop),
        **_links(scene, buyer, now),
        **_posts(scene, buyer, operator, now),
        **_support(scene.host, now),
        **_belts(scene.host, now),
        **_AS_WRITTEN,
        **{name: str(ids.new()) for name in _NOBODYS},
        "invoice": ids.public("inv", ids.new()),
        "view": ids.public("viw", ids.new()),
    }
    sessions = {name: _session(name, who) for name, who in _people(scene, buyer, operator).items()}
    return Town(Client(), sessions, things)


def _people(scene: scenes.Scene, buyer: Actor, operator: Actor) -> dict[str, Actor]:
    """Who has a session, by role."""
    return {
        "buyer": buyer,
        "other_buyer": builders.a_person(),
        "creator": _again(scene.host),
        "staff": scene.shop.owner,
        "other_staff": builders.a_shop("别家").owner,
        _UNPROVEN: builders.an_operator(),
        "finance": builders.a_financier(),
        "operator": operator,
    }


def _bought(world: World, scene: scenes.Scene, buyer: Actor, now: datetime) -> dict[str, str]:
    """Of one buyer: a shipped order with a refund open, one paid, one quoted, one reviewed."""
    shop, sku_id = scene.shop, scene.sku_id
    order_id = builders.a_shipped_order(world, shop, buyer, {sku_id: 2}, now=now)
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
    review = reviews.write(
        actor=buyer,
        order_id=builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now),
        line_no=1,
        stars=4,
        text="好",
        forbidden=(),
        now=now,
    )
    (address, *_rest) = builders.addresses.mine(actor=buyer)
    (notice, *_rest) = inbox.lines(actor=buyer)
    return {
        "order": ids.public("ord", order_id),
        "refund": ids.public("rfd", refund.refund_id),
        "group": ids.public("grp", checkout.group_id),
        "quote": ids.public("qte", quote.quote_id),
        "review": ids.public("rvw", review.review_id),
        "address": ids.public("adr", address.id),
        "notice": ids.public("ntc", notice.id),
    }


def _on_air(scene: scenes.Scene, now: datetime) -> dict[str, str]:
    """The room with a prize draw, coupons thrown into it, and a clip."""
    giveaway = giveaways.open_giveaway(
        actor=scene.host, room_id=scene.room_id, prize="茶盏", coupon_id=None, winners=1,
        rule="follow", word="", seconds=3600, now=now,
    )  # fmt: skip
    thrown = builders.a_coupon(shop=scene.shop, now=now)
    drop = drops.open_drop(
        actor=scene.host, room_id=scene.room_id, coupon_id=thrown.coupon_id, pieces=5,
        seconds=3600, now=now,
    )  # fmt: skip
    return {
        "room": ids.public("rom", scene.room_id),
        "giveaway": ids.public("gaw", giveaway.id),
        "drop": ids.public("drp", drop.id),
        "clip": ids.public("clp", _a_clip(scene, now)),
    }


def _of_the_shop(scene: scenes.Scene, now: datetime) -> dict[str, str]:
    """What its owner made: goods, an offer, a plan, a coupon, staff, a sheet."""
    shop, product = scene.shop, scene.product
    coupon = builders.a_coupon(shop=shop, now=now)
    offer = offers.start(
        actor=shop.owner,
        sku_id=product.skus[1].id,
        price_fen=4000,
        starts_at=now,
        ends_at=now + timedelta(days=1),
        now=now,
    )
    clerk = builders.a_clerk(shop, "ship")
    assert clerk.person_id
    invitation = invitations.invite(
        actor=shop.owner, shop_id=shop.id, phone=builders.a_phone(), rights=["ship"], now=now
    )
    run = goods_sheets.start_export(actor=shop.owner, shop_id=shop.id, form="csv", now=now)
    (plan,) = builders.plans.of_shop(actor=shop.owner, shop_id=shop.id)
    return {
        "shop": ids.public("shp", shop.id),
        "product": ids.public("prd", product.id),
        "ref": ids.public("prd", product.id),  # Of what is shared or reported.
        "category": categories.tree()[0].public_id,
        "sku": ids.public("sku", scene.sku_id),
        "offer": ids.public("ofr", offer.id),
        "plan": plan.public_id,
        "coupon": ids.public("cpn", coupon.coupon_id),
        "person": ids.public("per", clerk.person_id),
        "invitation": ids.public("ivt", invitation.id),
        "run": run.public_id,
    }


def _of_the_desk(scene: scenes.Scene, buyer: Actor, now: datetime) -> dict[str, str]:
    """A complaint, and what waits for a second operator."""
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
    return {
        "complaint": str(complaint_id),
        "proposal": str(proposal_id),
        "{proposal_id}": str(coupon_proposal_id),
    }


def _links(scene: scenes.Scene, buyer: Actor, now: datetime) -> dict[str, str]:
    """A network that is allowed, and a product's link to it, which the buyer asked to follow."""
    rule_id = builders.a_link_rule("allow", "jd", now=now - timedelta(seconds=5))
    link = external_links.attach(
        actor=scene.shop.owner, product_id=scene.product.id, url="https://item.jd.com/1", now=now
    )
    hop = clicks.ask(actor=buyer, listing_id=link.id, visitor=b"t" * 32, now=now)
    return {
        "rule": ids.public("lrl", rule_id),
        "link": link.public_id,
        "hop": hop.token,
        "network": link.network,
        "surface": link.place.surface.value,
    }


def _posts(scene: scenes.Scene, buyer: Actor, operator: Actor, now: datetime) -> dict[str, str]:
    """A post with a comment, one under review, a work, an upload, rights to an event."""
    host = scene.host
    assert host.creator_id
    post_id = works_made.a_post(host, now=now)
    said = comments.say(actor=buyer, post_id=post_id, words="好看", now=now)
    rude = comments.say(actor=buyer, post_id=post_id, words="滚", now=now)
    verdict = talk_cases.take_down(
        actor=operator, comment_id=rude.id, rule="ABUSE", reason="骂人", now=now
    )
    event = an_event(begins=now - timedelta(days=1), ends=now + timedelta(days=9), now=now)
    return {
        "creator": ids.public("crt", host.creator_id),
        "post": ids.public("pst", post_id),
        "comment": ids.public("cmt", said.id),
        "work": ids.public("wrk", works_made.a_work(host, now=now)),
        "upload": _an_upload(host, now),
        "judgement": _a_case(host, operator, now),
        "verdict": str(verdict),
        "occasion": event.public_id,
        "grant": given(event, of(host), scope=terms(ends=now + timedelta(days=9))).public_id,
    }


def _support(host: Actor, now: datetime) -> dict[str, str]:
    """A programme, and an agreement with the host."""
    return {
        "programme": supported.a_programme(now=now).public_id,
        "talent": _an_agreement(host, now),
    }


def _belts(host: Actor, now: datetime) -> dict[str, str]:
    """A belt, and the host who asks to belong to it."""
    belt = belts_made.a_belt(now=now)
    asked = memberships.ask(actor=host, belt_id=belt.id, now=now)
    return {"belt": belt.public_id, "membership": str(asked)}


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
