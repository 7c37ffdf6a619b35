"""The bag and what is being presented: the host's hands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_noop as _

from laotie.alliance import plans
from laotie.catalog import queries as catalog
from laotie.events.live import ItemPinned
from laotie.kernel import clock, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import bag, frames, models, rules
from laotie.live.backstage import locked_for_host
from laotie.live.rules import RoomState


class BagFull(Refusal):
    code = "BAG_FULL"
    message = _("The bag holds %(most)s products. Take one out first.")


class NotForSale(Refusal):
    """The product is not on sale, or its shop is closed."""

    code = "NOT_FOR_SALE"
    message = _("This product is not on sale now.")


class NotInBag(NotFound):
    code = "NOT_IN_BAG"
    message = _("This product is not in the bag. Add it first.")


@use_case
def add_item(*, actor: Actor, room_id: UUID, product_id: UUID, now: datetime) -> int:
    """Put a product into the bag; its number there. Again: nothing changes.

    Another shop's product is taken in under its open plan, which the room's creator accepts by
    this; what they earn is frozen with each order.
    raises: NotFound, NotAllowed, NotForSale, BagFull, WrongState (over), what `plans.accept` does.
    """
    room = locked_for_host(actor, room_id)
    _require_running(room)
    product = catalog.product_cards([product_id]).get(product_id)
    if product is None:
        raise NotFound
    if not product.is_on_sale:
        raise NotForSale
    known = models.Item.objects.filter(room_id=room_id, product_id=product_id).first()
    if known is not None:
        return known.no
    last = models.Item.objects.filter(room_id=room_id).aggregate(last=Max("no"))["last"] or 0
    if last >= rules.MAX_ITEMS:
        raise BagFull(most=rules.MAX_ITEMS)
    if product.shop_id != room.shop_id:  # A shop's own room needs no commission.
        plans.accept(room.creator_id, product_id, now=now)
    models.Item.objects.create(room_id=room_id, product_id=product_id, no=last + 1, added_at=now)
    _tell_bag(room_id, now=now)
    return last + 1


@use_case
def remove_item(*, actor: Actor, room_id: UUID, product_id: UUID, now: datetime) -> None:
    """Take a product out; those after it move up. What is presented, or has a flash offer, stays.

    raises: NotFound, NotAllowed, NotInBag, WrongState.
    """
    locked_for_host(actor, room_id)
    open_flash = models.Flash.objects.filter(
        room_id=room_id, product_id=product_id, closed_at__isnull=True
    )
    if _presented(room_id) == product_id or open_flash.exists():
        raise WrongState(step="stage.remove_item")
    row = _item(room_id, product_id)
    row.delete()
    sql.change("UPDATE live_item SET no = no - 1 WHERE room_id = %s AND no > %s", [room_id, row.no])
    _tell_bag(room_id, now=now)


@use_case
def move_item(*, actor: Actor, room_id: UUID, product_id: UUID, to_no: int, now: datetime) -> None:
    """Give a product another number in the bag; the others make room.

    raises: NotFound, NotAllowed, NotInBag, Invalid (outside of the bag).
    """
    locked_for_host(actor, room_id)
    row = _item(room_id, product_id)
    rest = list(
        models.Item.objects.filter(room_id=room_id)
        .exclude(pk=row.id)
        .order_by("no")
        .values_list("id", flat=True)
    )
    if not 1 <= to_no <= len(rest) + 1:
        raise Invalid(field="to_no", reason="range")
    if to_no != row.no:
        rest.insert(to_no - 1, row.id)
        _number(rest)
        _tell_bag(room_id, now=now)


@use_case
def pin(*, actor: Actor, room_id: UUID, product_id: UUID, now: datetime) -> None:
    """Begin to present a product (讲解); what was presented before stops. Again: nothing changes.

    The moment is kept in business time, for figures, and in wall time, to cut the video.
    raises: NotFound, NotAllowed, NotInBag, NotForSale, WrongState (not open).
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.OPEN:
        raise WrongState(step="stage.pin")
    _item(room_id, product_id)
    if _presented(room_id) == product_id:
        return
    stop_presenting(room_id, now=now)
    models.Mark.objects.create(
        room_id=room_id, product_id=product_id, started_at=now, started_wall_at=clock.wall()
    )
    body = bag.pinned_body(room_id, now=now)
    if body is None or not body["item"]["sku"]:
        raise NotForSale
    frames.append(room_id, frames.PINNED, body, now=now)
    event_log.publish(ItemPinned(room_id=room_id, product_id=product_id, at=now))


@use_case
def unpin(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """Stop presenting. Nothing changes if nothing is. raises: NotFound, NotAllowed."""
    locked_for_host(actor, room_id)
    stop_presenting(room_id, now=now)


@needs_transaction
def stop_presenting(room_id: UUID, *, now: datetime) -> None:
    """Close the open mark, if there is one, and tell the room."""
    product_id = _presented(room_id)
    if product_id is None:
        return
    models.Mark.objects.filter(room_id=room_id, stopped_at__isnull=True).update(
        stopped_at=now, stopped_wall_at=clock.wall()
    )
    frames.append(room_id, frames.UNPINNED, {"product": ids.public("prd", product_id)}, now=now)


def _presented(room_id: UUID) -> UUID | None:
    return (
        models.Mark.objects.filter(room_id=room_id, stopped_at__isnull=True)
        .values_list("product_id", flat=True)
        .first()
    )


def _item(room_id: UUID, product_id: UUID) -> models.Item:
    row = models.Item.objects.filter(room_id=room_id, product_id=product_id).first()
    if row is None:
        raise NotInBag
    return row


def _number(item_ids: Sequence[UUID]) -> None:
    # The unique number is checked at commit, so that numbers can be swapped.
    sql.change(
        "UPDATE live_item i SET no = w.no"
        " FROM unnest(%s::uuid[]) WITH ORDINALITY AS w (id, no) WHERE i.id = w.id",
        [list(item_ids)],
    )


def _require_running(room: models.Room) -> None:
    if RoomState(room.state) not in rules.PUBLISHABLE:
        raise WrongState(step="stage.add_item")


def _tell_bag(room_id: UUID, *, now: datetime) -> None:
    count = models.Item.objects.filter(room_id=room_id).count()
    frames.append(room_id, frames.BAG, {"count": count}, now=now)
