"""One signed question to a network: the address it is configured by, the call, the answer as JSON.

Both networks sign alike: all parameters sorted by name, names and values run together, with the
secret before and behind or as the key of an HMAC, as capital hex digits.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from django.utils.translation import gettext_noop as _

from laotie.kernel import outbound
from laotie.links.order_sources import BadAddress, Limited, Refused, Unanswered

# A reading's lease has to outlast it.
_LONGEST_CALL_S = 60.0
_LONGEST_ANSWER = 16 << 20
_SAID_LETTERS = 160
_BAN = re.compile(r"last for (\d{1,6}) more second")
Signer = Callable[[str, str], str]


def _md5(secret: str, text: str) -> str:
    return hashlib.md5(f"{secret}{text}{secret}".encode()).hexdigest()  # noqa: S324 - theirs.


def _hmac_md5(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), "md5").hexdigest()


def _hmac_sha256(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


_SIGNERS: Mapping[str, Signer] = {"md5": _md5, "hmac": _hmac_md5, "hmac-sha256": _hmac_sha256}


@dataclass(frozen=True, slots=True)
class Account:
    """What an address says: `name://KEY:SECRET@host/path?option=value`; +http for a stand-in."""

    url: str
    key: str
    secret: str
    options: Mapping[str, str]

    @classmethod
    def read(cls, address: str, *, path: str, options: frozenset[str]) -> "Account":
        """raises: BadAddress. path: taken when the address has none."""
        parts = urlsplit(address)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not (parts.username and parts.password and parts.hostname):
            raise BadAddress(_("its address needs key, secret and host"))
        if unknown := sorted(set(given) - options):
            raise BadAddress(f"it has no option {unknown[0][:30]!r}")
        scheme = "http" if parts.scheme.endswith("+http") else "https"
        host = parts.netloc.rpartition("@")[2]
        url = f"{scheme}://{host}{parts.path if parts.path not in {'', '/'} else path}"
        return cls(url, unquote(parts.username), unquote(parts.password), given)

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """An option's value, the first of `among` when it is not given. raises: BadAddress."""
        value = self.options.get(name, among[0])
        if value not in among:
            raise BadAddress(f"{name} must be one of {', '.join(among)}")
        return value

    def numbers(self, name: str) -> frozenset[str]:
        """Numbers with commas; none when it is not given. raises: BadAddress."""
        found = frozenset(each for each in self.options.get(name, "").split(",") if each)
        if not all(each.isascii() and each.isdigit() for each in found):
            raise BadAddress(f"{name} must be numbers with commas")
        return found


def signed(fields: Mapping[str, str], *, secret: str, method: str) -> dict[str, str]:
    """The fields and `sign` over them. method: md5, hmac or hmac-sha256."""
    text = "".join(f"{name}{value}" for name, value in sorted(fields.items()))
    return {**fields, "sign": _SIGNERS[method](secret, text).upper()}


def ask(url: str, form: Mapping[str, str], *, within_s: float = _LONGEST_CALL_S) -> dict[str, Any]:
    """Post the form and read the answer; numbers with a point are `Decimal`. Outside transactions.

    within_s: how long all of it may take, ten seconds of silence at most among them.
    raises:   Limited, Unanswered, Refused.
    """
    try:
        answer = outbound.post_configured(
            url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            deadline_s=within_s,
            longest_answer=_LONGEST_ANSWER,
        )
    except outbound.CallFailed as failed:
        raise Unanswered(failed.reason) from failed
    if not answer.is_whole:
        raise Refused("the answer is too long")
    if answer.status == 429:
        raise Limited(answer.retry_after_s)
    if answer.status >= 500:
        raise Unanswered(f"status {answer.status}")
    if answer.status != 200:
        raise Refused(f"status {answer.status}")
    return read(answer.body)


def read(body: bytes | str) -> dict[str, Any]:
    """JSON that must be an object. raises: Refused."""
    try:
        found = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Refused("the answer is no JSON") from error
    if not isinstance(found, dict):
        raise Refused("the answer has another form")
    return found


def said(*words: object) -> str:
    """A network's own words on why it says no, on one line."""
    text = " ".join(" ".join(str(word).split()) for word in words if word not in {None, ""})
    return "".join(letter for letter in text if letter.isprintable())[:_SAID_LETTERS]


def ban_s(text: object) -> int:
    """For how long a limit's message says that it lasts; 0 when it does not say."""
    found = _BAN.search(str(text))
    return int(found[1]) + 1 if found else 0
