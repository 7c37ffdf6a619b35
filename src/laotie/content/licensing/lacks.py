"""What somebody lacks who may not show an event: which right, since when, and whom to ask."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from laotie.content.licensing.licences import Lack, Refused, Use
from laotie.content.licensing.occasions import OccasionCard
from laotie.kernel.errors import Refusal

# What each use is called in a sentence.
USES: Mapping[str, str] = {
    Use.LIVE: _("live"),
    Use.VOD: _("on demand"),
    Use.SHORT_VIDEO: _("short video"),
    Use.DERIVATIVE: _("derived work"),
}
_OPERATORS = _("an operator of this platform")


class RightsRefusal(Refusal):
    """facts: `use`, `event_zh`, `event_en`, `ask_kind` and `ask_name` (empty for operators).

    in_short: what is wrong in a sentence without names.
    """

    in_short = ""

    def text(self) -> str:
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        words = {
            "use": gettext(USES[self.facts["use"]]),
            "event": self.facts[f"event_{language}"],
            "ask": self.facts["ask_name"] or gettext(_OPERATORS),
        }
        return gettext(self.message) % {**self.facts, **words}


class RightsMissing(RightsRefusal):
    code = "RIGHTS_MISSING"
    message = _("The right “%(use)s” to show %(event)s is missing. Ask %(ask)s for it.")
    in_short = _("A right to the event that it shows is missing.")


class RightsElsewhere(RightsRefusal):
    code = "RIGHTS_ELSEWHERE"
    message = _("Your right “%(use)s” to %(event)s does not hold in this country. Ask %(ask)s.")
    in_short = _("The right to the event that it shows does not hold in this country.")


class RightsExpired(RightsRefusal):
    """since: when it ended."""

    code = "RIGHTS_EXPIRED"
    message = _("Your right “%(use)s” to %(event)s ended on %(since)s. Ask %(ask)s to renew it.")
    in_short = _("The right to the event that it shows has ended.")


class RightsNotYet(RightsRefusal):
    """not_before: when it begins."""

    code = "RIGHTS_NOT_YET"
    message = _("Your right “%(use)s” to %(event)s begins on %(not_before)s. Wait until then.")
    in_short = _("The right to the event that it shows has not begun.")


class RightsTooEarly(RightsRefusal):
    """not_before: when the moment that is shown is old enough."""

    code = "RIGHTS_TOO_EARLY"
    message = _("This moment of %(event)s may be shown from %(not_before)s on (%(use)s).")
    in_short = _("This moment of the event may not be shown yet.")


class RightsTooLong(RightsRefusal):
    """longest_s: the most that it may be."""

    code = "RIGHTS_TOO_LONG"
    message = _("Your right “%(use)s” to %(event)s allows %(longest_s)s seconds. Cut it shorter.")
    in_short = _("It is longer than the right to the event allows.")


_BY_LACK: Mapping[Lack, type[RightsRefusal]] = {
    Lack.MISSING: RightsMissing,
    Lack.TERRITORY: RightsElsewhere,
    Lack.EXPIRED: RightsExpired,
    Lack.NOT_YET: RightsNotYet,
    Lack.TOO_LONG: RightsTooLong,
    Lack.TOO_EARLY: RightsTooEarly,
}


def refusal(
    found: Refused, occasion: OccasionCard, *, ask_kind: str, ask_name: str
) -> RightsRefusal:
    """The no in words. ask_name: whom to ask; empty for the platform's operators."""
    facts: dict[str, Any] = {
        "use": found.use.value,
        "event": occasion.public_id,
        "event_zh": occasion.name["zh"],
        "event_en": occasion.name["en"],
        "ask_kind": ask_kind,
        "ask_name": ask_name,
    }
    for field, moment in (("since", found.since), ("not_before", found.not_before)):
        if moment is not None:
            facts[field] = f"{moment:%Y-%m-%d %H:%M} UTC"
    if found.longest_s is not None:
        facts["longest_s"] = found.longest_s
    return _BY_LACK[found.lack](**facts)
