"""People, their shops, rights, addresses and inboxes.

Owns: people, sign-in codes, roles, shops with staff and whom they invite, creators, addresses,
    inbox rows, and the append-only histories of rights and of revealed addresses.
Promises: one place grants rights and every grant is kept; phone numbers and addresses are stored
    encrypted and shown masked; a code opens one session and survives five guesses at most.
May import: kernel, events.
Publishes: PersonJoined, ShopApplied, ShopApproved, ShopSuspended, HandsChanged.
"""
