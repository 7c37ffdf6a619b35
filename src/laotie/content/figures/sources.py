"""Where a figure comes from."""

from enum import StrEnum


class Source(StrEnum):
    """Who says so. A comparison names it beside every figure and mixes none silently."""

    OWN = "OWN"  # Counted here.
    OFFICIAL = "OFFICIAL"  # The network itself.
    REGULATOR = "REGULATOR"
    BROKER = "BROKER"
    MEDIA = "MEDIA"
    ANONYMOUS = "ANONYMOUS"
