"""What the provider's pages say, in Chinese and English. An outside party has its own words."""

from starlette.requests import Request

_TEXTS: dict[str, tuple[str, str]] = {
    "brand": ("Lab Pay", "实验支付"),
    "no_money": ("A test provider. No real money moves.", "测试支付渠道，不会产生真实扣款。"),
    "to_pay": ("Amount to pay", "支付金额"),
    "merchant": ("Pay to", "收款方"),
    "for": ("For", "商品"),
    "number": ("Payment no.", "支付单号"),
    "method": ("From", "付款方式"),
    "account": ("Test balance", "测试余额"),
    "pay": ("Pay now", "立即支付"),
    "more": ("Other endings", "其他结局"),
    "more_says": (
        "To see how the shop copes when things go wrong.",
        "看看出岔子时商城如何应对。",
    ),
    "later": ("Pay later", "稍后到账"),
    "later_says": ("The bank confirms after some seconds", "银行过一会儿才确认"),
    "silent": ("Pay, but forget to tell the shop", "支付成功但不通知商城"),
    "silent_says": ("The callback is lost; the shop must ask", "回调丢失，商城须主动查询"),
    "decline": ("Decline", "拒绝支付"),
    "decline_says": ("The bank says no", "银行拒绝扣款"),
    "back": ("Back to the shop", "返回商城"),
    "title_pending": ("Confirm payment", "确认支付"),
    "says_pending": ("", ""),
    "title_paid": ("Paid", "支付成功"),
    "says_paid": ("The shop will show your order as paid.", "商城会显示订单已支付。"),
    "title_failed": ("Payment declined", "支付被拒绝"),
    "says_failed": (
        "Nothing was charged. Start the payment again from your order.",
        "没有扣款，可回到订单重新支付。",
    ),
    "title_closed": ("This payment is closed", "支付已关闭"),
    "says_closed": ("Nothing was charged.", "没有扣款。"),
    "title_later": ("On its way", "等待银行确认"),
    "says_later": (
        "The bank confirms in some seconds. You can go back to the shop.",
        "银行几秒后确认，可先返回商城。",
    ),
    "gone": ("No such payment", "找不到这笔支付"),
    "gone_says": ("The address is wrong or incomplete.", "地址有误或不完整。"),
    "sms": ("Text messages", "短信收件箱"),
    "sms_says": (
        "What the platform has sent to phones. Only this machine can see it.",
        "平台发往手机的短信，仅本机可见。",
    ),
    "sms_none": (
        "Nothing was sent yet. Ask for a code and reload this page.",
        "还没有短信。请先获取验证码，再刷新本页。",
    ),
    "other_language": ("中文", "English"),
}


def words(lang: str) -> dict[str, str]:
    """Every text in one language: `zh` or `en`."""
    return {key: pair[1 if lang == "zh" else 0] for key, pair in _TEXTS.items()}


def language_of(request: Request) -> str:
    """`?lang=` first, then what the browser prefers."""
    asked = request.query_params.get("lang", "")
    if asked in {"zh", "en"}:
        return asked
    preferred = request.headers.get("accept-language", "").strip().lower()
    return "en" if preferred.startswith("en") else "zh"
