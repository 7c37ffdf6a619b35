"""What the search index does when shops and creators change; each is one call."""

from datetime import datetime

from laotie.catalog import lexemes, search_entries
from laotie.events.accounts import CreatorNamed, ShopApproved, ShopNamed
from laotie.kernel.event_log import Consumer


def shop_approved(event: ShopApproved, now: datetime) -> None:
    search_entries.keep_shop(event.shop_id, now=now)


def shop_named(event: ShopNamed, now: datetime) -> None:
    search_entries.keep_shop(event.shop_id, now=now)


def creator_named(event: CreatorNamed, now: datetime) -> None:
    search_entries.keep_creator(event.creator_id, now=now)


SEARCH = Consumer(
    "catalog-search",
    {ShopApproved: shop_approved, ShopNamed: shop_named, CreatorNamed: creator_named},
    prepare=lexemes.load,
)
