"""The rules of where links to other networks may stand, made by two people, to the second."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Role
from laotie.events.links import LinkRulePublished, LinkRuleWithdrawn
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import models, rules
from laotie.links.rules import Decision, Effect, LinkRule, Surface
from laotie.oversight import proposals
from laotie.oversight.proposals import ProposalKind

__all__ = ["Decision", "Effect", "LinkRule", "Surface"]

_REASON_LETTERS, _CONTRACT_LETTERS = 200, 60
_SURFACE_NAMES = {
    Surface.LIVE_CART: _("a live room's bag"),
    Surface.VIDEO_CART: _("a video's bag"),
    Surface.PRODUCT_DETAIL: _("a product's page"),
    Surface.SHOP_HOME: _("a shop's page"),
    Surface.IM_CHAT: _("messages"),
    Surface.GROUP: _("groups"),
    Surface.SEARCH: _("search"),
    Surface.PROFILE: _("a creator's page"),
}


class LinkBlocked(Refusal):
    """`network` with its `name`, `surface`, and of the rule its public id as `rule`, `since` when
    it counts and its `reason`; the last three are empty where the default holds."""

    code = "LINK_BLOCKED"
    message = _(
        "Links to %(network)s may not stand on %(surface)s%(from)s: %(reason)s."
        " Sell it as goods of your own shop here, or ask an operator."
    )

    def text(self) -> str:
        since: datetime | None = self.facts["since"]
        told = ""
        if since is not None:
            shown = formats.date_format(timezone.localtime(since), "Y-m-d H:i:s e")
            told = gettext(", since %(since)s") % {"since": shown}
        is_chinese = (get_language() or "").startswith("zh")
        return gettext(self.message) % {
            "network": self.facts["name"]["zh" if is_chinese else "en"],
            "surface": surface_name(Surface(self.facts["surface"])),
            "from": told,
            "reason": self.facts["reason"] or gettext("no rule allows it"),
        }


class PolicyOverlap(Refusal):
    """`rule`: the one it contradicts. `since`, `until`: from when and to when that one runs."""

    code = "POLICY_OVERLAP"
    message = _(
        "The rule %(rule)s of the same network and surface says otherwise, or begins at the same"
        " second. Begin when that one ends, or end before it does."
    )


def surface_name(surface: Surface) -> str:
    """The surface in the reader's words, to stand within a sentence."""
    return gettext(_SURFACE_NAMES[surface])


@use_case
def propose(
    *,
    actor: Actor,
    network: str | None,
    surface: str | None,
    effect: str,
    effective_from: datetime | None,
    effective_to: datetime | None = None,
    reason: str,
    contract_id: str = "",
    now: datetime,
) -> UUID:
    """A rule waits for a second person, who has seven days; the proposal's id.

    network, surface: None for every one.
    effective_from:   a full second to come; None for the moment at which it is confirmed.
    raises:           SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, PolicyOverlap.
    """
    actor.require_role(Role.OPERATOR)
    wanted = _Wanted.clean(
        network, surface, effect, effective_from, effective_to, contract_id=contract_id
    )
    _check(wanted, reason=reason, now=now)
    return proposals.make(
        ProposalKind.LINK_RULE, wanted.facts(), actor=actor, reason=reason, now=now
    )


def drafted(
    *,
    actor: Actor,
    network: str | None,
    surface: str | None,
    effect: str,
    effective_from: datetime | None,
    effective_to: datetime | None = None,
    reason: str,
    now: datetime,
) -> LinkRule:
    """The rule as it would be if it were proposed and confirmed now; nothing is written.

    raises: as `propose`.
    """
    actor.require_role(Role.OPERATOR)
    wanted = _Wanted.clean(network, surface, effect, effective_from, effective_to, contract_id="")
    return _check(wanted, reason=reason, now=now)


@use_case
def propose_withdrawal(*, actor: Actor, rule_id: UUID, reason: str, now: datetime) -> UUID:
    """That a rule which has not begun shall not begin waits for a second person.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, WrongState (it has begun).
    """
    actor.require_role(Role.OPERATOR)
    _not_begun(rule_id, now=now)
    facts = {"withdrawn_rule": ids.public("lrl", rule_id)}
    return proposals.make(ProposalKind.LINK_RULE, facts, actor=actor, reason=reason, now=now)


@use_case
def confirm(*, actor: Actor, proposal_id: UUID, now: datetime) -> UUID:
    """The second person says yes: the rule counts from its moment on, or is withdrawn; its id.

    raises: as `proposals.take`; Invalid when its moment has passed meanwhile; PolicyOverlap;
        WrongState when the rule to withdraw has begun.
    """
    facts = proposals.take(proposal_id, ProposalKind.LINK_RULE, actor=actor, now=now)
    origin = proposals.origin_of(proposal_id)
    _lock()
    if "withdrawn_rule" in facts:
        return _withdraw(facts, actor=actor, now=now)
    wanted = _Wanted.read(facts)
    rule = _check(wanted, reason=origin.reason, now=now)
    row = models.Rule.objects.create(
        id=rule.id,
        network=_network(wanted.network),
        surface=wanted.surface,
        effect=wanted.effect.value,
        effective_from=rule.effective_from,
        effective_to=rule.effective_to,
        reason=rule.reason,
        contract_id=rule.contract_id,
        version=_next_version(wanted),
        drafted_by_id=origin.person_id,
        published_by_id=actor.require_person(),
        published_at=now,
    )
    event_log.publish(
        LinkRulePublished(
            rule_id=row.id,
            network=wanted.network,
            surface=wanted.surface,
            effect=wanted.effect,
            effective_from=rule.effective_from,
            effective_to=rule.effective_to,
        )
    )
    return row.id


def decide(network: str, surface: Surface, *, at: datetime) -> Decision:
    """What holds for links to the network on the surface at that moment. One query."""
    found = published(
        models.Rule.objects.filter(
            Q(network__isnull=True) | Q(network__code=network),
            Q(surface__isnull=True) | Q(surface=surface),
        )
    )
    return rules.decide(found, network=network, surface=surface, at=at, default=default())


def require(network: str, surface: Surface, *, at: datetime) -> Decision:
    """The decision, if it is a yes. One query. raises: LinkBlocked."""
    found = decide(network, surface, at=at)
    if not found.is_allowed:
        raise blocked(network, surface, found)
    return found


def blocked(network: str, surface: Surface, decision: Decision) -> LinkBlocked:
    """The refusal that tells of a no. One query."""
    row = models.Network.objects.get(code=network)
    return LinkBlocked(
        network=network,
        name={"zh": row.name_zh, "en": row.name_en},
        surface=surface.value,
        since=decision.since,
        rule=ids.public("lrl", decision.rule_id) if decision.rule_id else None,
        reason=decision.reason,
    )


def default() -> Effect:
    """What holds where no rule is in force: `LAOTIE_LINKS_DEFAULT`."""
    return Effect(settings.LAOTIE.links_default)


def published(rows: QuerySet[models.Rule] | None = None) -> list[LinkRule]:
    """Rules that were not withdrawn, of these rows or of all. One query."""
    chosen = models.Rule.objects.all() if rows is None else rows
    standing = chosen.filter(withdrawn_at__isnull=True).select_related("network")
    return [as_rule(row) for row in standing]


def as_rule(row: models.Rule) -> LinkRule:
    return LinkRule(
        id=row.id,
        network=row.network.code if row.network else None,
        surface=Surface(row.surface) if row.surface else None,
        effect=Effect(row.effect),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        reason=row.reason,
        contract_id=row.contract_id,
        version=row.version,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A rule as it was proposed; in the proposal's facts an absent name means every one, or now."""

    network: str | None
    surface: Surface | None
    effect: Effect
    effective_from: datetime | None
    effective_to: datetime | None
    contract_id: str

    @classmethod
    def clean(
        cls,
        network: str | None,
        surface: str | None,
        effect: str,
        effective_from: datetime | None,
        effective_to: datetime | None,
        *,
        contract_id: str,
    ) -> "_Wanted":
        """raises: Invalid."""
        return cls(
            network=network,
            surface=_clean_surface(surface),
            effect=_clean_effect(effect),
            effective_from=effective_from.astimezone(UTC) if effective_from else None,
            effective_to=effective_to.astimezone(UTC) if effective_to else None,
            contract_id=clean_line(
                contract_id, field="contract_id", longest=_CONTRACT_LETTERS, required=False
            ),
        )

    def facts(self) -> dict[str, str]:
        told = {
            "network": self.network,
            "surface": self.surface,
            "effect": self.effect.value,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "effective_until": self.effective_to.isoformat() if self.effective_to else None,
            "contract_id": self.contract_id or None,
        }
        return {name: str(value) for name, value in told.items() if value is not None}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "_Wanted":
        moments = {
            name: datetime.fromisoformat(facts[name]) if name in facts else None
            for name in ("effective_from", "effective_until")
        }
        return cls(
            network=facts.get("network"),
            surface=_clean_surface(facts.get("surface")),
            effect=Effect(facts["effect"]),
            effective_from=moments["effective_from"],
            effective_to=moments["effective_until"],
            contract_id=facts.get("contract_id", ""),
        )


def _check(wanted: _Wanted, *, reason: str, now: datetime) -> LinkRule:
    """The rule as it would be published now. raises: NotFound, Invalid, PolicyOverlap."""
    _network(wanted.network)
    begins = wanted.effective_from or rules.next_full_second(now)
    if begins.microsecond or begins < now:
        raise Invalid(field="effective_from", reason="time" if begins < now else "form")
    ends = wanted.effective_to
    if ends is not None and (ends.microsecond or ends <= begins):
        raise Invalid(field="effective_to", reason="form" if ends.microsecond else "time")
    rule = LinkRule(
        id=ids.new(),
        network=wanted.network,
        surface=wanted.surface,
        effect=wanted.effect,
        effective_from=begins,
        effective_to=ends,
        reason=clean_line(reason, field="reason", longest=_REASON_LETTERS),
        contract_id=wanted.contract_id,
        version=0,
    )
    against = rules.overlapping(rule, published(_of_scope(wanted)))
    if against is not None:
        raise PolicyOverlap(
            rule=ids.public("lrl", against.id),
            since=against.effective_from,
            until=against.effective_to,
        )
    return rule


def _of_scope(wanted: _Wanted) -> QuerySet[models.Rule]:
    found = models.Rule.objects.all()
    found = (
        found.filter(network__isnull=True)
        if wanted.network is None
        else found.filter(network__code=wanted.network)
    )
    return (
        found.filter(surface__isnull=True)
        if wanted.surface is None
        else found.filter(surface=wanted.surface.value)
    )


@needs_transaction
def _lock() -> None:
    """Rules are few and made by people: one at a time, so that no two of them miss each other."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('link rules', 0))")


def _next_version(wanted: _Wanted) -> int:
    highest: int | None = _of_scope(wanted).aggregate(highest=Max("version"))["highest"]
    return (highest or 0) + 1


@needs_transaction
def _withdraw(facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> UUID:
    row = _not_begun(ids.parse("lrl", facts["withdrawn_rule"]), now=now)
    row.withdrawn_at, row.withdrawn_by_id = now, actor.require_person()
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    event_log.publish(LinkRuleWithdrawn(rule_id=row.id))
    return row.id


def _not_begun(rule_id: UUID, *, now: datetime) -> models.Rule:
    row = models.Rule.objects.filter(pk=rule_id).first()
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None or row.effective_from <= now:
        raise WrongState(step="link_rule.withdraw")
    return row


def _network(code: str | None) -> models.Network | None:
    if code is None:
        return None
    row = models.Network.objects.filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def _clean_surface(surface: str | None) -> Surface | None:
    if surface is None:
        return None
    try:
        return Surface(surface)
    except ValueError as error:
        raise Invalid(field="surface", reason="choice") from error


def _clean_effect(effect: str) -> Effect:
    try:
        return Effect(effect)
    except ValueError as error:
        raise Invalid(field="effect", reason="choice") from error
