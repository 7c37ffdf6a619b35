"""Refusals: the business says no, says why, and says what to do. Never logged as a bug."""

import random
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.kernel.labels import label


class Refusal(Exception):
    """Base of every no.

    code:    stable, upper case; clients switch on it.
    status:  the HTTP status that surfaces answer with.
    message: an English msgid with %(fact)s places, saying what to do.
    """

    code: ClassVar[str] = "REFUSED"
    status: ClassVar[int] = 409
    message: ClassVar[str] = _("This cannot be done now.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.message) % self.facts

    def after_undoing(self, given: Mapping[str, Any]) -> None:
        """What stays of it when all that its use case wrote has been undone; as a rule nothing.

        given: what the use case was asked with. Outside of its transaction.
        """

    def as_dict(self) -> dict[str, Any]:
        """What an API client gets: `{code, message, facts}`, every fact as JSON can hold it."""
        return {
            "code": self.code,
            "message": self.text(),
            "facts": {
                name: value
                if isinstance(value, int | str | bool | list | dict | None)
                else str(value)
                for name, value in self.facts.items()
            },
        }

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class SignInFirst(Refusal):
    code = "SIGN_IN_FIRST"
    status = 401
    message = _("Please sign in first.")


class NotAllowed(Refusal):
    code = "NOT_ALLOWED"
    status = 403
    message = _("Your account has no right to do this. Ask the shop's owner or an operator.")


class SecondStepNeeded(Refusal):
    """This needs a proof beside password or code. `how`: `enrol` (there is none yet), `confirm`."""

    code = "SECOND_STEP_NEEDED"
    status = 403
    message = _("Confirm that it is you, with a passkey or your authenticator app.")

    def __init__(self, *, how: str = "confirm", **facts: Any) -> None:
        assert how in {"enrol", "confirm"}
        super().__init__(how=how, **facts)


class MinorsMode(Refusal):
    """The person's account is in minors' mode: no buying, no comments, no late hours."""

    code = "MINORS_MODE"
    status = 403
    message = _("Minors' mode is on: nothing can be bought or said. A guardian can switch it off.")


class NotFound(Refusal):
    """Not there, or not yours: the answer is the same."""

    code = "NOT_FOUND"
    status = 404
    message = _("This does not exist, or is not yours to see.")


_REASONS: dict[str, str] = {
    "amount": _("write an amount such as 39.90"),
    "required": _("this is needed"),
    "too_long": _("this is too long"),
    "too_many": _("these are too many"),
    "range": _("this is outside of what is allowed"),
    "characters": _("this has characters that cannot be used"),
    "phone": _("write a mobile number such as 138 0013 8000"),
    "choice": _("choose one of the options"),
    "time": _("the end must come after the start"),
    "picture": _("send a JPEG, PNG or WebP picture of at most 8 MB"),
    "json": _("send valid JSON"),
    "form": _("this is not in the expected form"),
}


class Invalid(Refusal):
    """Bad input. `field` names it, `reason` is one of the keys above."""

    code = "INVALID_INPUT"
    status = 422
    message = _("Please check %(field)s: %(advice)s.")

    def __init__(self, *, field: str, reason: str = "form", **facts: Any) -> None:
        super().__init__(field=field, reason=reason, **facts)

    def text(self) -> str:
        advice = gettext(_REASONS.get(self.facts["reason"], _REASONS["form"]))
        field = label(str(self.facts["field"]))
        return gettext(self.message) % {**self.facts, "field": field, "advice": advice}


class WrongState(Refusal):
    """Somebody was faster, or the step does not start here."""

    code = "WRONG_STATE"
    message = _("This has changed in the meantime. Reload to see where it stands.")


class KeyReused(Refusal):
    code = "KEY_REUSED"
    message = _("This request key was used before for something else. Send a new key.")


class TooMany(Refusal):
    code = "TOO_MANY"
    status = 429
    message = _("Too many tries. Wait %(retry_after_s)s seconds, then try again.")

    def __init__(self, *, retry_after_s: int, **facts: Any) -> None:
        super().__init__(retry_after_s=retry_after_s, **facts)


class Busy(Refusal):
    code = "BUSY"
    status = 503
    message = _("Very busy right now. Nothing was done; try again in %(retry_after_s)s seconds.")

    def __init__(self, *, retry_after_s: int | None = None, **facts: Any) -> None:
        super().__init__(retry_after_s=retry_after_s or come_back_s(), **facts)


def come_back_s() -> int:
    """When to ask again who finds us busy: 2 to 5 s by chance, or all would come at once again."""
    return random.randint(2, 5)  # noqa: S311 - jitter, no secret.
