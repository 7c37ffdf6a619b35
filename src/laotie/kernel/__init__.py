"""The vocabulary that every context shares; it knows no business.

Owns: the event log and the positions of its readers, remembered answers, the clock's offset,
    long runs and what they said of single rows.
Promises: a use case is one transaction; an event takes effect once per consumer; a key given
    twice answers once; a run does no row twice, whichever worker dies.
May import: nothing of ours.
Publishes: nothing.
"""
