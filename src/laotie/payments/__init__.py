"""Money between the outside and the house: payments, refunds, payouts, and the daily match.

Owns: payments, refunds, transfers, notices as they came, refused notices, bills and their lines.
Promises: a payment is captured once; refunds never exceed what was paid; what is unknown is asked
    for and never sent twice; a notice counts once and only leads to a question; every line of a
    bill ends in exactly one status.
May import: accounts, ledger.
Publishes: PaymentCaptured, PaymentClosed, RefundSettled, RefundFailed, PayoutSettled, PayoutFailed.
"""
