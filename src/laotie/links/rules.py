"""Pure decisions about links to the outside: which rule counts, which network, which next state.

A rule names one network or every one, one surface or every one. Of the rules that name the same,
the one that began last is in force. Of those in force the one that names more wins: network and
surface, then one of the two, then neither. A rule on a network alone and one on a surface alone
name equally much; if they differ, deny wins. Where no rule is in force the given default holds.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote, urlsplit
from uuid import UUID

LONGEST_URL = 2000
LISTINGS_PER_PLACE = 4
CLICK_LASTS = timedelta(minutes=30)
CLICKS_PER_HOUR = 120
_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")
_LONGEST_DOMAIN = 253
_TICK = timedelta(microseconds=1)


class Surface(StrEnum):
    """Where a link can stand."""

    LIVE_CART = "live_cart"
    VIDEO_CART = "video_cart"
    PRODUCT_DETAIL = "product_detail"
    SHOP_HOME = "shop_home"
    IM_CHAT = "im_chat"
    GROUP = "group"
    SEARCH = "search"
    PROFILE = "profile"


class Effect(StrEnum):
    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A published rule. network, surface: None for every one.

    effective_from, effective_to: whole seconds; the first belongs to it, the last does not.
    contract_id: what it rests on, in the platform's own files. version: counts up per scope.
    """

    id: UUID
    network: str | None
    surface: Surface | None
    effect: Effect
    effective_from: datetime
    effective_to: datetime | None
    reason: str
    contract_id: str
    version: int

    @property
    def scope(self) -> tuple[str | None, Surface | None]:
        return self.network, self.surface

    @property
    def names(self) -> int:
        """How much the rule names: 0, 1 or 2."""
        return (self.network is not None) + (self.surface is not None)

    def is_in_force(self, at: datetime) -> bool:
        return self.effective_from <= at and (self.effective_to is None or at < self.effective_to)

    def is_about(self, network: str, surface: Surface) -> bool:
        return self.network in {None, network} and self.surface in {None, surface}


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for one network on one surface at one moment.

    rule_id, since: None where no rule is in force and the default holds.
    """

    effect: Effect
    rule_id: UUID | None
    reason: str
    since: datetime | None

    @property
    def is_allowed(self) -> bool:
        return self.effect is Effect.ALLOW


def decide(
    rules: Iterable[LinkRule], *, network: str, surface: Surface, at: datetime, default: Effect
) -> Decision:
    """The one decision, as the head of this file tells; the order of `rules` does not matter."""
    latest: dict[tuple[str | None, Surface | None], LinkRule] = {}
    for rule in rules:
        if not (rule.is_about(network, surface) and rule.is_in_force(at)):
            continue
        standing = latest.get(rule.scope)
        if standing is None or _is_later(rule, standing):
            latest[rule.scope] = rule
    if not latest:
        return Decision(default, None, "", None)
    winner = max(latest.values(), key=_weight)
    return Decision(winner.effect, winner.id, winner.reason, winner.effective_from)


def _is_later(rule: LinkRule, other: LinkRule) -> bool:
    """Of two of one scope; the database lets no two of them begin together."""
    begins = (rule.effective_from, rule.effect is Effect.DENY, rule.version)
    return begins > (other.effective_from, other.effect is Effect.DENY, other.version)


def _weight(rule: LinkRule) -> tuple[int, bool, bool]:
    """Named parts, then deny; of two that say the same, the one on a network is told."""
    return rule.names, rule.effect is Effect.DENY, rule.network is not None


def overlapping(new: LinkRule, standing: Iterable[LinkRule]) -> LinkRule | None:
    """A rule of the same scope that the new one contradicts, or repeats from the same second.

    A later rule may take over from one without an end, and an exception may lie within another's
    time. But two may not begin together, and a rule may not run over the stated end of one that
    says otherwise: then nobody could tell from either what holds.
    """
    for other in standing:
        if other.scope != new.scope:
            continue
        if other.effective_from == new.effective_from:
            return other
        if other.effect is not new.effect and _crosses(*_in_order(new, other)):
            return other
    return None


def _in_order(one: LinkRule, other: LinkRule) -> tuple[LinkRule, LinkRule]:
    return (one, other) if one.effective_from < other.effective_from else (other, one)


def _crosses(first: LinkRule, second: LinkRule) -> bool:
    """Whether the second begins within the first's time and goes on beyond its stated end."""
    end = first.effective_to
    if end is None or second.effective_from >= end:
        return False
    return second.effective_to is None or second.effective_to > end


def turning_points(rules: Iterable[LinkRule]) -> list[datetime]:
    """Every moment at which a decision may change, in order, once each."""
    rules = list(rules)
    ends = {rule.effective_to for rule in rules if rule.effective_to is not None}
    return sorted({rule.effective_from for rule in rules} | ends)


@dataclass(frozen=True, slots=True)
class Cut:
    """At that second links to the network may stand on the surface no more.

    rule_id: the rule that begins then, or the one that ends and let them stand until then.
    """

    at: datetime
    network: str
    surface: Surface
    rule_id: UUID


def cuts(
    rules: Sequence[LinkRule], *, networks: Iterable[str], after: datetime, default: Effect
) -> list[Cut]:
    """Everything that stops after that moment, in the order of time."""
    cells = [(network, surface) for network in networks for surface in Surface]
    found = []
    for at in turning_points(rules):
        if at <= after:
            continue
        for network, surface in cells:
            now = decide(rules, network=network, surface=surface, at=at, default=default)
            if now.is_allowed:
                continue
            was = decide(rules, network=network, surface=surface, at=at - _TICK, default=default)
            if was.is_allowed:
                rule_id = now.rule_id if now.since == at else was.rule_id
                assert rule_id is not None, "what changed was a rule that began or one that ended"
                found.append(Cut(at, network, surface, rule_id))
    return found


def next_full_second(now: datetime) -> datetime:
    """Now, if it is a full second; else the next one."""
    return now if not now.microsecond else now.replace(microsecond=0) + timedelta(seconds=1)


def is_code(text: object) -> bool:
    return isinstance(text, str) and _CODE.fullmatch(text) is not None


def is_parameter(text: object) -> bool:
    """A name in a query to carry our click id, or none."""
    return text == "" or (isinstance(text, str) and _PARAMETER.fullmatch(text) is not None)


def clean_domain(text: object) -> str | None:
    """A host name of at least two labels, lower case, ASCII, not a number; else None."""
    if not isinstance(text, str) or len(text) > _LONGEST_DOMAIN or not text.isascii():
        return None
    labels = text.strip().lower().split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        return None
    return ".".join(labels) if all(_LABEL.fullmatch(label) for label in labels) else None


def bare_host(url: str) -> str | None:
    """The host of an address whose port is the usual one; None for anything that may deceive.

    A user name, another port, an end in a dot, letters of other alphabets (`xn--`), percent signs
    and numbers for hosts are all ways to look like a network and be none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    is_plain = parts.username is None and parts.password is None and "@" not in parts.netloc
    if usual is None or port not in {None, usual} or not is_plain:
        return None
    host = clean_domain(parts.hostname or "")
    if host is None or any(label.startswith("xn--") for label in host.split(".")):
        return None
    return host


def parents(host: str) -> list[str]:
    """The host and every domain above it, the longest first: `a.b.cn`, `b.cn`, `cn`."""
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels))]


def with_click(url: str, parameter: str, click: str) -> str:
    """The address with our click id in the network's own field; untouched where it has none.

    The other fields keep every byte: a network may write them in GBK, or sign them as they stand.
    """
    if not parameter:
        return url
    before, _, query = url.partition("?")
    fields = query.split("&") if query else []
    kept = [field for field in fields if unquote(field.partition("=")[0]) != parameter]
    return f"{before}?{'&'.join([*kept, f'{parameter}={click}'])}"


class ListingState(StrEnum):
    PUBLISHED = "PUBLISHED"  # It stands where it was put, as far as the rules allow.
    ENDED = "ENDED"  # Its owner, or an operator, took it away.


class PreviewState(StrEnum):
    WAITING = "WAITING"  # For the next look.
    READY = "READY"  # A title was found.
    FAILED = "FAILED"  # It was given up; the cause is kept.


class WarningState(StrEnum):
    WARNED = "WARNED"  # Links of theirs stop at its moment, or have.
    CALLED_OFF = "CALLED_OFF"  # Before its moment came none of theirs was to stop any more.


class OrderState(StrEnum):
    """An order on another network, in the words that all of them share."""

    PAID = "PAID"
    RECEIVED = "RECEIVED"
    SETTLED = "SETTLED"
    INVALID = "INVALID"


class Lane(StrEnum):
    """Two ways in which the orders of a network are read."""

    CHANGES = "CHANGES"  # By when they changed, all day long.
    NIGHT = "NIGHT"  # By when they were made, once a night over the days before.


_ONWARD: dict[OrderState, frozenset[OrderState]] = {
    OrderState.PAID: frozenset({OrderState.RECEIVED, OrderState.SETTLED, OrderState.INVALID}),
    OrderState.RECEIVED: frozenset({OrderState.SETTLED, OrderState.INVALID}),
    OrderState.SETTLED: frozenset(),
    OrderState.INVALID: frozenset(),
}


def may_move(known: OrderState, told: OrderState) -> bool:
    """Whether an order can be where it is said to be, given where it was; staying is moving."""
    return known is told or told in _ONWARD[known]


def next_try(tries: int) -> timedelta | None:
    """How long to wait after so many looks in vain; None when it is given up."""
    waits: Sequence[timedelta] = (timedelta(minutes=1), timedelta(minutes=15))
    return waits[tries - 1] if tries <= len(waits) else None
