"""Every fen that the house holds: whose it is, why, and where it went.

Owns: accounts and their balances, the journal, the frozen money of orders, refunds of it, payouts
    and the accounts they go to, versions of the fee policy.
Promises: every transaction sums to zero and never changes; no account falls under its floor; a key
    posts once; an order's money is split as frozen; everything refunded closes every role to zero.
May import: kernel, events, oversight, accounts.
Publishes: ledger.order_settled, ledger.payout_requested.
"""
