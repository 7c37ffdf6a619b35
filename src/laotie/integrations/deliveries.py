"""Events on their way to endpoints: written with the event, sent outside of transactions.

Six tries in about two hours, then a person may send it again. A target that keeps failing is left
alone for a while, so that it costs neither itself nor others. What is sent twice after a crash has
the same `event_id`, by which the receiver knows it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from laotie.integrations import endpoints, models, news, rules
from laotie.integrations.rules import DeliveryState
from laotie.kernel import clock, crash, outbound, pages, signed_http, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, WrongState
from laotie.kernel.event import Event
from laotie.kernel.event_log import NotYet
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

AT_ONCE = 16
_PER_TARGET = 2


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One call: a status, or why none came, and the beginning of what was answered."""

    at: datetime
    status: int | None
    failure: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    id: UUID
    event_id: UUID
    kind: str
    state: str
    tries: int
    heard_at: datetime
    next_at: datetime | None
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    endpoint_id: UUID
    url: str
    key_id: str
    secret: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    failure: str
    answer: str

    @property
    def is_yes(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@needs_transaction
def remember_shops(shops: Mapping[UUID, UUID]) -> None:
    """Later news of these orders finds their shop. shops: by order. One statement."""
    sql.hot_change(
        "INSERT INTO integrations_orderofshop (order_id, shop_id)"
        " SELECT * FROM unnest(%s::uuid[], %s::uuid[]) ON CONFLICT DO NOTHING",
        [list(shops), list(shops.values())],
    )


@needs_transaction
def hear_of_order(event: Event, order_id: UUID, *, now: datetime) -> None:
    """As `hear`, for the order's shop. raises: NotYet when its beginning was not heard of."""
    known = models.OrderOfShop.objects.filter(pk=order_id).first()
    if known is None:
        raise NotYet(f"order {order_id}")
    hear(event, known.shop_id, now=now)


@needs_transaction
def hear(event: Event, shop_id: UUID, *, number: int | None = None, now: datetime) -> None:
    """The event waits for each endpoint of the shop that hears its kind; twice is once.

    number: as `news.id_of` takes it.
    """
    _let_wait([(event, shop_id, number)], now=now)


@needs_transaction
def hear_many(events: Sequence[tuple[Event, UUID]], *, now: datetime) -> None:
    """As `hear`, for events of one kind, each with its shop. Two statements, however many."""
    _let_wait([(event, shop_id, None) for event, shop_id in events], now=now)


def _let_wait(events: Sequence[tuple[Event, UUID, int | None]], *, now: datetime) -> None:
    kind = news.kind_of(events[0][0])
    targets: dict[UUID, list[models.Endpoint]] = {}
    for target in models.Endpoint.objects.filter(
        shop__in={shop_id for _, shop_id, _ in events},
        ended_at__isnull=True,
        kinds__contains=[kind],
        made_at__lte=now,
    ):
        targets.setdefault(target.shop_id, []).append(target)
    deliveries = []
    for event, shop_id, number in events:
        for target in targets.get(shop_id, ()):
            event_id = news.id_of(event, number)
            deliveries.append(
                models.Delivery(
                    endpoint=target,
                    event_id=event_id,
                    kind=kind,
                    body=news.written(event, event_id, shop_id, heard_at=now),
                    state=DeliveryState.WAITING.value,
                    heard_at=now,
                    next_at=now,
                )
            )
    models.Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def send_due(*, now: datetime) -> int:
    """Send what is due, some at once, and write down what came of it; how many."""
    claimed = _claim_due(now=now)
    if not claimed:
        return 0
    crash.point("integrations.deliveries.before_calls")
    with ThreadPoolExecutor(max_workers=len(claimed)) as threads:
        outcomes = list(threads.map(_call, claimed))
    crash.point("integrations.deliveries.after_calls")
    for each, outcome in zip(claimed, outcomes, strict=True):
        _note(claimed=each, outcome=outcome, now=now)
    return len(claimed)


@use_case
def ping(*, actor: Actor, endpoint_id: UUID, now: datetime) -> UUID:
    """A trial event goes to the endpoint with the next round; the delivery's id.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    row = endpoints.find(actor, endpoint_id)
    event_id, body = news.example(row.shop_id, now=now)
    made = models.Delivery.objects.create(
        endpoint=row,
        event_id=event_id,
        kind="ping",
        body=body,
        state=DeliveryState.WAITING.value,
        heard_at=now,
        next_at=now,
    )
    return made.id


@use_case
def replay(*, actor: Actor, delivery_id: UUID, now: datetime) -> None:
    """The same event, with the same id, is sent again from the first try on.

    raises: SignInFirst, NotFound, NotAllowed, WrongState while it is on its way.
    """
    actor.require_person()
    row = models.Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if row is None:
        raise NotFound
    endpoints.find(actor, row.endpoint_id)
    if row.state == DeliveryState.WAITING:
        raise WrongState(step="webhook.replay")
    row.state, row.tries, row.next_at, row.ended_at = DeliveryState.WAITING.value, 0, now, None
    row.save(update_fields=["state", "tries", "next_at", "ended_at"])
    models.Endpoint.objects.filter(pk=row.endpoint_id).update(rests_until=None)


def log_of(endpoint_id: UUID, *, actor: Actor, most: int = 50) -> tuple[DeliveryLine, ...]:
    """The newest deliveries of an endpoint with all their attempts. Three queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    return log_page(endpoint_id, actor=actor, most=most).rows


def log_page(
    endpoint_id: UUID, *, actor: Actor, after: str | None = None, most: int = 50
) -> Page[DeliveryLine]:
    """A page of an endpoint's deliveries, newest first, with all attempts. Three queries.

    raises: SignInFirst, NotFound, NotAllowed, Invalid (`after`).
    """
    endpoints.find(actor, endpoint_id)
    rows = models.Delivery.objects.filter(endpoint=endpoint_id)
    found = pages.newest_first(rows, "heard_at", after=after, most=most)
    attempts: dict[UUID, list[AttemptLine]] = {row.id: [] for row in found.rows}
    for each in models.Attempt.objects.filter(delivery__in=attempts).order_by("at", "id"):
        attempts[each.delivery_id].append(
            AttemptLine(each.at, each.status, each.failure, each.answer)
        )
    return found.of(
        DeliveryLine(
            id=row.id,
            event_id=row.event_id,
            kind=row.kind,
            state=row.state,
            tries=row.tries,
            heard_at=row.heard_at,
            next_at=row.next_at if row.state == DeliveryState.WAITING else None,
            attempts=tuple(attempts[row.id]),
        )
        for row in found.rows
    )


@use_case
def _claim_due(*, now: datetime) -> Sequence[_Claimed]:
    """Take some for oneself, few of each target, none of those that rest."""
    due = list(
        models.Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("endpoint")
        .filter(state=DeliveryState.WAITING.value, next_at__lte=now)
        .order_by("next_at")[: 8 * AT_ONCE]
    )
    taken: list[_Claimed] = []
    by_target: dict[UUID, int] = {}
    for row in due:
        target = row.endpoint
        if target.ended_at is not None:
            _give_up(row, "removed", now)
        elif target.rests_until is not None and target.rests_until > now:
            _postpone(row, target.rests_until)
        elif by_target.get(target.id, 0) < _PER_TARGET and len(taken) < AT_ONCE:
            by_target[target.id] = by_target.get(target.id, 0) + 1
            row.tries += 1
            row.next_at = now + rules.CLAIMED_FOR
            row.save(update_fields=["tries", "next_at"])
            key_id, secret = endpoints.signing_key(target, now)
            body = row.body.encode()
            taken.append(_Claimed(row.id, target.id, target.url, key_id, secret, body))
    return taken


def _call(claimed: _Claimed) -> _Outcome:
    """One signed call. Touches no table: it runs in a thread of its own."""
    parts = urlsplit(claimed.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = signed_http.sign(
        key_id=claimed.key_id,
        secret=claimed.secret,
        method="POST",
        path=path,
        body=claimed.body,
        at=clock.wall(),
    )
    headers |= {"Content-Type": "application/json", "User-Agent": "Laotie-Webhook/1"}
    try:
        answer = outbound.post(claimed.url, headers=headers, body=claimed.body)
    except outbound.AddressRefused as no:
        return _Outcome(None, f"address {no.facts['reason']}", "")
    except outbound.CallFailed as failed:
        return _Outcome(None, failed.reason, "")
    text = answer.body[: rules.KEPT_BODY].decode("utf-8", errors="replace").replace("\0", "")
    return _Outcome(answer.status, "", text[: rules.KEPT_BODY])


@use_case
def _note(*, claimed: _Claimed, outcome: _Outcome, now: datetime) -> None:
    """Write down one call, and what follows from it for the delivery and its target."""
    target = models.Endpoint.objects.select_for_update().get(pk=claimed.endpoint_id)
    row = models.Delivery.objects.select_for_update().get(pk=claimed.id)
    models.Attempt.objects.create(
        delivery=row,
        at=now,
        status=outcome.status,
        failure=outcome.failure,
        answer=outcome.answer,
    )
    if outcome.is_yes:
        target.failures, target.rests_until = 0, None
        row.state, row.ended_at = DeliveryState.DELIVERED.value, now
    else:
        target.failures += 1
        if target.failures >= rules.BREAKS_AFTER:
            target.rests_until = now + rules.BREAK
        wait = rules.wait_after(row.tries)
        if wait is None:
            row.state, row.ended_at = DeliveryState.FAILED.value, now
        else:
            row.next_at = now + wait
    target.save(update_fields=["failures", "rests_until"])
    row.save(update_fields=["state", "ended_at", "next_at"])


def _give_up(row: models.Delivery, why: str, now: datetime) -> None:
    models.Attempt.objects.create(delivery=row, at=now, failure=why)
    row.state, row.ended_at = DeliveryState.FAILED.value, now
    row.save(update_fields=["state", "ended_at"])


def _postpone(row: models.Delivery, until: datetime) -> None:
    row.next_at = until
    row.save(update_fields=["next_at"])
