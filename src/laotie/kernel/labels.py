"""What people call a field. Code names of fields stay out of sentences; here is their one list."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_UNKNOWN = _("what you entered")
_LABELS: dict[str, str] = {
    "after": _("the place in the list"),
    "after_refund": _("what becomes of the coupon after a refund"),
    "amount": _("the amount"),
    "amount_fen": _("the amount"),
    "avatar_url": _("your picture"),
    "body": _("the request"),
    "budget_fen": _("the budget"),
    "by_region": _("the freight of a province"),
    "carrier": _("the carrier"),
    "cause": _("the cause"),
    "code": _("the code"),
    "coupon_ids": _("the coupons"),
    "cover": _("the cover picture"),
    "cover_url": _("the cover picture"),
    "creator_bps": _("the commission"),
    "current": _("the password until now"),
    "description": _("the description"),
    "digits": _("the digits"),
    "effective_at": _("the moment from which it counts"),
    "ends_at": _("the end"),
    "file": _("the file"),
    "flash_floor_fen": _("the lowest flash price"),
    "flat_fen": _("the freight"),
    "free_over_fen": _("the amount from which freight is free"),
    "invoice_no": _("the invoice's number"),
    "invoice_pdf": _("the invoice's file, a PDF of at most 2 MB"),
    "invoice_title": _("the name on the invoice"),
    "key": _("the request key"),
    "language": _("the language"),
    "limit_per_buyer": _("the limit per buyer"),
    "line": _("street, house and flat"),
    "lines": _("the goods in your list"),
    "list_price_fen": _("the list price"),
    "logo": _("the shop's sign"),
    "logo_url": _("the shop's sign"),
    "min_goods_fen": _("the amount of goods that is needed"),
    "minutes": _("the minutes"),
    "name": _("the name"),
    "name.en": _("the English name"),
    "name.zh": _("the Chinese name"),
    "name_en": _("the English name"),
    "name_zh": _("the Chinese name"),
    "new_phone": _("the new mobile number"),
    "off_fen": _("the amount off"),
    "on_hand": _("the stock"),
    "orders": _("the orders"),
    "passkey": _("your passkeys"),
    "password": _("the password"),
    "per_buyer": _("the limit per buyer"),
    "person": _("the person"),
    "phone": _("the mobile number"),
    "picture": _("the picture"),
    "pictures": _("the pictures"),
    "pin": _("the PIN"),
    "place": _("the place"),
    "price_fen": _("the price"),
    "quantity": _("the quantity"),
    "reason": _("the reason"),
    "red_no": _("the red invoice's number"),
    "ref": _("what it is about"),
    "region_code": _("province and city"),
    "return_path": _("the way back"),
    "rights": _("the rights"),
    "role": _("the role"),
    "seconds": _("the seconds"),
    "shelf": _("the list"),
    "skus": _("the kinds of the product"),
    "spec": _("the name of the kind"),
    "starts_at": _("the start"),
    "state": _("the state"),
    "tax_no": _("the tax number"),
    "text": _("the text"),
    "title": _("the title"),
    "to_no": _("the new place"),
    "units": _("how many come back"),
    "waybill_no": _("the waybill number"),
    "word": _("the word"),
}


def label(field: str) -> str:
    """The field in the reader's words. A path such as `lines.0.quantity` is named by its end."""
    known = _LABELS.get(field) or _LABELS.get(field.rpartition(".")[2])
    return gettext(known or _UNKNOWN)


def is_known(field: str) -> bool:
    """Whether somebody gave this field a name."""
    return field in _LABELS
