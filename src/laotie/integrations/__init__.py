"""Other people's programs: tokens that act for a person, and webhooks that tell a shop's systems.

Owns: apps, tokens, webhook endpoints, their deliveries and attempts, which shop an order is of.
Promises: a secret is shown once and kept as a hash, or sealed where it signs; a token may do what
    its person may and its scopes allow, never more; an event goes to an endpoint as one delivery,
    at least once, signed; nothing inside the house can be reached through an endpoint.
May import: accounts, ledger.
Publishes: nothing.
"""
