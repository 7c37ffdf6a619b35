"""The vocabulary that every context shares; it knows no business.

Owns: the event log and the positions of its readers, remembered answers, the clock's offset.
Promises: a use case is one transaction; an event takes effect once per consumer; a key given
    twice answers once.
May import: nothing of ours.
Publishes: nothing.
"""
