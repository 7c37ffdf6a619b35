"""Every message that passes between a viewer's page and the gateway, in one file.

JSON in text frames; the field `t` names the message. A page connects to

    wss://HOST/live/<room public id>?ticket=<ticket>&lang=zh-hans   at first; the API gives tickets
    wss://HOST/live/<room public id>?resume=<token>&seq=<last seq>  after a drop, without HTTP

Browsers send the `Origin` of the shop's pages by themselves; apps send the same one.
A handshake that is refused (403) means a wrong page, or a ticket or token that is forged, too old
or of another room: fetch a new ticket. 503 means: come back later. An accepted page receives
`welcome`, then either `snapshot` (draw the room from it) or the missed `tick`s, then `tick`s for as
long as it stays. Numbers `seq` count the durable events of one room and epoch without a gap; a
page keeps the highest it has seen and sends it when it comes back. Money is in fen, moments are UTC
in milliseconds since 1970, ids are public ids, texts in two languages are `{"zh": ..., "en": ...}`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

MAX_FRAME_BYTES = 4096
MAX_SAY_CHARS = 120
MAX_LIKES_PER_FRAME = 50
MAX_UNITS_PER_FRAME = 999

Reference = Annotated[
    str, Meta(max_length=36, description="chosen by the page, given back in the answer")
]
Key = Annotated[
    str,
    Meta(
        min_length=8, max_length=80, pattern="^[!-~]+$",
        description="visible ASCII, chosen by the page before its first try",
    ),
]  # fmt: skip
Millis = Annotated[int, Meta(description="UTC, milliseconds since 1970")]
Texts = dict[str, str]


# --- From the page -------------------------------------------------------------------------------


class Say(Struct, tag_field="t", tag="say", forbid_unknown_fields=True, frozen=True):
    """Say something to the room. Answered by `said` or `refused` (MUTED, BLOCKED_WORD, SLOW_MODE,
    SIGN_IN_FIRST, ROOM_CLOSED, ...). An `id` that this person has used in this room before, on
    whichever connection, is a repetition: it is answered, and not said again."""

    id: Reference
    text: Annotated[str, Meta(min_length=1, max_length=MAX_SAY_CHARS)]


class Like(Struct, tag_field="t", tag="like", forbid_unknown_fields=True, frozen=True):
    """Send hearts. Answered only when they are not counted (`refused`: BUSY, TOO_MANY); the sum
    comes back with a `tick`. Pages gather taps for half a second before they send."""

    n: Annotated[int, Meta(ge=1, le=MAX_LIKES_PER_FRAME, description="taps since the last one")]


class Buy(Struct, tag_field="t", tag="buy", forbid_unknown_fields=True, frozen=True):
    """Order goods of the running flash offer at once: to the default address, at its freight.
    Answered by `ordered` or `refused` (SOLD_OUT, LIMIT_REACHED, OFFER_OVER, PRICE_CHANGED,
    ADDRESS_NEEDED, NOT_FOR_SALE, NOT_ALLOWED, KEY_REUSED, ORDER_FAILED, BUSY, TOO_MANY,
    SIGN_IN_FIRST). A key that was accepted answers the same for ever, on whichever connection: when
    no answer or BUSY comes, send the same `id` again, and nothing is ordered twice. Another no has
    no effect and binds nothing: the same `id` is judged anew. Choose a new `id` for a new wish."""

    id: Key
    offer: Annotated[str, Meta(max_length=40, description="ofr_..., of the `flash` event")]
    sku: Annotated[str, Meta(max_length=40, description="sku_...")]
    n: Annotated[int, Meta(ge=1, le=MAX_UNITS_PER_FRAME, description="units")]
    fen: Annotated[int, Meta(ge=0, le=2**53, description="the price of one that the page shows")]


class Ping(Struct, tag_field="t", tag="ping", forbid_unknown_fields=True, frozen=True):
    """Ask whether the gateway is still there. Answered by `pong` with the same `at`."""

    at: Annotated[int, Meta(ge=0, le=2**53, description="the page's own clock, or any number")]


ClientFrame = Say | Like | Buy | Ping


# --- What can happen in a room: durable, numbered, never dropped ---------------------------------


class Event(Struct, frozen=True, kw_only=True, tag_field="t", omit_defaults=True):
    """What every event carries."""

    seq: Annotated[int, Meta(description="position in the room's epoch; 0 inside a snapshot")] = 0


class ItemCard(Struct, frozen=True, kw_only=True):
    """One product of the bag, as a card shows it."""

    product: Annotated[str, Meta(description="prd_...")]
    sku: Annotated[str, Meta(description="sku_..., the one that the price belongs to")]
    no: Annotated[int, Meta(description="number in the bag, from 1")]
    title: Texts
    picture: str
    price_fen: int
    list_price_fen: int
    variants: Annotated[int, Meta(description="of the product; 0: not told here")] = 0


class State(Event, tag="state", frozen=True, kw_only=True):
    """The room changed its state. On INTERRUPTED show "host is reconnecting" and leave buying open;
    on ENDED, SUSPENDED and BANNED close the room."""

    state: Annotated[
        str, Meta(description="PREVIEW, LIVE, INTERRUPTED, ENDED, SUSPENDED or BANNED")
    ]
    at: Millis


class Bag(Event, tag="bag", frozen=True, kw_only=True):
    """Items were added, removed or moved: fetch the bag again if it is open."""

    count: int


class Pinned(Event, tag="pinned", frozen=True, kw_only=True):
    """The host is presenting this item (讲解中)."""

    item: ItemCard
    at: Millis


class Unpinned(Event, tag="unpinned", frozen=True, kw_only=True):
    """Nothing is being presented any more."""

    product: str


class Flash(Event, tag="flash", frozen=True, kw_only=True):
    """A flash offer is open: show price, countdown and stock bar."""

    offer: Annotated[str, Meta(description="ofr_...")]
    item: ItemCard
    quantity: Annotated[int, Meta(description="units in the offer")]
    left: Annotated[int, Meta(description="units not yet promised to a buyer")]
    limit: Annotated[int, Meta(description="units per buyer; 0 means no limit")]
    starts_at: Millis
    ends_at: Millis


class FlashOver(Event, tag="flash_over", frozen=True, kw_only=True):
    """The flash offer is closed: take the bar away."""

    offer: str
    reason: Annotated[str, Meta(description="time or closed")]


class Stock(Event, tag="stock", frozen=True, kw_only=True):
    """How much of the flash offer is left; the newest wins."""

    offer: str
    quantity: int
    left: int


class Bought(Event, tag="bought", frozen=True, kw_only=True):
    """Somebody paid for an order in this room."""

    name: Annotated[str, Meta(description="masked: first letter and stars")]
    title: Texts
    quantity: int
    sold: Annotated[int, Meta(description="units sold in this room so far")]


class Muted(Event, tag="muted", frozen=True, kw_only=True):
    """A viewer may not speak until `until` (0: may speak again)."""

    person: Annotated[str, Meta(description="per_...")]
    until: Millis


class Kicked(Event, tag="kicked", frozen=True, kw_only=True):
    """A viewer was sent out; that viewer's own socket closes with 4003."""

    person: str


class Unsaid(Event, tag="unsaid", frozen=True, kw_only=True):
    """Take these comments off the screen."""

    says: Annotated[list[str], Meta(description="ids of comments")]


class Comment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One comment. Several of one tick share a `seq`. `mod`: by somebody who keeps order here."""

    id: str
    person: str
    name: str
    text: str
    avatar: str = ""
    host: bool = False
    mod: bool = False
    seq: int = 0


class SayPinned(Event, tag="say_pinned", frozen=True, kw_only=True):
    """Keep this comment on top, in the place of the one before."""

    say: Comment


class SayUnpinned(Event, tag="say_unpinned", frozen=True, kw_only=True):
    """No comment is on top any more."""

    say: Annotated[str, Meta(description="id of the comment that was")]


class Giveaway(Event, tag="giveaway", frozen=True, kw_only=True):
    """A giveaway (福袋) is open: show prize, condition and countdown."""

    giveaway: Annotated[str, Meta(description="gaw_...")]
    prize: str
    winners: Annotated[int, Meta(description="how many win")]
    rule: Annotated[str, Meta(description="word, follow or both")]
    word: Annotated[str, Meta(description="to be said in the room; empty for `follow`")]
    entries: Annotated[int, Meta(description="how many have entered")]
    commitment: Annotated[str, Meta(description="SHA-256 of the seed that will draw")]
    closes_at: Millis


class Entries(Event, tag="entries", frozen=True, kw_only=True):
    """How many have entered the open giveaway; the newest wins."""

    giveaway: str
    entries: int


class Winner(Struct, frozen=True, kw_only=True):
    """Somebody who won."""

    person: Annotated[str, Meta(description="per_...")]
    name: Annotated[str, Meta(description="masked: first letter and stars")]
    no: Annotated[int, Meta(description="the number that was drawn")]


class Drawn(Event, tag="drawn", frozen=True, kw_only=True):
    """The giveaway is over: show who won. Nobody, when nobody entered or it was called off."""

    giveaway: str
    prize: str
    seed: Annotated[str, Meta(description="with it anybody can do the draw again")]
    entries: int
    winners: list[Winner]


class Drop(Event, tag="drop", frozen=True, kw_only=True):
    """Coupons are thrown into the room: show the card until `ends_at` or nothing is left."""

    drop: Annotated[str, Meta(description="drp_...")]
    coupon: Annotated[str, Meta(description="cpn_...")]
    name: Texts
    off_fen: Annotated[int, Meta(description="what it takes off; with `rate_bps`, at most")]
    rate_bps: Annotated[
        int, Meta(description="of the goods, in basis points; 0: `off_fen` itself")
    ] = 0
    min_goods_fen: int
    pieces: int
    left: int
    ends_at: Millis


class DropLeft(Event, tag="drop_left", frozen=True, kw_only=True):
    """How many pieces are left; the newest wins."""

    drop: str
    left: int


class DropOver(Event, tag="drop_over", frozen=True, kw_only=True):
    """The drop is closed: take the card away."""

    drop: str
    reason: Annotated[str, Meta(description="time, gone or closed")]


RoomEvent = (
    State
    | Bag
    | Pinned
    | Unpinned
    | Flash
    | FlashOver
    | Stock
    | Bought
    | Muted
    | Kicked
    | Unsaid
    | SayPinned
    | SayUnpinned
    | Giveaway
    | Entries
    | Drawn
    | Drop
    | DropLeft
    | DropOver
)


# --- To the page ---------------------------------------------------------------------------------


class Host(Struct, frozen=True, kw_only=True):
    """Whose room it is."""

    creator: Annotated[str, Meta(description="crt_...")]
    name: str
    avatar: str


class Welcome(Struct, tag_field="t", tag="welcome", frozen=True, kw_only=True):
    """First frame on every connection: who you are here, and how to come back."""

    room: Annotated[str, Meta(description="rom_...")]
    person: Annotated[str, Meta(description="per_..., empty for a guest")]
    name: str
    may_say: bool
    host: Annotated[bool, Meta(description="this is the host or their staff")]
    resume: Annotated[str, Meta(description="token for the next connection, good for 10 minutes")]
    now: Annotated[int, Meta(description="business time, for countdowns: subtract your own clock")]


class Snapshot(Struct, tag_field="t", tag="snapshot", frozen=True, kw_only=True):
    """The whole room at `seq`: throw away what is drawn and draw this."""

    room: str
    epoch: int
    seq: int
    state: str
    title: str
    host: Host
    viewers: int
    likes: int
    sold: int
    bag: Annotated[int, Meta(description="items in the bag")]
    pinned: Pinned | None
    flash: Flash | None
    pinned_say: Comment | None
    giveaway: Giveaway | None
    drop: Drop | None
    says: Annotated[list[Comment], Meta(description="newest last, at most 20")]


class Tick(Struct, tag_field="t", tag="tick", frozen=True, kw_only=True, omit_defaults=True):
    """What happened since the last tick, at most ten times a second: draw `says` first, then apply
    `events` in order. Fields that did not change are left out. A slow connection may miss comments
    and counts, never events."""

    epoch: int
    seq: Annotated[int, Meta(description="the page now knows everything up to here")]
    events: list[RoomEvent] = []
    says: list[Comment] = []
    viewers: int | UnsetType = UNSET
    likes: int | UnsetType = UNSET


class Resume(Struct, tag_field="t", tag="resume", frozen=True, kw_only=True):
    """A fresh token that replaces the one from `welcome`; every few minutes."""

    resume: str


class Said(Struct, tag_field="t", tag="said", frozen=True, kw_only=True):
    """Your comment is stored; it comes to all with the next tick."""

    re: Annotated[str, Meta(description="the `id` of your `say`")]
    id: Annotated[str, Meta(description="id of the comment")]


class Ordered(Struct, tag_field="t", tag="ordered", frozen=True, kw_only=True, omit_defaults=True):
    """Your order is on disk; pay for its group before `pay_by`."""

    re: Annotated[str, Meta(description="the `id` of your `buy`")]
    order: Annotated[str, Meta(description="ord_...")]
    group: Annotated[str, Meta(description="grp_..., what is paid for")]
    total_fen: Annotated[int, Meta(description="freight included")]
    pay_by: Millis
    replay: Annotated[bool, Meta(description="this `id` had been ordered before")] = False


class Refused(Struct, tag_field="t", tag="refused", frozen=True, kw_only=True, omit_defaults=True):
    """The message had no effect."""

    code: Annotated[str, Meta(description="stable reason, e.g. MUTED, BAD_FRAME, TOO_MANY")]
    text: Annotated[str, Meta(description="the reason in the viewer's language")]
    re: Annotated[str, Meta(description="the `id` of your message, if it had one")] = ""
    retry_after_ms: int = 0
    remaining: Annotated[
        int | UnsetType, Meta(description="of a `buy`: units that this buyer could still have")
    ] = UNSET
    fen: Annotated[int | UnsetType, Meta(description="of a `buy`: the price of one now")] = UNSET


class Link(Struct, tag_field="t", tag="link", frozen=True, kw_only=True):
    """Whether the gateway itself reaches its database. While `ok` is false show "reconnecting";
    the socket stays, and what was missed follows when it is true again."""

    ok: bool


class Pong(Struct, tag_field="t", tag="pong", frozen=True, kw_only=True):
    """Answer to `ping`."""

    at: int
    now: Annotated[int, Meta(description="business time in milliseconds")]


ServerFrame = Welcome | Snapshot | Tick | Resume | Said | Ordered | Refused | Link | Pong

CLOSE_CODES: dict[int, str] = {
    1003: "A fragmented or binary message; text in one piece is expected. Do not come back.",
    1007: "Text that is not UTF-8. Do not come back.",
    1009: "A message over 4096 bytes. Do not come back.",
    1012: "The gateway is restarting: come back with the resume token after 0 to 10 s (random).",
    4001: "Ticket or token expired, spent, of another room or in use, or the ticket was given more"
    " than 12 hours ago: fetch a new ticket.",
    4003: "Sent out of the room by the host: do not come back.",
    4004: "The room is closed or suspended: show the end page.",
    4008: "Too slow to follow: come back with the resume token.",
    4009: "Too many messages: come back after 10 s.",
    4013: "The gateway is full or cannot reach its database: come back after 1 to 30 s, doubling.",
}

_decode = msgspec.json.Decoder(ClientFrame).decode
_encode = msgspec.json.Encoder().encode


def read(payload: memoryview | bytes) -> Say | Like | Buy | Ping:
    """One frame of a page.

    raises: msgspec.DecodeError (also for unknown messages and fields out of range).
    """
    frame: Say | Like | Buy | Ping = _decode(payload)
    return frame


def write(frame: ServerFrame) -> bytes:
    """The JSON of one frame to a page."""
    return _encode(frame)
