"""What carriers call out to us: checked, stored as it came, acknowledged; then handled once."""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.delivery import carriers, models, shipments
from laotie.delivery.carriers import CarrierRefused, CarrierUnreachable, NoticeForged
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case

log = logging.getLogger(__name__)

_LONGEST = 16_384
_MOST_AT_ONCE = 100


class NoticeRefused(Refusal):
    code = "NOTICE_REFUSED"
    status = 401
    message = _("This message is not signed as agreed.")


@use_case
def receive(
    *, carrier: str, headers: Mapping[str, str], path: str, body: bytes, now: datetime
) -> None:
    """A carrier's word is kept as it came; the same event again is kept once.

    headers: with lower-case names; path: as it came over the wire, with its query.
    raises:  NotFound (no such carrier or parcel), NoticeRefused (forged, stale, malformed).
    """
    if carrier not in carriers.connected():
        raise NotFound
    if len(body) > _LONGEST:
        raise NoticeRefused
    try:
        head = carriers.named(carrier).read_notice(
            headers=headers, path=path, body=body, wall=clock.wall()
        )
    except NoticeForged as error:
        log.warning("notice_refused", extra={"carrier": carrier, "reason": error.reason})
        raise NoticeRefused from error
    if not models.Shipment.objects.filter(pk=head.out_no, carrier=carrier).exists():
        raise NotFound
    models.CarrierNotice.objects.bulk_create(
        [
            models.CarrierNotice(
                carrier=carrier,
                event_id=head.event_id,
                shipment_id=head.out_no,
                body=body,
                received_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def handle_new(*, now: datetime) -> int:
    """Ask carriers about the parcels of new notices, outside of any transaction; how many.

    The carrier's answer counts, not the notice: so order and repetition do not matter.
    """
    waiting = models.CarrierNotice.objects.filter(handled_at__isnull=True).order_by("received_at")
    by_shipment: dict[UUID, list[UUID]] = {}
    for notice_id, shipment_id in waiting.values_list("pk", "shipment_id")[:_MOST_AT_ONCE]:
        by_shipment.setdefault(shipment_id, []).append(notice_id)
    handled = 0
    for shipment_id, notice_ids in by_shipment.items():
        try:
            shipments.refresh(shipment_id, now=now)
        except CarrierUnreachable:
            break
        except CarrierRefused as error:
            log.warning("carrier_refused", extra={"cause": str(error)})
        handled += models.CarrierNotice.objects.filter(pk__in=notice_ids).update(handled_at=now)
    return handled
