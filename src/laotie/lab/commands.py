"""`laotie lab pay|ship|stream|digits|alliances`: each says in a line what it did. Only in a lab."""

import threading
from argparse import Namespace
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import roles, second_step
from laotie.delivery import shipments
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.lab import alliances as stand_ins
from laotie.lab import clip, encoder, hands, town
from laotie.lab.hands import Hands
from laotie.live import ingest
from laotie.payments import intents
from laotie.trade import orders
from laotie.trade import queries as trade

_LAB = Actor.system("lab")


class NothingToCarry(Refusal):
    code = "NOTHING_TO_CARRY"
    message = _("This order has no parcel with the lab's carrier yet. Ship it first.")


class NobodyOfTheTown(Refusal):
    code = "NOBODY_OF_THE_TOWN"
    message = _("Only people of the demo town have an app here. Look at the list of the demo.")


class Config(hands.Config, Protocol):
    @property
    def data(self) -> Path: ...
    @property
    def rtmp_url(self) -> str: ...
    @property
    def ffmpeg(self) -> str: ...


def pay(config: Config, options: Namespace) -> str:
    """Pay an order (`ord_`), a checkout (`grp_`) or a payment (`pay_`).

    raises: NotFound, and what opening the payment refuses.
    """
    payment_id = _payment_of(options.ref)
    captured = Hands(config).pay(ids.public("pay", payment_id))
    card = intents.refresh(payment_id, now=clock.now())
    return f"{'paid' if captured else 'was paid before'}: {card.amount_fen} fen, {card.state}"


def ship(config: Config, options: Namespace) -> str:
    """Carry the parcels of an order (`ord_`) or one (`shi_`) on to a state.

    raises: NotFound, NothingToCarry.
    """
    if options.ref.startswith("shi_"):
        numbers = [ids.parse("shi", options.ref)]
    else:
        order_id = ids.parse("ord", options.ref)
        numbers = _carried(order_id)
        if not numbers:
            # The worker asks for waybills in its own time; a person at the keyboard is here now.
            shipments.label_due(now=clock.now())
            numbers = _carried(order_id)
    if not numbers:
        raise NothingToCarry
    reached = [Hands(config).carry(str(number), options.to) for number in numbers]
    return f"{len(reached)} parcel(s): {', '.join(reached)}"


def digits(_config: Config, options: Namespace) -> str:
    """What the authenticator app of one of the town's people shows now.

    raises: NobodyOfTheTown.
    """
    for login in town.EVERYBODY:
        if login.phone == options.phone and login.secret:
            return second_step.digits_of(login.secret, at=clock.wall())
    raise NobodyOfTheTown


def stream(config: Config, options: Namespace) -> str:
    """Publish the clip to a room until stopped, or for some seconds.

    raises: NotFound, WrongState (the room is over).
    """
    room_id = ids.parse("rom", options.room)
    program = ffmpeg(config)
    made = ingest.issue_key(actor=_LAB, room_id=room_id, now=clock.now())
    source = clip.ready(clip_folder(config), program=program)
    sender = encoder.Encoder(
        encoder.Target(config.rtmp_url, made.key), clip=source.video, program=program
    )
    if options.seconds:
        threading.Timer(options.seconds, sender.stop).start()
    try:
        sender.run()
    except KeyboardInterrupt:
        sender.stop()
    except encoder.KeyRefused as refused:
        return f"The server refused the stream: {refused}"
    return "The stream has ended."


def alliances(_config: Config, options: Namespace) -> str:
    """Stand in for the alliances whose orders are fetched, until stopped."""
    stand_ins.serve(options.port, said=lambda line: print(line, flush=True))  # noqa: T201 - where.
    return "The alliances have closed."


def _carried(order_id: UUID) -> list[UUID]:
    """The order's parcels that the lab's carrier has taken on."""
    cards = shipments.of_order(order_id)
    return [card.shipment_id for card in cards if card.carrier == "lab" and card.waybill_no]


def ffmpeg(config: Config) -> str:
    """The configured program, else the one that was installed with us."""
    if config.ffmpeg:
        return config.ffmpeg
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def clip_folder(config: Config) -> Path:
    return Path(config.data) / "lab" / "clip"


def _payment_of(ref: str) -> UUID:
    """The payment behind a public id, offered to the provider if it was not yet."""
    now = clock.now()
    if ref.startswith("pay_"):
        payment_id = ids.parse("pay", ref)
    else:
        if ref.startswith("ord_"):
            group_id = trade.order_page(ids.parse("ord", ref), actor=_LAB).group_id
        else:
            group_id = ids.parse("grp", ref)
        buyer_id = trade.checkout_page(group_id, actor=_LAB).orders[0].buyer_id
        buyer = roles.actor_of(buyer_id, "lab")
        payment_id = orders.pay(actor=buyer, group_id=group_id, now=now).payment_id
    intents.start(payment_id, now=now)
    return payment_id
