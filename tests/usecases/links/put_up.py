"""Links to JD that a shop of the tests puts up and a guest asks for."""

from datetime import datetime, timedelta

from tests import builders
from tests.builders import NOW, ShopOfOne

from laotie.catalog import external_links
from laotie.kernel.actor import Actor
from laotie.links.clicks import Hop
from laotie.links.listings import ListingCard
from laotie.look import leaving

JD = "https://item.jd.com/100012043978.html"
GUEST = b"g" * 32
CUT = NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def attached(shop: ShopOfOne, *, now: datetime = NOW, url: str = JD) -> ListingCard:
    product = builders.a_product(shop)
    return external_links.attach(
        actor=shop.owner, product_id=product.id, url=url, price_fen=9900, now=now
    )


def asked(listing: ListingCard, *, now: datetime = NOW) -> Hop:
    return leaving.ask(actor=Actor.anonymous(), listing_id=listing.id, visitor=GUEST, now=now)
