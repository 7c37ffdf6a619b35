"""Pure decisions about complaints and proposals: their states, and what they may be about."""

from datetime import timedelta
from enum import StrEnum

from laotie.kernel.states import step

COMPLAINTS_A_DAY = 20
PROPOSAL_LASTS = timedelta(days=7)
# What may be complained of, by the kind of its public id.
COMPLAINABLE = frozenset({"rom", "pst", "prd", "shp", "crt", "rvw", "say", "cmt"})


class Cause(StrEnum):
    """What a person says is wrong."""

    FAKE = "fake"  # Not what it is said to be.
    FORBIDDEN = "forbidden"  # May not be sold or shown.
    MISLEADING = "misleading"  # Price, effect or origin.
    ABUSE = "abuse"  # Insults, threats, hatred.
    OUTSIDE = "outside"  # Leads away to contacts or payment outside.
    RIGHTS = "rights"  # Somebody else's picture, brand or words.
    MINOR = "minor"  # Harms young people.
    OTHER = "other"


class ComplaintState(StrEnum):
    """Whom the complaint is waiting for."""

    OPEN = "OPEN"  # An operator.
    UPHELD = "UPHELD"  # It was right, and something was done.
    DISMISSED = "DISMISSED"  # Looked at; nothing is to be done.
    WITHDRAWN = "WITHDRAWN"  # Nobody: whoever made it took it back.


UPHOLD = step("complaint.uphold", [ComplaintState.OPEN], ComplaintState.UPHELD)
DISMISS = step("complaint.dismiss", [ComplaintState.OPEN], ComplaintState.DISMISSED)
WITHDRAW = step("complaint.withdraw", [ComplaintState.OPEN], ComplaintState.WITHDRAWN)


class ProposalKind(StrEnum):
    """What one person alone may not do."""

    FEES = "fees"  # The platform's fees from a moment on.
    PLATFORM_COUPON = "platform_coupon"  # Money of the platform goes off orders.
    LINK_RULE = "link_rule"  # Where links to another network may stand.
    PROGRAMME = "programme"  # A budget of the platform goes to creators.


class ProposalState(StrEnum):
    """Whom the proposal is waiting for."""

    PROPOSED = "PROPOSED"  # Another person.
    CONFIRMED = "CONFIRMED"  # It took effect.
    REFUSED = "REFUSED"  # Another person said no, or its maker took it back.


CONFIRM = step("proposal.confirm", [ProposalState.PROPOSED], ProposalState.CONFIRMED)
REFUSE = step("proposal.refuse", [ProposalState.PROPOSED], ProposalState.REFUSED)
