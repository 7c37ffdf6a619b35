"""The draw itself: pure, so that anybody can do it again. See docs/algorithms/giveaway.md."""

import hashlib
import heapq


def commitment(seed: str) -> str:
    """What is shown before the draw: SHA-256 of the seed's 64 hexadecimal letters."""
    return hashlib.sha256(seed.encode("ascii")).hexdigest()


def ticket(seed: str, giveaway: str, no: int) -> str:
    """The ticket of one number. giveaway: its public id."""
    return hashlib.sha256(f"{seed}:{giveaway}:{no}".encode("ascii")).hexdigest()


def winners(seed: str, giveaway: str, *, entries: int, most: int) -> list[int]:
    """The numbers that win, the first prize first: those with the smallest tickets."""
    return heapq.nsmallest(
        most, range(1, entries + 1), key=lambda no: (ticket(seed, giveaway, no), no)
    )
