"""Other networks, and how a link is known to lead to one: by its host, against a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Role
from laotie.events.links import NetworkAdded
from laotie.kernel import event_log, outbound
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import models, rules

_NAME_LETTERS = 40
_MOST_DOMAINS = 50


class UnknownNetwork(Refusal):
    """`host`: what the address names, or nothing where it cannot be told."""

    code = "UNKNOWN_NETWORK"
    status = 422
    message = _(
        "This address belongs to no network that is known here. Copy it from the goods' own page;"
        " an operator can add a network."
    )


class DomainTaken(Refusal):
    """`domain`: which one."""

    code = "DOMAIN_TAKEN"
    message = _("Another network has the domain %(domain)s. Take it off there first.")


class CodeTaken(Refusal):
    code = "NETWORK_CODE_TAKEN"
    message = _("There is a network with this code already.")


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """click_parameter: the field of its addresses that takes our click id; empty for none."""

    id: UUID
    code: str
    name: dict[str, str]
    domains: tuple[str, ...]
    click_parameter: str


@use_case
def add(
    *,
    actor: Actor,
    code: str,
    name: dict[str, str],
    domains: Sequence[str],
    click_parameter: str = "",
    now: datetime,
) -> NetworkCard:
    """Links to hosts of these domains are known to be the network's. Only operators may.

    code:    2 to 20 small letters, digits and underscores; it stands in rules and in the API.
    domains: 1 to 50; each covers the hosts below it.
    raises:  SignInFirst, SecondStepNeeded, NotAllowed, Invalid, DomainTaken, CodeTaken.
    """
    actor.require_role(Role.OPERATOR)
    if not rules.is_code(code):
        raise Invalid(field="code", reason="form")
    if not rules.is_parameter(click_parameter):
        raise Invalid(field="click_parameter", reason="form")
    if models.Network.objects.filter(code=code).exists():
        raise CodeTaken
    row = models.Network.objects.create(
        code=code,
        name_zh=clean_line(name.get("zh"), field="name_zh", longest=_NAME_LETTERS),
        name_en=clean_line(name.get("en"), field="name_en", longest=_NAME_LETTERS),
        click_parameter=click_parameter,
        made_by_id=actor.person_id,
        made_at=now,
    )
    _set_domains(row, domains)
    event_log.publish(NetworkAdded(network_id=row.id, code=code))
    return card(code)


@use_case
def set_domains(*, actor: Actor, code: str, domains: Sequence[str], now: datetime) -> NetworkCard:
    """Exactly these domains are the network's; links that were put up before stay its own.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, DomainTaken.
    """
    del now
    actor.require_role(Role.OPERATOR)
    row = models.Network.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NotFound
    _set_domains(row, domains)
    return card(code)


@use_case
def set_click_parameter(
    *, actor: Actor, code: str, click_parameter: str, now: datetime
) -> NetworkCard:
    """Who leaves for the network from now on carries our click id in this field; empty for none.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid.
    """
    del now
    actor.require_role(Role.OPERATOR)
    if not rules.is_parameter(click_parameter):
        raise Invalid(field="click_parameter", reason="form")
    changed = models.Network.objects.filter(code=code).update(click_parameter=click_parameter)
    if not changed:
        raise NotFound
    return card(code)


def card(code: str) -> NetworkCard:
    """One network by its code. Two queries. raises: NotFound."""
    found = [each for each in listed() if each.code == code]
    if not found:
        raise NotFound
    return found[0]


def listed() -> tuple[NetworkCard, ...]:
    """All of them by code, for everybody. Two queries, a few dozen rows."""
    domains: dict[UUID, list[str]] = {}
    for row in models.NetworkDomain.objects.order_by("domain"):
        domains.setdefault(row.network_id, []).append(row.domain)
    return tuple(
        _card(row, domains.get(row.id, [])) for row in models.Network.objects.order_by("code")
    )


@dataclass(frozen=True, slots=True)
class Recognised:
    """An address as it may be kept, without its fragment, and whose it is."""

    url: str
    network_id: UUID
    code: str


def recognise(url: object) -> Recognised:
    """Which network an address leads to, by its host alone. One query.

    raises: AddressRefused (form, scheme, port, credentials), UnknownNetwork.
    """
    if not isinstance(url, str):
        raise outbound.AddressRefused(reason="form")
    kept = outbound.clean_url(url.strip().partition("#")[0], longest=rules.LONGEST_URL)
    host = rules.bare_host(kept)
    if host is None:
        raise UnknownNetwork(host="")
    named = {
        row.domain: row
        for row in models.NetworkDomain.objects.filter(
            domain__in=rules.parents(host)
        ).select_related("network")
    }
    for domain in rules.parents(host):
        if domain in named:
            return Recognised(kept, named[domain].network_id, named[domain].network.code)
    raise UnknownNetwork(host=host)


@needs_transaction
def _set_domains(network: models.Network, domains: Sequence[str]) -> None:
    if not 1 <= len(domains) <= _MOST_DOMAINS:
        raise Invalid(field="domains", reason="required" if not domains else "too_many")
    wanted = {clean for domain in domains if (clean := rules.clean_domain(domain))}
    if not all(rules.clean_domain(domain) for domain in domains):
        raise Invalid(field="domains", reason="form")
    others = models.NetworkDomain.objects.filter(domain__in=wanted).exclude(network=network)
    if (taken := others.order_by("domain").first()) is not None:
        raise DomainTaken(domain=taken.domain)
    models.NetworkDomain.objects.filter(network=network).exclude(domain__in=wanted).delete()
    models.NetworkDomain.objects.bulk_create(
        [models.NetworkDomain(domain=domain, network=network) for domain in sorted(wanted)],
        ignore_conflicts=True,
    )


def _card(row: models.Network, domains: Sequence[str]) -> NetworkCard:
    return NetworkCard(
        id=row.id,
        code=row.code,
        name={"zh": row.name_zh, "en": row.name_en},
        domains=tuple(domains),
        click_parameter=row.click_parameter,
    )
