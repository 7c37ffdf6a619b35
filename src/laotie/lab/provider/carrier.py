"""The carrier: waybills once per client's number, and parcels that move."""

import secrets
from typing import Any

from laotie.lab.provider import callbacks, wire
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Row, Store
from laotie.lab.provider.wire import Refused

STATES = ("CREATED", "LABELLED", "PICKED_UP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED")
_STORY = {
    "CREATED": ("Waybill made", "Carrier"),
    "LABELLED": ("Label printed, waiting for the courier", "Seller"),
    "PICKED_UP": ("Picked up by the courier", "Lishui"),
    "IN_TRANSIT": ("On the way, left the sorting centre", "Hangzhou"),
    "OUT_FOR_DELIVERY": ("The courier is bringing it today", "Hangzhou, West Lake"),
    "DELIVERED": ("Delivered, signed for by the receiver", "Hangzhou, West Lake"),
    "EXCEPTION": ("Held up, the carrier is looking into it", "Hangzhou"),
}


def create(store: Store, message: dict[str, Any], settings: ProviderSettings) -> tuple[Row, bool]:
    """Take a parcel on; whether the waybill is new.

    raises: Refused when the number came with another receiver or parcel.
    """
    out_no = wire.out_no(message)
    recipient = message.get("recipient")
    if not isinstance(recipient, dict):
        raise Refused(422, "BAD_FIELD", "recipient must be an object.")
    for name in ("name", "phone", "region", "line"):
        wire.text(recipient, name)
    notify_url = wire.url(message, "notify_url")
    # Only a digest of the receiver stays here: the lab needs nobody's address.
    digest = wire.digest([recipient, message.get("parcel")])
    known = store.one("SELECT * FROM waybill WHERE out_no = ?", [out_no])
    if known is not None:
        if known["digest"] != digest:
            raise Refused(409, "OUT_NO_REUSED", "This out_no was used for another parcel.")
        return known, False
    store.change(
        "INSERT INTO waybill (out_no, waybill_no, digest, notify_url, state) VALUES (?,?,?,?,'')",
        [out_no, f"LT{secrets.randbelow(10**12):012d}", digest, notify_url],
    )
    store.count_effect("waybill_created", out_no)
    _move(store, out_no, "CREATED", settings)
    return by_out_no(store, out_no), True


def by_out_no(store: Store, out_no: str) -> Row:
    """raises: Refused."""
    row = store.one("SELECT * FROM waybill WHERE out_no = ? OR waybill_no = ?", [out_no, out_no])
    if row is None:
        raise Refused(404, "NOT_FOUND", "No such waybill.")
    return row


def advance(store: Store, out_no: str, to: str | None, settings: ProviderSettings) -> Row:
    """Move a parcel one step, or through every step up to `to`. Never backwards.

    raises: Refused.
    """
    waybill = by_out_no(store, out_no)
    if to == "EXCEPTION":
        _move(store, waybill["out_no"], to, settings)
        return by_out_no(store, out_no)
    if to is not None and to not in STATES:
        raise Refused(422, "BAD_FIELD", f"to must be one of {', '.join(STATES)} or EXCEPTION.")
    here = _last_place(store, waybill["out_no"])
    target = STATES.index(to) if to else min(here + 1, len(STATES) - 1)
    for place in range(here + 1, target + 1):
        _move(store, waybill["out_no"], STATES[place], settings)
    return by_out_no(store, out_no)


def move_due(store: Store, settings: ProviderSettings) -> None:
    """Lets parcels travel by themselves, one step each."""
    for row in store.rows("SELECT out_no FROM waybill WHERE moves_at <= ?", [store.now()]):
        advance(store, row["out_no"], None, settings)


def shown(store: Store, waybill: Row) -> dict[str, Any]:
    """A waybill with its track, as the client sees it."""
    track = store.rows(
        "SELECT * FROM track WHERE out_no = ? ORDER BY event_no", [waybill["out_no"]]
    )
    return {
        "out_no": waybill["out_no"],
        "waybill_no": waybill["waybill_no"],
        "carrier": "lab",
        "state": waybill["state"],
        "track": [
            {
                "event_no": event["event_no"],
                "state": event["state"],
                "text": event["text"],
                "place": event["place"],
                "at": wire.iso(event["at"]),
            }
            for event in track
        ],
    }


def _last_place(store: Store, out_no: str) -> int:
    """How far along the road it is, whatever happened on the way."""
    seen = store.rows("SELECT state FROM track WHERE out_no = ?", [out_no])
    return max(STATES.index(row["state"]) for row in seen if row["state"] in STATES)


def _move(store: Store, out_no: str, state: str, settings: ProviderSettings) -> None:
    text, place = _STORY[state]
    now = store.now()
    store.change(
        "INSERT INTO track (out_no, event_no, state, text, place, at) SELECT ?,"
        " coalesce(max(event_no), 0) + 1, ?, ?, ?, ? FROM track WHERE out_no = ?",
        [out_no, state, text, place, now, out_no],
    )
    is_over = state == "DELIVERED" or settings.track_step_s <= 0
    store.change(
        "UPDATE waybill SET state = ?, moves_at = ? WHERE out_no = ?",
        [state, None if is_over else now + settings.track_step_s, out_no],
    )
    waybill = by_out_no(store, out_no)
    callbacks.owe(
        store,
        port="carrier",
        kind=f"waybill.{state.lower()}",
        subject=out_no,
        url=waybill["notify_url"],
        facts={"out_no": out_no, "waybill_no": waybill["waybill_no"], "state": state},
    )
