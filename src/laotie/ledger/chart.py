"""The kinds of account. Amounts are credit-normal: plus is owed to the party, minus by it.

The table `led_kind` says the same to the database, with floors and the number of shards.
"""

from typing import Final

from django.conf import settings

# The platform's, in shards, without a floor: every sale touches them.
PSP_CLEARING: Final = "psp_clearing"  # Money at the payment provider, as minus.
ESCROW: Final = "escrow"  # Money of orders whose goods have not arrived; legs name the order.
REFUND_PAYABLE: Final = "refund_payable"  # On its way back to buyers.
TECH_FEE: Final = "tech_fee"
CHANNEL_FEE: Final = "channel_fee"  # Taken from merchants for what the provider will bill.
SUBSIDY: Final = "subsidy"  # The platform's own coupons, as minus.
SUPPORT: Final = "support"  # What the platform gave to creator programmes, as minus.
ADVANCE: Final = "advance"  # What the platform paid in place of parties in debt, as minus.
CLAIMS: Final = "claims"  # The mirror of all receivables: together they are always zero.
ROUNDING: Final = "rounding"  # Between what was reckoned for the provider's fee and its bill.

# A party's.
PENDING: Final = "pending"  # Its share of received orders, until the after-sale window ends.
AVAILABLE: Final = "available"  # To take out; never below zero.
RECEIVABLE: Final = "receivable"  # What it owes, as minus; paid back first.

PLATFORM_KINDS: Final = frozenset(
    {
        PSP_CLEARING,
        ESCROW,
        REFUND_PAYABLE,
        TECH_FEE,
        CHANNEL_FEE,
        SUBSIDY,
        SUPPORT,
        ADVANCE,
        CLAIMS,
        ROUNDING,
    }
)
PARTY_KINDS: Final = frozenset({PENDING, AVAILABLE, RECEIVABLE})


def currency() -> str:
    """The installation's one currency, as ISO 4217 names it."""
    code = settings.LAOTIE.currency
    assert isinstance(code, str)
    return code
