"""Forms and facts of what a host gives away, for the desk's card."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.live import drops, gifts, giveaways
from laotie.live.rooms import RoomCard
from laotie.look.templatetags.look import said, yuan
from laotie.trade.coupons import CouponCard

_SECONDS = [
    (60, _("1 minute")),
    (180, _("3 minutes")),
    (300, _("5 minutes")),
    (600, _("10 minutes")),
]
_QUICK = [(15, _("15 seconds")), (30, _("30 seconds")), (60, _("1 minute")), (300, _("5 minutes"))]


class GiveawayForm(forms.Form):
    prize = forms.CharField(
        label=_("Prize"),
        max_length=giveaways.LONGEST_PRIZE,
        required=False,
        help_text=_("In words; a coupon names itself. Winners of words show you a code."),
    )
    coupon = forms.ChoiceField(label=_("Or a coupon"), required=False)
    winners = forms.IntegerField(label=_("Winners"), min_value=1, max_value=100, initial=1)
    rule = forms.ChoiceField(
        label=_("To take part"),
        choices=[
            ("word", _("say a word")),
            ("follow", _("follow")),
            ("both", _("follow and say a word")),
        ],
    )
    word = forms.CharField(label=_("The word"), max_length=giveaways.LONGEST_WORD, required=False)
    seconds = forms.TypedChoiceField(
        label=_("Drawn after"), choices=_SECONDS, coerce=int, initial=180
    )

    def __init__(self, *arguments: object, choices: list[tuple[str, str]]) -> None:
        super().__init__(*arguments, prefix="giveaway")  # type: ignore[arg-type, misc]
        self.fields["coupon"].choices = [("", _("no coupon")), *choices]  # type: ignore[attr-defined]


class DropForm(forms.Form):
    coupon = forms.ChoiceField(label=_("Coupon"))
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=10_000, initial=50)
    seconds = forms.TypedChoiceField(label=_("For"), choices=_QUICK, coerce=int, initial=30)

    def __init__(self, *arguments: object, choices: list[tuple[str, str]]) -> None:
        super().__init__(*arguments, prefix="drop")  # type: ignore[arg-type, misc]
        self.fields["coupon"].choices = choices  # type: ignore[attr-defined]


def facts(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    """The card on the desk: what runs, what can be started, who won last."""
    is_on_air = card.state in {"LIVE", "INTERRUPTED"}
    held = giveaways.of_room(card.id, actor=who)[:3]
    choices = choices_of(gifts.coupons_for(card.id, actor=who, now=now)) if is_on_air else []
    return {
        "giveaways": [
            (one, ids.public("gaw", one.id), giveaways.winners_of(one.id, actor=who))
            for one in held
        ],
        "is_giving": any(one.state == "OPEN" for one in held),
        "drop": drops.running(card.id, now=now),
        "giveaway_form": GiveawayForm(choices=choices) if is_on_air else None,
        "drop_form": DropForm(choices=choices) if choices else None,
    }


def choices_of(cards: tuple[CouponCard, ...]) -> list[tuple[str, str]]:
    """Coupons as a form lists them, with what is left."""
    return [
        (
            ids.public("cpn", card.coupon_id),
            f"{said(card.name)} −{yuan(card.off_fen)} / {yuan(card.min_goods_fen)} ({card.left})",
        )
        for card in cards
    ]
