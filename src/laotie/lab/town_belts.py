"""The town's industrial belts, each with the creator who makes something there."""

from dataclasses import dataclass

from laotie.content.industry import belts, memberships
from laotie.content.industry.belt_kinds import BeltState
from laotie.content.kinds import Field
from laotie.kernel import clock
from laotie.lab import town
from laotie.lab.town import Login, Say


@dataclass(frozen=True, slots=True)
class Planned:
    """A belt before it is listed. about: a line in each language."""

    name: dict[str, str]
    about: dict[str, str]
    region: str
    field: Field
    member: Login


PLANNED: tuple[Planned, ...] = (
    Planned(
        {"zh": "龙泉青瓷", "en": "Longquan celadon"},
        {"zh": "龙窑柴烧，梅子青与粉青", "en": "Wood-fired celadon from dragon kilns"},
        "331100", Field.HOME, town.POTTER,
    ),
    Planned(
        {"zh": "云山茶果", "en": "Yunshan tea and fruit"},
        {"zh": "高山茶园与果园，产地直发", "en": "Tea and fruit, sent from the hills"},
        "330000", Field.FOOD, town.FARMER,
    ),
)  # fmt: skip


def list_up(*, say: Say) -> None:
    """The operator lists what was never there, and says yes to whoever makes something there."""
    now = clock.now()
    operator = town.actor_of(town.OPERATOR, now=now)
    known = {
        card.name["zh"]
        for state in BeltState
        for card in belts.listed(actor=operator, state=state.value).rows
    }
    for planned in PLANNED:
        if planned.name["zh"] in known:
            continue
        card = belts.add(
            actor=operator,
            name_zh=planned.name["zh"],
            name_en=planned.name["en"],
            about_zh=planned.about["zh"],
            about_en=planned.about["en"],
            region=planned.region,
            fields=[planned.field.value],
            now=now,
        )
        member = town.actor_of(planned.member, now=now)
        asked = memberships.ask(actor=member, belt_id=card.id, now=now)
        memberships.accept(
            actor=operator, membership_id=asked, reason="Makes what the belt is known for", now=now
        )
        say(f"belt: {planned.name['zh']}")
