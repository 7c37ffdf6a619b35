"""The demo and what stands in for the outside world: provider, carrier, encoder, audience, clock.

Owns: the provider's own store under the data folder; no table of the platform.
Promises: every fault of the outside can be played; nothing here runs when `LAOTIE_LAB` is off.
May import: every context, through its noun modules and queries.
Publishes: nothing.
"""
