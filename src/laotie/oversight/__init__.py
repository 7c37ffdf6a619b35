"""What keeps those who run the platform honest: complaints they owe an answer, and second eyes.

Owns: complaints with their decisions, proposals with who made and who confirmed them.
Promises: a complaint is counted once per person and thing, and ends with a reason unless its maker
    takes it back; nobody confirms what they proposed themselves; a proposal takes effect once, as
    it was proposed, or not at all.
May import: kernel, events, accounts.
Publishes: nothing.
"""
