"""Operators hear of work that waits for a person: parked events and jobs that gave up."""

from datetime import datetime

from laotie.accounts import inbox, models
from laotie.accounts.rules import NoticeKind, Role
from laotie.kernel import event_log, jobs
from laotie.kernel.use_case import use_case


@use_case
def tell(*, now: datetime) -> int:
    """Each operator is told of each piece of waiting work, once; how many pieces wait."""
    waiting = [
        (f"{each.consumer}: {each.name}", f"event:{each.event_id}:{each.consumer}")
        for each in event_log.parked()
    ]
    waiting += [(each.name, f"job:{each.id}") for each in jobs.failed()]
    if waiting:
        operators = list(
            models.PersonRole.objects.filter(role=Role.OPERATOR.value).values_list(
                "person_id", flat=True
            )
        )
        for what, ref in waiting:
            for person_id in operators:
                inbox.post(person_id, NoticeKind.JOB_PARKED, {"job": what}, ref=ref[:60], now=now)
    return len(waiting)
