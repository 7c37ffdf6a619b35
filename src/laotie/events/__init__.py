"""What happens in the business: one file per context, frozen dataclasses in the past tense.

Owns: nothing.
Promises: events only grow; a field is never renamed or removed.
May import: kernel.
Publishes: nothing; only the owner of a file publishes what it names.
"""
