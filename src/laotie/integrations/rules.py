"""Pure decisions: what scopes allow, when a delivery is tried again, when a target rests."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 30, 60))
# So many failures in a row, whichever deliveries they were, and the target is left alone a while.
BREAKS_AFTER = 5
BREAK = timedelta(minutes=5)
NEW_SECRET_AFTER = timedelta(hours=1)
ENDPOINTS_PER_SHOP = 10
TOKENS_PER_PERSON = 50
KEPT_BODY = 500
# A claimed delivery that was never answered, since its worker died, is free again after this.
CLAIMED_FOR = timedelta(seconds=30)


class Scope(StrEnum):
    """What a token may be used for, besides what everybody may read."""

    ME_READ = "me:read"
    ME_WRITE = "me:write"
    BUY_READ = "buy:read"
    BUY_WRITE = "buy:write"
    SHOP_READ = "shop:read"
    SHOP_WRITE = "shop:write"
    MONEY_READ = "money:read"
    MONEY_WRITE = "money:write"
    STAGE_READ = "stage:read"
    STAGE_WRITE = "stage:write"
    DESK_READ = "desk:read"
    DESK_WRITE = "desk:write"


class DeliveryState(StrEnum):
    """What became of one event at one endpoint."""

    WAITING = "WAITING"  # To be sent at `next_at`; also while it is being sent.
    DELIVERED = "DELIVERED"  # Answered with 2xx.
    FAILED = "FAILED"  # Six tries in two hours; a person may send it again.


_RIGHTS: Mapping[str, frozenset[str]] = {
    "shop": frozenset({"manage", "ship", "refund"}),
    "money": frozenset({"money"}),
    "stage": frozenset({"stage"}),
}


def areas(scopes: frozenset[str]) -> frozenset[str]:
    """The first halves of scopes."""
    return frozenset(scope.partition(":")[0] for scope in scopes)


def rights_within(rights: frozenset[str], scopes: frozenset[str]) -> frozenset[str]:
    """Of a person's rights in a shop, those that the scopes reach."""
    reached = frozenset[str]()
    for area in areas(scopes):
        reached |= _RIGHTS.get(area, frozenset())
    return rights & reached


def wait_after(tries: int) -> timedelta | None:
    """How long until the next try, after so many; None when it was the last."""
    return RETRIES[tries - 1] if 1 <= tries <= len(RETRIES) else None
