"""Alibaba Cloud's short message service (dysmsapi, `SendSms`). Not tested live.

Shapes after the published "Request body and signature mechanism for V3" (2025-09) and the
reference of SendSms, version 2017-05-25; the signature is checked against the documented example.
Texts are templates that the provider has approved: `${code}` in that for codes, `${text}` in that
for notices.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit

from laotie.accounts.text_messages import NotSent
from laotie.kernel import clock

_ACTION, _VERSION = "SendSms", "2017-05-25"
_ALGORITHM = "ACS3-HMAC-SHA256"
_TIMEOUT_S = 5.0
# What one variable of a template may hold.
_LONGEST_VARIABLE = 35
_WILL_NEVER_DO = frozenset(
    {"isv.MOBILE_NUMBER_ILLEGAL", "isv.INVALID_PARAMETERS", "isv.SMS_TEMPLATE_ILLEGAL",
     "isv.SMS_SIGNATURE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.BLACK_KEY_CONTROL_LIMIT"}
)  # fmt: skip


class AliyunChannel:
    """`aliyun://KEY:SECRET@host/?sign=NAME&code=TEMPLATE&notice=TEMPLATE`; +http for a stand-in."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        told = parse_qs(parts.query)
        scheme = "http" if parts.scheme == "aliyun+http" else "https"
        self._host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        self._url = f"{scheme}://{self._host}/"
        self._key, self._secret = unquote(parts.username or ""), unquote(parts.password or "")
        self._sign = told["sign"][0]
        self._code_template = told["code"][0]
        self._notice_template = told.get("notice", [""])[0]

    def send(self, e164: str, text: str, *, code: str = "", now: datetime) -> None:
        del now  # Signatures are on the wall clock.
        template = self._code_template if code else self._notice_template
        if not template:
            raise NotSent("no template for notices", is_final=True)
        variables = {"code": code} if code else {"text": text[:_LONGEST_VARIABLE]}
        query = {
            "PhoneNumbers": e164.removeprefix("+86") if e164.startswith("+86") else e164[1:],
            "SignName": self._sign,
            "TemplateCode": template,
            "TemplateParam": json.dumps(variables, ensure_ascii=False),
        }
        headers = signed(
            key=self._key,
            secret=self._secret,
            host=self._host,
            action=_ACTION,
            version=_VERSION,
            query=query,
            at=clock.wall(),
            nonce=secrets.token_hex(16),
        )
        import httpx

        try:
            answer = httpx.post(
                f"{self._url}?{canonical(query)}",
                headers=headers,
                timeout=_TIMEOUT_S,
                trust_env=False,
            )
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NotSent(type(error).__name__) from error
        verdict = told.get("Code", "") if isinstance(told, dict) else ""
        if verdict != "OK":
            raise NotSent(str(verdict)[:60] or "form", is_final=verdict in _WILL_NEVER_DO)


def signed(
    *,
    key: str,
    secret: str,
    host: str,
    action: str,
    version: str,
    query: Mapping[str, str],
    at: datetime,
    nonce: str,
    method: str = "POST",
) -> dict[str, str]:
    """The headers of one call without a body, its signature among them."""
    body = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body,
        "x-acs-date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = "\n".join([method, "/", canonical(query), lines, names, body])
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = f"{_ALGORITHM} Credential={key},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": proof}


def canonical(query: Mapping[str, str]) -> str:
    """Sorted, each part percent-encoded as RFC 3986 has it."""
    pairs = sorted(query.items())
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(text, safe='-_.~')}" for name, text in pairs
    )
