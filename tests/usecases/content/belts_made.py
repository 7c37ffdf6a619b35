"""Belts and members for tests, made through the doors."""

from datetime import datetime
from typing import Any

from tests import builders
from tests.builders import NOW

from laotie.content.industry import belts, memberships
from laotie.content.industry.belts import BeltCard
from laotie.kernel.actor import Actor


def terms(**given: Any) -> dict[str, Any]:
    """Of a belt as `belts.add` takes them."""
    return {
        "name_zh": "龙泉青瓷",
        "name_en": "Longquan celadon",
        "about_zh": "窑火一千七百年",
        "about_en": "Kilns since the third century",
        "region": "330000",
        "fields": ["HOME"],
        **given,
    }


def a_belt(*, now: datetime = NOW, **given: Any) -> BeltCard:
    return belts.add(actor=builders.an_operator(), **terms(**given), now=now)


def join(belt: BeltCard, *creators: Actor, now: datetime = NOW) -> None:
    """Each asks, and an operator says yes."""
    operator = builders.an_operator()
    for creator in creators:
        asked = memberships.ask(actor=creator, belt_id=belt.id, now=now)
        memberships.accept(actor=operator, membership_id=asked, reason="works there", now=now)
