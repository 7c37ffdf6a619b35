"""What a shop's first page adds to its counts: the day beside yesterday, and the first steps."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from laotie.accounts.shops import ShopFile
from laotie.catalog import products
from laotie.kernel.actor import Actor
from laotie.surfaces.studio import web
from laotie.trade import coupon_files, invoices, refunds, shop_days


def facts(who: Actor, file: ShopFile, *, now: datetime) -> dict[str, object]:
    """Each part for those who can act on it. At most eight queries."""
    shop_id, rights = file.card.id, web.rights_in(who, file.card.id)
    found: dict[str, object] = {}
    if "ship" in rights:
        today, yesterday = shop_days.today_and_yesterday(actor=who, shop_id=shop_id, now=now)
        found["days"] = [
            (_("Orders paid"), today.paid, yesterday.paid, False),
            (_("Paid by buyers"), today.paid_fen, yesterday.paid_fen, True),
            (_("Buyers"), today.buyers, yesterday.buyers, False),
            (_("Orders shipped"), today.shipped, yesterday.shipped, False),
            (_("Granted back"), today.refunded_fen, yesterday.refunded_fen, True),
        ]
    if "refund" in rights:
        found["stuck"] = refunds.failed_of(actor=who, shop_id=shop_id)
    if "money" in rights:
        found["invoices_waiting"] = invoices.waiting(shop_id)
    if "manage" in rights:
        found["first_steps"] = _first_steps(who, file)
    return found


def _first_steps(who: Actor, file: ShopFile) -> list[tuple[str, str, bool]]:
    """(what, where, done), empty once all of it is done."""
    shop_id, ref = file.card.id, file.card.public_id
    goods = products.files_of(actor=who, shop_id=shop_id)
    steps = [
        (_("An operator opens the shop"), reverse("studio:papers", args=[ref]), file.card.is_open),
        (
            _("A product is on sale"),
            reverse("studio:products", args=[ref]),
            any(one.state == "ON_SALE" for one in goods),
        ),
        (
            _("A coupon welcomes buyers"),
            reverse("studio:coupons", args=[ref]),
            bool(coupon_files.of_shop(actor=who, shop_id=shop_id, most=1)),
        ),
    ]
    return [] if all(done for _what, _where, done in steps) else steps
