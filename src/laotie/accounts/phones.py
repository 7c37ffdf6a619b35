"""Phone numbers: one written form, found by a blind index, kept sealed, shown masked."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from laotie.accounts import rules
from laotie.kernel import crypto
from laotie.kernel.errors import Invalid

_TYPED = re.compile(r"\+?[0-9(][0-9 ()\-]{4,23}", re.ASCII)
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_FIELD = "person.phone"


@dataclass(frozen=True, slots=True)
class Phone:
    """A mobile number as +E.164; its text form is the mask, so that logs stay clean."""

    e164: str

    def __repr__(self) -> str:
        return f"Phone({self.masked})"

    __str__ = __repr__

    @property
    def index(self) -> bytes:
        return crypto.blind_index(self.e164, context=_FIELD)

    @property
    def sealed(self) -> bytes:
        return crypto.seal(self.e164, context=_FIELD)

    @property
    def masked(self) -> str:
        return rules.mask_phone(self.e164)


def read(typed: object, *, field: str = "phone") -> Phone:
    """The number that somebody typed; without a country it is Chinese.

    raises: Invalid for anything that is not a mobile number in use.
    """
    if not isinstance(typed, str) or not _TYPED.fullmatch(typed.strip(" ")):
        raise Invalid(field=field, reason="phone")
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException as error:
        raise Invalid(field=field, reason="phone") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise Invalid(field=field, reason="phone")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise Invalid(field=field, reason="phone")
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def unseal(sealed: bytes) -> Phone:
    """The number behind a person's sealed field."""
    return Phone(crypto.unseal(sealed, context=_FIELD))
