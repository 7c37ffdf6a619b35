"""What industrial belts and memberships of them are made of: names, bounds and states."""

from datetime import timedelta
from enum import StrEnum

from laotie.kernel.states import step

NAME_LETTERS = 40
ABOUT_LETTERS = 120
WORDS_LETTERS = 200
REASON_LETTERS = 200
MOST_FIELDS = 6
# All open belts stand on one page, and a page of a belt's feed looks at each of its members.
MOST_OPEN = 200
MOST_MEMBERS = 500
# A creator may ask so many times within a week, whatever became of it.
MOST_ASKS, ASKS_WITHIN = 3, timedelta(days=7)


class BeltState(StrEnum):
    """Whether a belt can be chosen and joined."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"  # For good; its name is free again.


class MembershipState(StrEnum):
    """What became of a creator's wish to belong to a belt."""

    ASKED = "ASKED"  # Waits for an operator.
    MEMBER = "MEMBER"  # The belt's feed shows the creator's posts.
    REFUSED = "REFUSED"
    LEFT = "LEFT"  # The creator left, or does not ask any more.
    ENDED = "ENDED"  # By an operator, or because the belt closed.


# Of these a creator has one at most.
STANDING = (MembershipState.ASKED, MembershipState.MEMBER)

CLOSE = step("belt.close", [BeltState.OPEN], BeltState.CLOSED)
ACCEPT = step("membership.accept", [MembershipState.ASKED], MembershipState.MEMBER)
REFUSE = step("membership.refuse", [MembershipState.ASKED], MembershipState.REFUSED)
LEAVE = step("membership.leave", STANDING, MembershipState.LEFT)
END = step("membership.end", [MembershipState.MEMBER], MembershipState.ENDED)
