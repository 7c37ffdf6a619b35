"""Lab Pay, as a buyer sees it on a phone, and the outbox of text messages."""

import json
from collections import deque
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from django.template import Context, Engine
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from laotie.lab.provider import fees, payments, texts, wire
from laotie.lab.provider.api import refusal
from laotie.lab.provider.control import is_loopback
from laotie.lab.provider.settings import MERCHANT_NAME, ProviderSettings
from laotie.lab.provider.store import Row, Store

_FOLDER = resources.files("laotie.lab.provider")
_ENGINE = Engine(dirs=[str(_FOLDER / "templates")], autoescape=True)
_MARKS = {"CNY": "¥", "USD": "$", "EUR": "€"}
_NO_STORE = {"cache-control": "no-store"}


def routes(store: Store, settings: ProviderSettings) -> list[Route]:
    """Every address of the buyer's door."""

    async def pay_page(request: Request) -> Response:
        payment = payments.by_token(store, request.path_params["token"])
        if payment is None:
            return _page("gone.html", request, {}, status=404)
        return _payment_page(request, store, payment)

    async def decide(request: Request) -> Response:
        payment = payments.by_token(store, request.path_params["token"])
        if payment is None:
            return _page("gone.html", request, {}, status=404)
        try:
            form = parse_qs((await wire.body_of(request)).decode("ascii", "replace"))
        except wire.Refused as no:
            return refusal(no)
        (choice, *_rest) = form.get("choice", [""])
        with store.write():
            _act(store, settings, payment["out_no"], choice)
        lang = texts.language_of(request)
        return RedirectResponse(f"/pay/{payment['token']}?lang={lang}", 303)

    async def sms_page(request: Request) -> Response:
        if not is_loopback(request):  # Codes are for the one who runs the lab.
            return _page("gone.html", request, {}, status=404)
        return _page("sms.html", request, {"messages": _sent_messages(settings.folder)})

    return [
        Route("/pay/{token}", pay_page, methods=["GET"]),
        Route("/pay/{token}", decide, methods=["POST"]),
        Route("/sms", sms_page, methods=["GET"]),
    ]


def _sent_messages(folder: Path) -> list[dict[str, str]]:
    """What the platform's lab channel has put beside our store, newest first."""
    outbox = folder / "text_messages.jsonl"
    if not outbox.exists():
        return []
    with outbox.open(encoding="utf-8") as lines:
        newest = deque(lines, maxlen=50)
    return [json.loads(line) for line in reversed(newest)]


def _act(store: Store, settings: ProviderSettings, out_no: str, choice: str) -> None:
    """Do what the buyer chose; what is over stays as it is."""
    if choice == "pay":
        payments.capture(store, out_no, tell=True)
    elif choice == "silent":
        payments.capture(store, out_no, tell=False)
    elif choice == "later":
        payments.pay_later(store, out_no, settings)
    elif choice == "decline":
        payments.decline(store, out_no)


def _payment_page(request: Request, store: Store, payment: Row) -> Response:
    state = payment["state"]
    if state == "PENDING" and payment["expires_at"] <= store.now():
        state = "CLOSED"
    elif state == "PENDING" and payment["pays_at"] is not None:
        state = "LATER"
    whole, cents = fees.amount_text(payment["amount_fen"], payment["currency"])
    facts = {
        "state": state,
        "is_open": state == "PENDING",
        "title_key": f"title_{state.lower()}",
        "says_key": f"says_{state.lower()}",
        "mark": _MARKS.get(payment["currency"], payment["currency"]),
        "whole": whole,
        "cents": cents,
        "subject": payment["subject"],
        "provider_no": payment["provider_no"],
        "return_url": payment["return_url"],
        "merchant": MERCHANT_NAME,
    }
    return _page("pay.html", request, facts)


def _page(name: str, request: Request, facts: dict[str, Any], *, status: int = 200) -> Response:
    lang = texts.language_of(request)
    words = texts.words(lang)
    context = {
        **facts,
        "lang": "zh-Hans" if lang == "zh" else "en",
        "other": "en" if lang == "zh" else "zh",
        "t": words,
        "title": words.get(facts.get("title_key", ""), ""),
        "says": words.get(facts.get("says_key", ""), ""),
        "path": request.url.path,
    }
    html = _ENGINE.get_template(name).render(Context(context, use_l10n=False, use_tz=False))
    return HTMLResponse(html, status, headers=_NO_STORE)
